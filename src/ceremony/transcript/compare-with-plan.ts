import type { CeremonyPlan } from "../plan/ceremony-plan.js";
import type { Fact } from "./fact.js";

/** Whether a fact says something else than the plan: another token, another key, another check value than the expected one. */
export function findPlanDifference(plan: CeremonyPlan, facts: readonly Fact[]): Fact | undefined {
  return facts.find((fact) => {
    switch (fact.fact) {
      case "token":
        return fact.label !== plan.token.label || fact.serial !== plan.token.serial;
      case "checkValue":
        return fact.of === "key" && !isExpected(plan, fact.checkValue.value);
      case "key":
        return !isPlanned(plan, fact);
      case "attributes":
        return fact.extractable || !fact.sensitive;
      default:
        return false;
    }
  });
}

function isExpected(plan: CeremonyPlan, value: string): boolean {
  const holder: object = "masterKey" in plan ? plan.masterKey : plan;
  const expected = "expectedCheckValue" in holder ? holder.expectedCheckValue : undefined;
  return expected === undefined || expected === value;
}

function isPlanned(plan: CeremonyPlan, fact: Extract<Fact, { fact: "key" }>): boolean {
  if (!("key" in plan) || plan.key.name !== fact.name || plan.environment !== fact.environment) return false;
  if ("version" in plan.key && plan.key.version !== fact.version) return false;
  if ("usage" in plan.key && (plan.key.usage !== fact.usage || plan.key.algorithm !== fact.algorithm)) return false;
  if (!("mode" in plan.key)) return true;
  const { length, mode, exportability } = plan.key;
  return length === fact.length && mode === fact.mode && exportability === fact.exportability;
}
