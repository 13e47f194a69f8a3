import type { KeyBlockDraft } from "../../src/engine/index.js";
import type { KeyBlockVersion, KeyHeaderDraft } from "../../src/keyblock/index.js";
import type { MacParameters } from "../../src/mac/index.js";
import { draftOf } from "./key-headers.js";

/** A key block protection key bound to a version; D is AES. */
export function keyBlockKeyDraft(
  version: KeyBlockVersion,
  keyLength: number,
  modeOfUse: "B" | "D" | "E" = "B",
): KeyHeaderDraft {
  const algorithm = version === "D" ? "AES" : "TDES";
  return draftOf({ name: "kbpk", usage: "K1", algorithm, keyLength, modeOfUse, keyBlockVersion: version });
}

/** A terminal master key. */
export function masterKeyDraft(keyLength: 16 | 24, modeOfUse: "B" | "D" | "E" = "E"): KeyHeaderDraft {
  return draftOf({ name: "tmk", usage: "K0", keyLength, modeOfUse });
}

/** What a key block does not say of a key. */
export function keyBlockDraft(changes: Partial<KeyBlockDraft> = {}): KeyBlockDraft {
  return { name: "imported", version: 1, environment: "test", owner: "Acme", ...changes };
}

export const RETAIL_MAC: MacParameters = { scheme: "ISO9797_1_ALG3", paddingMethod: 2, length: 8 };
export const UNION_PAY_MAC: MacParameters = { scheme: "UNIONPAY_ECB", paddingMethod: 0, length: 8 };
export const CMAC: MacParameters = { scheme: "CMAC", paddingMethod: 0, length: 8 };

/** The session keys of a UnionPay sign-on whose PIN key is that long, and whose data key, if any, is as long. */
export function unionPayDrafts(keyLength: 16 | 24, withData: boolean) {
  const pin = draftOf({ name: "term/pin", keyLength, modeOfUse: "D" });
  const mac = draftOf({ name: "term/mac", usage: "M1", algorithm: "DES", keyLength: 8, modeOfUse: "C", mac: UNION_PAY_MAC });
  const data = draftOf({ name: "term/data", usage: "D0", keyLength, modeOfUse: "D" });
  return withData ? { pin, mac, data } : { pin, mac };
}
