import { Refusal } from "../base/index.js";
import { DUKPT_KEY_TYPES, DUKPT_TYPES } from "../dukpt/index.js";
import { type SealedIbm3624Parameters, SealedKeyHeader, type SealedMacParameters } from "../gen/pinmac/engine/v1/sealed_key.js";
import { MAC_SCHEMES, type MacParameters } from "../mac/index.js";
import { isKeyHeaderConsistent } from "./check-key-header.js";
import {
  CHECK_VALUE_METHODS,
  type DukptWorkingKeys,
  ENVIRONMENTS,
  EXPORTABILITIES,
  type Ibm3624Parameters,
  KEY_ALGORITHMS,
  KEY_BLOCK_VERSIONS,
  KEY_USAGES,
  type KeyHeader,
  type KeyHeaderDraft,
  MODES_OF_USE,
} from "./key-header.js";
import { formatUuid, parseUuid } from "./uuid.js";

/** Of a UUID, in bytes. */
const ID_LENGTH = 16;
const PADDING_METHODS = [0, 1, 2] as const;

/** A message that says nothing. */
const EMPTY: SealedKeyHeader = SealedKeyHeader.decode(Buffer.alloc(0));

function invalid(cause?: unknown): Refusal {
  return new Refusal("SEALED_KEY_INVALID", { cause });
}

/** The known value that `value` is. @throws Refusal SEALED_KEY_INVALID */
function oneOf<T extends string | number>(known: readonly T[], value: string | number): T {
  const found = known.find((candidate) => candidate === value);
  if (found === undefined) throw invalid();
  return found;
}

function readMac(mac: SealedMacParameters): MacParameters {
  return {
    scheme: oneOf(MAC_SCHEMES, mac.scheme),
    paddingMethod: oneOf(PADDING_METHODS, mac.paddingMethod),
    length: mac.length,
  };
}

function readWorkingKeys(sealed: SealedKeyHeader): DukptWorkingKeys {
  return {
    ...(sealed.dukptPinKey === "" ? {} : { pin: oneOf(DUKPT_KEY_TYPES, sealed.dukptPinKey) }),
    ...(sealed.dukptMacKey === "" ? {} : { mac: oneOf(DUKPT_KEY_TYPES, sealed.dukptMacKey) }),
  };
}

function readIbm3624({ tableName, table, panStart, panLength, pad }: SealedIbm3624Parameters): Ibm3624Parameters {
  return { tableName, table, panStart, panLength, pad };
}

function readId(bytes: Buffer): string {
  if (bytes.length !== ID_LENGTH) throw invalid();
  return formatUuid(bytes);
}

/** What only some usages have. */
function readParameters(
  sealed: SealedKeyHeader,
): Pick<KeyHeader, "dukptType" | "dukptWorkingKeys" | "keyBlockVersion" | "ibm3624"> {
  const { dukptPinKey, dukptMacKey, keyBlockVersion, ibm3624 } = sealed;
  return {
    ...(sealed.dukptType === "" ? {} : { dukptType: oneOf(DUKPT_TYPES, sealed.dukptType) }),
    ...(dukptPinKey === "" && dukptMacKey === "" ? {} : { dukptWorkingKeys: readWorkingKeys(sealed) }),
    ...(keyBlockVersion === "" ? {} : { keyBlockVersion: oneOf(KEY_BLOCK_VERSIONS, keyBlockVersion) }),
    ...(ibm3624 === undefined ? {} : { ibm3624: readIbm3624(ibm3624) }),
  };
}

/** What a header says of a key beyond what a key block does: all of a draft but these five. */
export type KeyHeaderRemainder = Omit<KeyHeaderDraft, "usage" | "algorithm" | "keyLength" | "modeOfUse" | "exportability">;

/** What stands in the message of a remainder alone. @throws Refusal SEALED_KEY_INVALID for unknown values */
export function readRemainder(sealed: SealedKeyHeader): KeyHeaderRemainder {
  return {
    name: sealed.name,
    version: sealed.version,
    environment: oneOf(ENVIRONMENTS, sealed.environment),
    owner: sealed.owner,
    ...(sealed.notBefore === undefined ? {} : { notBefore: Number(sealed.notBefore) }),
    ...(sealed.notAfter === undefined ? {} : { notAfter: Number(sealed.notAfter) }),
    ...(sealed.mac === undefined ? {} : { mac: readMac(sealed.mac) }),
    ...readParameters(sealed),
    ...(sealed.sessionKey && { sessionKey: true as const }),
    ...(sealed.cameUnder.length === 0 ? {} : { cameUnder: readId(sealed.cameUnder) }),
  };
}

