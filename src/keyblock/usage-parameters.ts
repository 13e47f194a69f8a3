import { type AesDukptType, type DukptKeyType, type DukptType, isWorkingKeyAllowed } from "../dukpt/index.js";
import { DecimalizationTable, parseValidationDataRule } from "../pin/verification/index.js";
import type { KeyHeaderDraft } from "./key-header.js";
import { isKeyName } from "./key-name.js";

/** The BDK type that goes with each length of an AES BDK, in bytes. */
const AES_BDK_TYPES: Readonly<Record<number, AesDukptType>> = { 16: "AES_128", 24: "AES_192", 32: "AES_256" };

/** Which working keys serve which MAC: CMAC under any cipher, HMAC under an HMAC key. */
function servesMac(scheme: string, type: DukptKeyType): boolean {
  return scheme.startsWith("HMAC") === type.startsWith("HMAC");
}

/** The type that a BDK has by its algorithm and length; undefined of every other key. */
export function bdkTypeOf(draft: Pick<KeyHeaderDraft, "usage" | "algorithm" | "keyLength">): DukptType | undefined {
  if (draft.usage !== "B0") return undefined;
  return draft.algorithm === "AES" ? AES_BDK_TYPES[draft.keyLength] : "TDES_2KEY";
}

/** An AES BDK says what its working keys are, none stronger than itself; its MAC key has a scheme, and the scheme a MAC key. */
function findWorkingKeyFault(draft: KeyHeaderDraft): string | undefined {
  const { dukptType: type, dukptWorkingKeys: keys, mac } = draft;
  const isAesBdk = type !== undefined && type !== "TDES_2KEY";
  if (!isAesBdk) return keys === undefined ? undefined : "dukpt_working_keys";
  if (keys === undefined || (keys.pin === undefined && keys.mac === undefined)) return "dukpt_working_keys";
  const tooStrong = [keys.pin, keys.mac].some((key) => key !== undefined && !isWorkingKeyAllowed(type, key));
  if (tooStrong || keys.pin?.startsWith("HMAC")) return "dukpt_working_keys";
  if ((keys.mac !== undefined) !== (mac !== undefined)) return "mac";
  return keys.mac !== undefined && mac !== undefined && !servesMac(mac.scheme, keys.mac) ? "dukpt_working_keys" : undefined;
}

/** TDES protects in B, or in A or C for legacy; AES in D. */
function findVersionFault({ usage, algorithm, keyBlockVersion: version }: KeyHeaderDraft): string | undefined {
  if (usage !== "K1") return version === undefined ? undefined : "key_block_version";
  if (version === undefined) return "key_block_version";
  return (version === "D") === (algorithm === "AES") ? undefined : "key_block_version";
}

function isSoundIbm3624({ tableName, table, panStart, panLength, pad }: NonNullable<KeyHeaderDraft["ibm3624"]>): boolean {
  try {
    DecimalizationTable.parse(table);
    parseValidationDataRule(panStart, panLength, pad);
    return isKeyName(tableName);
  } catch {
    return false;
  }
}

function findIbm3624Fault({ usage, ibm3624 }: KeyHeaderDraft): string | undefined {
  if (usage !== "V1") return ibm3624 === undefined ? undefined : "ibm_3624";
  return ibm3624 !== undefined && isSoundIbm3624(ibm3624) ? undefined : "ibm_3624";
}

/** What is wrong with the parameters that only some usages have: the field's name in pinmac.v1.Key, or undefined. */
export function findParameterFault(draft: KeyHeaderDraft): string | undefined {
  if (draft.dukptType !== bdkTypeOf(draft)) return "dukpt_type";
  return findWorkingKeyFault(draft) ?? findVersionFault(draft) ?? findIbm3624Fault(draft);
}
