import type { CommandKey } from "../../src/engine/commands/command.js";
import type { HeaderOf } from "../../src/engine/index.js";
import type { Ibm3624Parameters, KeyBlockVersion, KeyHeader, KeyHeaderDraft, KeyUsage } from "../../src/keyblock/index.js";
import { CMAC, keyBlockKeyDraft, RETAIL_MAC, UNION_PAY_MAC } from "./command-drafts.js";
import { headerOf } from "./key-headers.js";

export const TDES_KSN = Buffer.from("FFFF9876543210E00001", "hex");
export const AES_KSN = Buffer.from("123456789012345600000001", "hex");
export const IBM_3624: Ibm3624Parameters = {
  tableName: "acme",
  table: "0123456789012345",
  panStart: 0,
  panLength: 16,
  pad: "F",
};

/** Keys of admission's tests are sealed as their names. */
const HEADERS = new Map<string, KeyHeader>();
let keysMade = 0;

/** A key with such a header; nothing in it is secret, or sealed. */
export function keyOf(changes: Partial<KeyHeaderDraft>, ksn?: Buffer): CommandKey {
  const name = `k${keysMade++}`;
  HEADERS.set(name, headerOf({ name, ...changes }));
  return { sealedKey: Buffer.from(name), ...(ksn && { ksn }) };
}

/** What the engine would read from the key. */
export const headerOfKey: HeaderOf = (key) => {
  const header = HEADERS.get(key.sealedKey.toString());
  if (header === undefined) throw new Error("a key nobody made");
  return header;
};

export const bdk = (changes: Partial<KeyHeaderDraft> = {}, ksn: Buffer | undefined = TDES_KSN): CommandKey =>
  keyOf({ usage: "B0", modeOfUse: "X", dukptType: "TDES_2KEY", ...changes }, ksn);

export const aesBdk = (
  dukptWorkingKeys: NonNullable<KeyHeaderDraft["dukptWorkingKeys"]>,
  changes: Partial<KeyHeaderDraft> = {},
  ksn: Buffer | undefined = AES_KSN,
): CommandKey => bdk({ algorithm: "AES", dukptType: "AES_128", dukptWorkingKeys, ...changes }, ksn);

export const pinKey = (format: number, changes: Partial<KeyHeaderDraft> = {}): CommandKey =>
  keyOf({ algorithm: format === 4 ? "AES" : "TDES", ...changes });

export const macKey = (changes: Partial<KeyHeaderDraft> = {}): CommandKey =>
  keyOf({ usage: "M3", modeOfUse: "C", mac: RETAIL_MAC, ...changes });

/** Key block protection keys: AES-256 in D, TDES with two keys in the others. */
export const keyBlockKey = (version: KeyBlockVersion, changes: Partial<KeyHeaderDraft> = {}): CommandKey =>
  keyOf({ ...keyBlockKeyDraft(version, version === "D" ? 32 : 16), ...changes });

/** A key of each usage, with its KSN where it needs one. */
export const KEYS_BY_USAGE: Readonly<Record<KeyUsage, () => CommandKey>> = {
  B0: () => bdk({ mac: RETAIL_MAC }),
  D0: () => keyOf({ usage: "D0" }),
  K0: () => keyOf({ usage: "K0" }),
  K1: () => keyBlockKey("D"),
  P0: () => pinKey(0),
  M0: () => macKey({ usage: "M0", mac: { ...RETAIL_MAC, scheme: "ISO9797_1_ALG1" } }),
  M1: () => macKey({ usage: "M1", mac: UNION_PAY_MAC }),
  M3: () => macKey(),
  M6: () => macKey({ usage: "M6", mac: CMAC }),
  M7: () =>
    macKey({ usage: "M7", algorithm: "HMAC", keyLength: 32, mac: { scheme: "HMAC_SHA256", paddingMethod: 0, length: 8 } }),
  V1: () => keyOf({ usage: "V1", modeOfUse: "V", ibm3624: IBM_3624 }),
  V2: () => keyOf({ usage: "V2", modeOfUse: "V" }),
};
