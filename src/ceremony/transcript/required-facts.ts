import type { Step, StepKind } from "../plan/step.js";
import type { Fact } from "./fact.js";

/** What a step that is done must have said. */
const REQUIRED: Readonly<Partial<Record<StepKind, readonly Fact["fact"][]>>> = {
  confirmPlan: ["confirmed"],
  checkToken: ["token"],
  enterComponent: ["checkValue"],
  showComponent: ["checkValue"],
  enterShare: ["checkValue"],
  showShare: ["checkValue"],
  makeMasterKey: ["attributes"],
  compareCheckValue: ["checkValue"],
  foundDirectory: ["enrolled", "directory"],
  enrolOfficers: ["directory"],
  approve: ["statement"],
  registerKey: ["key"],
  exportKeyBlock: ["keyBlock"],
  retireKey: ["keyState"],
};

/** The first fact that a step lacks, that says another component than the step's, or a printing that the plan does not know. */
export function findFactFault(step: Step, facts: readonly Fact[]): Fact["fact"] | undefined {
  const missing = (REQUIRED[step.kind] ?? []).find((required) => !facts.some(({ fact }) => fact === required));
  if (missing !== undefined) return missing;
  if (facts.some(({ fact }) => fact === "printed") !== (step.isPrinted ?? false)) return "printed";
  return facts.find((fact) => isOfAnother(step, fact))?.fact;
}

function isOfAnother({ component }: Step, fact: Fact): boolean {
  if (fact.fact !== "checkValue" && fact.fact !== "printed") return false;
  return fact.of !== "key" && fact.number !== component;
}