/** What stands in the message of a draft. Whether it fits together is not checked. @throws Refusal SEALED_KEY_INVALID for unknown values */
export function readDraft(sealed: SealedKeyHeader): KeyHeaderDraft {
  return {
    ...readRemainder(sealed),
    usage: oneOf(KEY_USAGES, sealed.usage),
    algorithm: oneOf(KEY_ALGORITHMS, sealed.algorithm),
    keyLength: sealed.keyLength,
    modeOfUse: oneOf(MODES_OF_USE, sealed.modeOfUse),
    exportability: oneOf(EXPORTABILITIES, sealed.exportability),
  };
}

function readHeader(sealed: SealedKeyHeader): KeyHeader {
  return {
    ...readDraft(sealed),
    id: readId(sealed.id),
    checkValue: {
      method: oneOf(CHECK_VALUE_METHODS, sealed.checkValueMethod),
      value: Buffer.from(sealed.checkValue),
    },
    createdAt: Number(sealed.createdAt),
    ...(sealed.digest.length === 0 ? {} : { digest: Buffer.from(sealed.digest) }),
  };
}

function decodeMessage(bytes: Buffer): SealedKeyHeader {
  try {
    return SealedKeyHeader.decode(bytes);
  } catch (error) {
    throw invalid(error);
  }
}

function optionalTime(seconds: number | undefined): bigint | undefined {
  return seconds === undefined ? undefined : BigInt(seconds);
}

/** The message of a remainder; what it does not have is empty. */
export function writeRemainder(remainder: KeyHeaderRemainder): SealedKeyHeader {
  return {
    ...EMPTY,
    name: remainder.name,
    version: remainder.version,
    environment: remainder.environment,
    owner: remainder.owner,
    notBefore: optionalTime(remainder.notBefore),
    notAfter: optionalTime(remainder.notAfter),
    mac: remainder.mac,
    dukptType: remainder.dukptType ?? "",
    dukptPinKey: remainder.dukptWorkingKeys?.pin ?? "",
    dukptMacKey: remainder.dukptWorkingKeys?.mac ?? "",
    keyBlockVersion: remainder.keyBlockVersion ?? "",
    ibm3624: remainder.ibm3624,
    sessionKey: remainder.sessionKey === true,
    cameUnder: remainder.cameUnder === undefined ? EMPTY.cameUnder : parseUuid(remainder.cameUnder),
  };
}

/** The message of a draft: a header's, without id, check value and time. */
export function writeDraft(draft: KeyHeaderDraft): SealedKeyHeader {
  return {
    ...writeRemainder(draft),
    usage: draft.usage,
    algorithm: draft.algorithm,
    keyLength: draft.keyLength,
    modeOfUse: draft.modeOfUse,
    exportability: draft.exportability,
  };
}

/** The one encoding of a header, which its seal authenticates. @throws RangeError when the id is not a UUID: a defect */
export function encodeKeyHeader(header: KeyHeader): Buffer {
  const message: SealedKeyHeader = {
    ...writeDraft(header),
    id: parseUuid(header.id),
    checkValueMethod: header.checkValue.method,
    checkValue: header.checkValue.value,
    createdAt: BigInt(header.createdAt),
    digest: header.digest ?? EMPTY.digest,
  };
  return Buffer.from(SealedKeyHeader.encode(message).finish());
}

/**
 * Reads a header. Unknown values, values that do not fit together and any encoding but the one `encodeKeyHeader` gives are refused, so
 * that one header has one byte string.
 * @throws Refusal SEALED_KEY_INVALID
 */
export function decodeKeyHeader(bytes: Buffer): KeyHeader {
  const sealed = decodeMessage(bytes);
  const header = readHeader(sealed);
  if (!isKeyHeaderConsistent(header)) throw invalid();
  if (!encodeKeyHeader(header).equals(bytes)) throw invalid();
  return header;
}
