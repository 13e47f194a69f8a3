import { MECHANISMS, type MechanismName } from "./cryptoki.js";

/** The forms that attribute values have. The binding aborts the process when a value has another one. */
interface AttributeForms {
  boolean: boolean;
  number: number;
  text: string;
  bytes: Buffer;
  mechanisms: readonly MechanismName[];
}
type AttributeForm = keyof AttributeForms;

/** Attributes (CKA_…, PKCS#11 v2.40) that pinmac sets or reads, with their types and forms. */
const ATTRIBUTES = {
  class: { type: 0x000, form: "number" },
  token: { type: 0x001, form: "boolean" },
  private: { type: 0x002, form: "boolean" },
  label: { type: 0x003, form: "text" },
  value: { type: 0x011, form: "bytes" },
  checkValue: { type: 0x090, form: "bytes" },
  keyType: { type: 0x100, form: "number" },
  id: { type: 0x102, form: "bytes" },
  sensitive: { type: 0x103, form: "boolean" },
  encrypt: { type: 0x104, form: "boolean" },
  decrypt: { type: 0x105, form: "boolean" },
  wrap: { type: 0x106, form: "boolean" },
  unwrap: { type: 0x107, form: "boolean" },
  sign: { type: 0x108, form: "boolean" },
  verify: { type: 0x10a, form: "boolean" },
  derive: { type: 0x10c, form: "boolean" },
  modulus: { type: 0x120, form: "bytes" },
  modulusBits: { type: 0x121, form: "number" },
  publicExponent: { type: 0x122, form: "bytes" },
  valueLength: { type: 0x161, form: "number" },
  ecParams: { type: 0x180, form: "bytes" },
  ecPoint: { type: 0x181, form: "bytes" },
  extractable: { type: 0x162, form: "boolean" },
  unwrapTemplate: { type: 0x4000_0212, form: "bytes" },
  allowedMechanisms: { type: 0x4000_0600, form: "mechanisms" },
  copyable: { type: 0x171, form: "boolean" },
  modifiable: { type: 0x170, form: "boolean" },
} as const satisfies Record<string, { type: number; form: AttributeForm }>;
export type AttributeName = keyof typeof ATTRIBUTES;
export type AttributeValue<Name extends AttributeName> = AttributeForms[(typeof ATTRIBUTES)[Name]["form"]];

/** The attributes of an object, by name. */
export type ObjectTemplate = { readonly [Name in AttributeName]?: AttributeValue<Name> };

/** One attribute as the binding takes it. */
export interface EncodedAttribute {
  type: number;
  value?: boolean | number | string | Buffer;
}

declare const templateBrand: unique symbol;

/** A template whose values have the forms of their attributes. Only `encodeTemplate` makes one. */
export type EncodedTemplate = EncodedAttribute[] & { readonly [templateBrand]: true };

/** CK_ULONG on the 64-bit little-endian systems that pinmac runs on. */
const ULONG_LENGTH = 8;

function encodeUlongs(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(ULONG_LENGTH * values.length);
  values.forEach((value, index) => {
    bytes.writeBigUInt64LE(BigInt(value), ULONG_LENGTH * index);
  });
  return bytes;
}

const FORM_CHECKS: Readonly<Record<AttributeForm, (value: unknown) => boolean>> = {
  boolean: (value) => typeof value === "boolean",
  number: (value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 0xffff_ffff,
  text: (value) => typeof value === "string",
  bytes: (value) => Buffer.isBuffer(value),
  mechanisms: (value) => Array.isArray(value) && value.every((name) => Object.hasOwn(MECHANISMS, name)),
};

function encodeAttribute(name: AttributeName, value: ObjectTemplate[AttributeName]): EncodedAttribute {
  const { type, form } = ATTRIBUTES[name];
  if (!FORM_CHECKS[form](value)) throw new TypeError(`The attribute ${name} is not of the form ${form}.`);
  if (form === "mechanisms") {
    return { type, value: encodeUlongs((value as readonly MechanismName[]).map((mechanism) => MECHANISMS[mechanism])) };
  }
  return { type, value: value as boolean | number | string | Buffer };
}

/**
 * A template for the token. The order is that of `ATTRIBUTES`, so that MODIFIABLE comes last: tokens apply attributes in order, and
 * what follows MODIFIABLE=false is read-only.
 * @throws TypeError when a value has not its attribute's form
 */
export function encodeTemplate(template: ObjectTemplate): EncodedTemplate {
  const names = Object.keys(ATTRIBUTES) as AttributeName[];
  const encoded = names.flatMap((name) => (template[name] === undefined ? [] : [encodeAttribute(name, template[name])]));
  return encoded as EncodedTemplate;
}

/** What to ask for: attributes without values. */
export function encodeQuery(names: readonly AttributeName[]): EncodedAttribute[] {
  return names.map((name) => ({ type: ATTRIBUTES[name].type }));
}

function decodeUlong(bytes: Buffer): number {
  return bytes.length === ULONG_LENGTH ? Number(bytes.readBigUInt64LE()) : Number.NaN;
}

function decodeMechanisms(bytes: Buffer): readonly (MechanismName | number)[] {
  const names = new Map<number, MechanismName>(Object.entries(MECHANISMS).map(([name, type]) => [type, name as MechanismName]));
  return Array.from({ length: Math.floor(bytes.length / ULONG_LENGTH) }, (_, index) => {
    const type = Number(bytes.readBigUInt64LE(ULONG_LENGTH * index));
    return names.get(type) ?? type;
  });
}

/** A value as the token returned it, in its attribute's form. A malformed number becomes NaN, which equals nothing. */
export function decodeAttribute(name: AttributeName, bytes: Buffer): unknown {
  switch (ATTRIBUTES[name].form) {
    case "boolean":
      return bytes.length === 1 && bytes[0] !== 0;
    case "number":
      return decodeUlong(bytes);
    case "text":
      return bytes.toString("utf8");
    case "mechanisms":
      return decodeMechanisms(bytes);
    case "bytes":
      return bytes;
  }
}
