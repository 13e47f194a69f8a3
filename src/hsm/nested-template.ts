import { encodeTemplate, type ObjectTemplate } from "./attributes.js";
import { pinMemory } from "./native-address.js";

/** CK_ATTRIBUTE on 64-bit systems: type, pointer, length. */
const ATTRIBUTE_LENGTH = 24;
const ULONG_LENGTH = 8;

/** The memory that nested templates point into. It is never freed: there are few of them, and they are built once. */
const arenas: Buffer[] = [];

function nestedValueBytes(value: boolean | number | string | Buffer | undefined): Buffer {
  if (typeof value === "boolean") return Buffer.of(value ? 1 : 0);
  if (typeof value !== "number") throw new TypeError("A nested template holds truth values and numbers only.");
  const bytes = Buffer.alloc(ULONG_LENGTH);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

/**
 * A template as the value of CKA_UNWRAP_TEMPLATE: an array of CK_ATTRIBUTE whose pointers lead into one block of memory. The PKCS#11
 * binding has no form for it.
 * @returns bytes for the attribute `unwrapTemplate`, valid for the life of the process
 */
export function encodeNestedTemplate(template: ObjectTemplate): Buffer {
  const attributes = encodeTemplate(template).map(({ type, value }) => ({ type, bytes: nestedValueBytes(value) }));
  const valuesOffset = ATTRIBUTE_LENGTH * attributes.length;
  const { bytes: arena, address } = pinMemory(valuesOffset + ULONG_LENGTH * attributes.length);
  attributes.forEach(({ type, bytes }, index) => {
    const record = ATTRIBUTE_LENGTH * index;
    const valueOffset = valuesOffset + ULONG_LENGTH * index;
    bytes.copy(arena, valueOffset);
    arena.writeBigUInt64LE(BigInt(type), record);
    arena.writeBigUInt64LE(address + BigInt(valueOffset), record + ULONG_LENGTH);
    arena.writeBigUInt64LE(BigInt(bytes.length), record + 2 * ULONG_LENGTH);
  });
  arenas.push(arena);
  return arena.subarray(0, valuesOffset);
}
