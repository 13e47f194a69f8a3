import { Refusal } from "../../base/index.js";
import { CHECK_VALUES, checkKeyHeaderDraft, type KeyAlgorithm } from "../../keyblock/index.js";
import type { YamlPath } from "../../yaml/index.js";
import type { CeremonyPlan } from "./ceremony-plan.js";
import { custodianWorkOf } from "./plan-components.js";
import { keyDraftOf } from "./plan-key.js";
import { participantsOf } from "./plan-officers.js";

/** Something in a plan that does not fit with the rest of it. */
export interface PlanFault {
  readonly path: YamlPath;
  /** One sentence. */
  readonly message: string;
}

/** Where the fields of a key header stand in a plan. */
const HEADER_PATHS: Readonly<Record<string, YamlPath>> = {
  length_bits: ["key", "length"],
  mode_of_use: ["key", "mode"],
  not_before: ["key", "notBefore"],
  not_after: ["key", "notAfter"],
  mac: ["key", "mac"],
  "mac.scheme": ["key", "mac", "scheme"],
  "mac.padding_method": ["key", "mac", "padding"],
  "mac.length": ["key", "mac", "length"],
  dukpt_type: ["key", "dukpt", "type"],
  dukpt_working_keys: ["key", "dukpt"],
  key_block_version: ["key", "keyBlockVersion"],
  ibm_3624: ["key", "ibm3624"],
};

/** What does not fit together in a plan whose fields are each well-formed. */
export function findPlanFaults(plan: CeremonyPlan): readonly PlanFault[] {
  return [
    ...findPeopleFaults(plan),
    ...findCustodianFaults(plan),
    ...findKeyFaults(plan),
    ...findCheckValueFaults(plan),
    ...findComponentFaults(plan),
    ...findFileFaults(plan),
  ];
}

/**
 * Nobody has two parts: PCI PIN 12 keeps each component with one person, and who compares and approves (PCI PIN 5, 6: dual control) is not
 * who entered.
 */
function findPeopleFaults(plan: CeremonyPlan): readonly PlanFault[] {
  const seen = new Set<string>();
  const faults: PlanFault[] = [];
  for (const { name, fingerprint } of participantsOf(plan)) {
    const isKnown = seen.has(name) || (fingerprint !== undefined && seen.has(fingerprint));
    if (isKnown) faults.push({ path: ["officers"], message: `${name}: one person, one key, one part (PCI PIN 12).` });
    seen.add(name);
    if (fingerprint !== undefined) seen.add(fingerprint);
  }
  return faults;
}

/** As many custodians as components. */
function findCustodianFaults(plan: CeremonyPlan): readonly PlanFault[] {
  const work = custodianWorkOf(plan);
  const custodians = participantsOf(plan).filter(({ part }) => part === "custodian").length;
  if (work === undefined) {
    return custodians === 0 ? [] : [{ path: ["officers", "custodians"], message: "this ceremony has nothing for custodians." }];
  }
  if (custodians === work.count) return [];
  return [{ path: ["officers", "custodians"], message: `must be ${work.count}: one for each ${work.what}.` }];
}

function findKeyFaults(plan: CeremonyPlan): readonly PlanFault[] {
  if (plan.ceremony !== "load-key" && plan.ceremony !== "generate-key" && plan.ceremony !== "rotate-key") return [];
  try {
    checkKeyHeaderDraft(keyDraftOf(plan.key, 1, plan.environment));
    return [];
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const field = error.field ?? "name";
    return [{ path: HEADER_PATHS[field] ?? ["key", field], message: "does not fit with the rest of the key, or is missing." }];
  }
}

function algorithmOf(plan: CeremonyPlan): KeyAlgorithm {
  return "masterKey" in plan ? "AES" : "algorithm" in plan.key ? plan.key.algorithm : "AES";
}

function findCheckValueFaults(plan: CeremonyPlan): readonly PlanFault[] {
  const [holder, path]: [object, YamlPath] = "masterKey" in plan ? [plan.masterKey, ["masterKey"]] : [plan, []];
  const value = "expectedCheckValue" in holder ? holder.expectedCheckValue : undefined;
  const digits = CHECK_VALUES[algorithmOf(plan)].length * 2;
  if (typeof value !== "string" || value.length === digits) return [];
  return [{ path: [...path, "expectedCheckValue"], message: `must be ${digits} hex digits for ${algorithmOf(plan)}.` }];
}

function findComponentFaults(plan: CeremonyPlan): readonly PlanFault[] {
  const faults: PlanFault[] = [];
  if (plan.ceremony === "found" && plan.masterKey.from === "newShares" && plan.masterKey.threshold > plan.masterKey.shares) {
    faults.push({ path: ["masterKey", "threshold"], message: "must not be more than there are shares." });
  }
  if (plan.ceremony === "rotate-key" && plan.components !== undefined && plan.newComponents !== undefined) {
    faults.push({ path: ["newComponents"], message: "components are entered or made, not both." });
  }
  const isShown = custodianWorkOf(plan)?.direction === "show";
  if ("printer" in plan && plan.printer !== undefined && !isShown) {
    faults.push({ path: ["printer"], message: "nothing is printed: it is for newComponents." });
  }
  return [...faults, ...findNeedlessCheckValue(plan)];
}

/** A key that is generated has no check value beforehand. */
function findNeedlessCheckValue(plan: CeremonyPlan): readonly PlanFault[] {
  if (plan.ceremony !== "rotate-key" || plan.expectedCheckValue === undefined || plan.components !== undefined) return [];
  return [{ path: ["expectedCheckValue"], message: "is for a key that is entered: nobody knows that of a new one." }];
}

function findFileFaults(plan: CeremonyPlan): readonly PlanFault[] {
  if (!("keyBlock" in plan) || plan.keyBlock !== plan.transcript) return [];
  return [{ path: ["keyBlock"], message: "must not be the transcript's file." }];
}
