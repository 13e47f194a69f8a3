import { createHash, randomUUID } from "node:crypto";
import {
  CHECK_VALUES,
  encodeSealedKeyBody,
  finishSealedKey,
  type KeyHeader,
  partLengths,
} from "../../../src/keyblock/index.js";

const RETAIL_MAC = { scheme: "ISO9797_1_ALG3", paddingMethod: 2, length: 8 } as const;

/** Headers that fit together, by what they are for. Times are in seconds. */
export const SAMPLE_HEADERS = {
  zonePinTdes: { usage: "P0", algorithm: "TDES", keyLength: 16, modeOfUse: "B" },
  zonePinAes: { usage: "P0", algorithm: "AES", keyLength: 16, modeOfUse: "B" },
  retailMac: { usage: "M3", algorithm: "TDES", keyLength: 16, modeOfUse: "C", mac: RETAIL_MAC },
  bdk: { usage: "B0", algorithm: "TDES", keyLength: 16, modeOfUse: "X", dukptType: "TDES_2KEY", mac: RETAIL_MAC },
  bdkAes: {
    usage: "B0",
    algorithm: "AES",
    keyLength: 16,
    modeOfUse: "X",
    dukptType: "AES_128",
    dukptWorkingKeys: { pin: "AES_128", mac: "AES_128" },
    mac: { scheme: "CMAC", paddingMethod: 0, length: 8 },
  },
  masterKey: { usage: "K0", algorithm: "TDES", keyLength: 24, modeOfUse: "B" },
  blockKeyTdes: { usage: "K1", algorithm: "TDES", keyLength: 24, modeOfUse: "B", keyBlockVersion: "B" },
  blockKeyAes: { usage: "K1", algorithm: "AES", keyLength: 32, modeOfUse: "B", keyBlockVersion: "D" },
  legacyBlockKey: { usage: "K1", algorithm: "TDES", keyLength: 24, modeOfUse: "B", keyBlockVersion: "A" },
  pvk: { usage: "V2", algorithm: "TDES", keyLength: 16, modeOfUse: "V" },
  ibmKey: {
    usage: "V1",
    algorithm: "TDES",
    keyLength: 16,
    modeOfUse: "V",
    ibm3624: { tableName: "canary-table", table: "0123456789012345", panStart: 0, panLength: 16, pad: "F" },
  },
} as const satisfies Record<string, Partial<KeyHeader>>;

export type SampleKind = keyof typeof SAMPLE_HEADERS;

/** A header of a kind of key, with whatever a test wants otherwise. */
export function sampleHeader(kind: SampleKind, changes: Partial<KeyHeader> & { readonly name: string }): KeyHeader {
  const sample = SAMPLE_HEADERS[kind];
  const { method, length } = CHECK_VALUES[sample.algorithm];
  return {
    id: randomUUID(),
    version: 1,
    exportability: "N",
    checkValue: { method, value: createHash("sha256").update(changes.name).digest().subarray(0, length) },
    environment: "test",
    owner: "canary bank",
    createdAt: 1_750_000_000,
    ...sample,
    ...changes,
  };
}

/** A well-formed sealed key with a seal that no token made: enough for whatever does not open it. */
export function sealUnopenable(header: KeyHeader): Buffer {
  const parts = partLengths(header).map((length) => Buffer.alloc(length + 8, 0x5a));
  return finishSealedKey(encodeSealedKeyBody(header, parts), Buffer.alloc(16, 0xa5));
}
