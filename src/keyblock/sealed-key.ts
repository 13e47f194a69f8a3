import { Refusal } from "../base/index.js";
import { ByteReader } from "./byte-reader.js";
import { decodeKeyHeader, encodeKeyHeader } from "./header-codec.js";
import type { KeyHeader } from "./key-header.js";
import { partLengths } from "./key-parts.js";

const MAGIC = Buffer.from("PMSK", "latin1");
const FORMAT = 1;

/** The seal: a CMAC with AES. */
const SEAL_LENGTH = 16;

/** RFC 3394 adds one 8-byte block. */
const WRAP_OVERHEAD = 8;

/** No other thing that the seal key authenticates begins like this. */
const SEAL_DOMAIN = Buffer.from("pinmac sealed key v1\0", "latin1");

/** A sealed key taken apart. Nothing in it is to be believed before the seal was checked. */
export interface ParsedSealedKey {
  readonly header: KeyHeader;
  /** The material's parts, each wrapped by the storage master key (RFC 3394); of an exportable key the last one is its export part. */
  readonly wrappedParts: readonly Buffer[];
  /** What the seal covers. */
  readonly authenticatedData: Buffer;
  /** The seal. */
  readonly cmac: Buffer;
}

function lengthPrefixed(bytes: Buffer): readonly Buffer[] {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return [length, bytes];
}

function partsFitHeader(header: KeyHeader, wrappedParts: readonly Buffer[]): boolean {
  const expected = partLengths(header);
  return (
    wrappedParts.length === expected.length &&
    wrappedParts.every((part, index) => part.length === (expected[index] ?? 0) + WRAP_OVERHEAD)
  );
}

/**
 * All of a sealed key but its seal: "PMSK", format byte 1, header (u16 length), number of parts (u8), wrapped parts (u16 length each);
 * numbers are big-endian.
 * @throws RangeError when the parts are not those of the header: a defect
 */
export function encodeSealedKeyBody(header: KeyHeader, wrappedParts: readonly Buffer[]): Buffer {
  if (!partsFitHeader(header, wrappedParts)) throw new RangeError("The wrapped parts are not those of this header.");
  const parts = wrappedParts.flatMap(lengthPrefixed);
  return Buffer.concat([
    MAGIC,
    Buffer.of(FORMAT),
    ...lengthPrefixed(encodeKeyHeader(header)),
    Buffer.of(wrappedParts.length),
    ...parts,
  ]);
}

/** What the seal key authenticates: a domain of its own, then the body. */
export function sealAuthenticatedData(body: Buffer): Buffer {
  return Buffer.concat([SEAL_DOMAIN, body]);
}

/** Body and seal together: the sealed key. @throws RangeError when the seal is not 16 bytes: a defect */
export function finishSealedKey(body: Buffer, cmac: Buffer): Buffer {
  if (cmac.length !== SEAL_LENGTH) throw new RangeError("A seal is 16 bytes.");
  return Buffer.concat([body, cmac]);
}

/**
 * Takes a sealed key apart. Strict: unknown formats and values, non-canonical headers, parts that are not those of the header, missing and
 * trailing bytes are all refused. The caller checks the seal.
 * @throws Refusal SEALED_KEY_INVALID
 */
export function parseSealedKey(bytes: Buffer): ParsedSealedKey {
  const reader = new ByteReader(bytes);
  const magic = reader.take(MAGIC.length);
  const format = reader.takeUint8();
  if (!magic.equals(MAGIC) || format !== FORMAT) throw new Refusal("SEALED_KEY_INVALID");
  const header = decodeKeyHeader(reader.take(reader.takeUint16()));
  const partCount = reader.takeUint8();
  const wrappedParts = Array.from({ length: partCount }, () => reader.take(reader.takeUint16()));
  if (!partsFitHeader(header, wrappedParts)) throw new Refusal("SEALED_KEY_INVALID");
  const authenticatedData = sealAuthenticatedData(bytes.subarray(0, reader.offset));
  const cmac = reader.take(SEAL_LENGTH);
  if (!reader.atEnd) throw new Refusal("SEALED_KEY_INVALID");
  return { header, wrappedParts, authenticatedData, cmac };
}
