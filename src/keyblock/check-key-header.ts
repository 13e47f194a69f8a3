import { Refusal } from "../base/index.js";
import { findMacParameterFault } from "../mac/index.js";
import { KEY_DIGEST_LENGTH, type KeyHeader, type KeyHeaderDraft } from "./key-header.js";
import { isKeyName } from "./key-name.js";
import { findParameterFault } from "./usage-parameters.js";
import { CHECK_VALUES, findUsageRule, type UsageRule } from "./usage-rules.js";

/** The largest version: a uint32 on the wire. */
const MAX_VERSION = 0xffff_ffff;

/** The year 9999's end, in seconds: what a protobuf timestamp can say. */
const MAX_TIME = 253_402_300_799;

/** Letters, digits, signs and spaces of any script, no control characters. */
const OWNER_PATTERN = /^[^\p{Cc}\p{Cs}]{0,128}$/u;

const MAC_FIELDS = { paddingMethod: "mac.padding_method", length: "mac.length" } as const;

function isTime(value: number | undefined): boolean {
  return value === undefined || (Number.isSafeInteger(value) && value >= 0 && value <= MAX_TIME);
}

function findNamingFault(draft: KeyHeaderDraft): string | undefined {
  if (!isKeyName(draft.name)) return "name";
  if (!Number.isInteger(draft.version) || draft.version < 1 || draft.version > MAX_VERSION) return "version";
  return OWNER_PATTERN.test(draft.owner) ? undefined : "owner";
}

function findValidityFault(draft: KeyHeaderDraft): string | undefined {
  if (!isTime(draft.notBefore)) return "not_before";
  if (!isTime(draft.notAfter)) return "not_after";
  const { notBefore, notAfter } = draft;
  const empty = notBefore !== undefined && notAfter !== undefined && notAfter <= notBefore;
  return empty ? "not_after" : undefined;
}

function findMacFault(draft: KeyHeaderDraft, rule: UsageRule): string | undefined {
  const { mac } = draft;
  if (mac === undefined) return rule.macOptional ? undefined : "mac";
  if (rule.schemes.length === 0) return "mac";
  if (!rule.schemes.includes(mac.scheme)) return "mac.scheme";
  const fault = findMacParameterFault(mac, draft.algorithm === "AES" ? 16 : 8);
  return fault === undefined ? undefined : MAC_FIELDS[fault];
}

function findUsageFault(draft: KeyHeaderDraft): string | undefined {
  const rule = findUsageRule(draft);
  if (rule === undefined) return "algorithm";
  if (!rule.keyLengths.includes(draft.keyLength)) return "length_bits";
  if (!rule.modesOfUse.includes(draft.modeOfUse)) return "mode_of_use";
  return findParameterFault(draft) ?? findMacFault(draft, rule);
}

function findDraftFault(draft: KeyHeaderDraft): string | undefined {
  return findNamingFault(draft) ?? findUsageFault(draft) ?? findValidityFault(draft);
}

/**
 * Refuses a header that does not fit together: name, version, owner; usage with algorithm, length, mode of use, MAC parameters and DUKPT
 * type; validity.
 * @throws Refusal KEY_MATERIAL_INVALID; `field` is the field's name in pinmac.v1.Key
 */
export function checkKeyHeaderDraft(draft: KeyHeaderDraft): void {
  const field = findDraftFault(draft);
  if (field !== undefined) throw new Refusal("KEY_MATERIAL_INVALID", { field });
}

/** Whether a whole header fits together: all that a draft must, its time, its digest, and the check value of its algorithm. */
export function isKeyHeaderConsistent(header: KeyHeader): boolean {
  const expected = CHECK_VALUES[header.algorithm];
  const { checkValue, digest } = header;
  const checked = checkValue.method === expected.method && checkValue.value.length === expected.length;
  const digested = digest === undefined || digest.length === KEY_DIGEST_LENGTH;
  return checked && digested && isTime(header.createdAt) && findDraftFault(header) === undefined;
}
