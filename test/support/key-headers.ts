import { CHECK_VALUES, type KeyHeader, type KeyHeaderDraft } from "../../src/keyblock/index.js";

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
];
