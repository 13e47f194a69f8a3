import { CHECK_VALUES, type KeyHeader, type KeyHeaderDraft } from "../../src/keyblock/index.js";
import type { MacParameters, MacScheme } from "../../src/mac/index.js";

/** A PIN encryption key for tests, with changes. */
export function draftOf(changes: Partial<KeyHeaderDraft> = {}): KeyHeaderDraft {
  return {
    name: "acme/zone-pin",
    version: 1,
    usage: "P0",
    algorithm: "TDES",
    keyLength: 16,
    modeOfUse: "B",
    exportability: "N",
    environment: "test",
    owner: "Acme",
    ...changes,
  };
}

/** The whole header that such a draft leads to. */
export function headerOfDraft(draft: KeyHeaderDraft): KeyHeader {
  const { method, length } = CHECK_VALUES[draft.algorithm];
  return {
    ...draft,
    id: "0f6ae5d2-3b0c-4a55-9f2e-7c1d8e9a0b1c",
    checkValue: { method, value: Buffer.alloc(length, 0xab) },
    createdAt: 1_760_000_000,
  };
}

/** A header for tests, with changes. */
export function headerOf(changes: Partial<KeyHeaderDraft> = {}): KeyHeader {
  return headerOfDraft(draftOf(changes));
}

const AES_BDK = { usage: "B0", algorithm: "AES", modeOfUse: "X" } as const;

function hmac(scheme: MacScheme, length: number): MacParameters {
  return { scheme, paddingMethod: 0, length };
}

/** One draft for each kind of key there is. */
export const ALL_KINDS: readonly KeyHeaderDraft[] = [
  draftOf({ usage: "B0", modeOfUse: "X", dukptType: "TDES_2KEY" }),
  draftOf({
    usage: "B0",
    modeOfUse: "X",
    dukptType: "TDES_2KEY",
    mac: { scheme: "ISO9797_1_ALG3", paddingMethod: 1, length: 4 },
  }),
  draftOf({
    usage: "B0",
    modeOfUse: "X",
    dukptType: "TDES_2KEY",
    mac: { scheme: "ISO9797_1_ALG1", paddingMethod: 2, length: 8 },
  }),
  draftOf({ usage: "B0", modeOfUse: "X", dukptType: "TDES_2KEY", mac: { scheme: "CMAC", paddingMethod: 0, length: 8 } }),
  draftOf(),
  draftOf({ keyLength: 24, modeOfUse: "D" }),
  draftOf({ algorithm: "AES", keyLength: 16, modeOfUse: "E" }),
  draftOf({ algorithm: "AES", keyLength: 24 }),
  draftOf({ algorithm: "AES", keyLength: 32 }),
  draftOf({ usage: "M0", modeOfUse: "C", mac: { scheme: "ISO9797_1_ALG1", paddingMethod: 2, length: 8 } }),
  draftOf({
    usage: "M1",
    algorithm: "DES",
    keyLength: 8,
    modeOfUse: "C",
    mac: { scheme: "UNIONPAY_ECB", paddingMethod: 0, length: 8 },
  }),
  draftOf({
    usage: "M1",
    algorithm: "DES",
    keyLength: 8,
    modeOfUse: "V",
    mac: { scheme: "ISO9797_1_ALG1", paddingMethod: 1, length: 4 },
  }),
  draftOf({ usage: "M1", modeOfUse: "G", mac: { scheme: "UNIONPAY_ECB", paddingMethod: 0, length: 8 } }),
  draftOf({ usage: "M3", modeOfUse: "V", mac: { scheme: "ISO9797_1_ALG3", paddingMethod: 2, length: 8 } }),
  draftOf({ usage: "M6", modeOfUse: "C", mac: { scheme: "CMAC", paddingMethod: 0, length: 8 } }),
  draftOf({
    usage: "M6",
    algorithm: "AES",
    keyLength: 32,
    modeOfUse: "C",
    mac: { scheme: "CMAC", paddingMethod: 0, length: 16 },
  }),
  draftOf({
    usage: "M7",
    algorithm: "HMAC",
    keyLength: 32,
    modeOfUse: "C",
    mac: { scheme: "HMAC_SHA256", paddingMethod: 0, length: 32 },
  }),
  draftOf({ algorithm: "HMAC", usage: "M7", keyLength: 64, modeOfUse: "V", mac: hmac("HMAC_SHA224", 28) }),
  draftOf({ algorithm: "HMAC", usage: "M7", keyLength: 64, modeOfUse: "G", mac: hmac("HMAC_SHA384", 48) }),
  draftOf({ algorithm: "HMAC", usage: "M7", keyLength: 64, modeOfUse: "C", mac: hmac("HMAC_SHA512", 64) }),
  draftOf({ ...AES_BDK, dukptType: "AES_128", dukptWorkingKeys: { pin: "AES_128" } }),
  draftOf({
    ...AES_BDK,
    keyLength: 24,
    dukptType: "AES_192",
    dukptWorkingKeys: { pin: "TDES_2KEY", mac: "AES_192" },
    mac: { scheme: "CMAC", paddingMethod: 0, length: 16 },
  }),
  draftOf({
    ...AES_BDK,
    keyLength: 32,
    dukptType: "AES_256",
    dukptWorkingKeys: { mac: "HMAC_256" },
    mac: hmac("HMAC_SHA256", 32),
  }),
  draftOf({ usage: "D0", keyLength: 24, modeOfUse: "E" }),
  draftOf({ usage: "D0", algorithm: "AES", keyLength: 32 }),
  draftOf({ usage: "K0", modeOfUse: "E" }),
  draftOf({ usage: "K0", algorithm: "AES", keyLength: 24 }),
  draftOf({ usage: "K1", keyBlockVersion: "A", modeOfUse: "D" }),
  draftOf({ usage: "K1", keyBlockVersion: "B", keyLength: 24 }),
  draftOf({ usage: "K1", keyBlockVersion: "C", keyLength: 24, modeOfUse: "D" }),
  draftOf({ usage: "K1", keyBlockVersion: "D", algorithm: "AES", keyLength: 32 }),
  draftOf({
    usage: "V1",
    modeOfUse: "V",
    ibm3624: { tableName: "acme", table: "0123456789012345", panStart: 3, panLength: 11, pad: "D" },
  }),
  draftOf({ usage: "V2", modeOfUse: "C" }),
];
