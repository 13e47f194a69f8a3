/**
 * Ceremony plans: strict YAML that is reviewed beforehand, its digest, and the steps that follow from it. Touches no token and no file.
 * The CLI prints it, the runner goes through its steps, and a transcript is verified against it.
 */
export {
  CEREMONY_KINDS,
  type CeremonyKind,
  type CeremonyPlan,
  type MasterKeyPlan,
  type NewKeyPlan,
  type PlanOf,
} from "./ceremony-plan.js";
export { listSteps } from "./list-steps.js";
export { MAX_PLAN_BYTES, type PlanDigest, parseCeremonyPlan, planDigest, type ReadPlan } from "./parse-plan.js";
export { type CustodianWork, custodianWorkOf } from "./plan-components.js";
export { type BlockKeyParameters, keyDraftOf, keyParametersOf } from "./plan-key.js";
export { PARTS, type Part, type Participant, participantsOf, ROLE_OF_PART } from "./plan-officers.js";
export { renderPlan, renderPlanPages } from "./render-plan.js";
export { describePart, renderStepHead } from "./render-step.js";
export { STEP_KINDS, type Step, type StepKind } from "./step.js";
export { COLUMNS, inColumns } from "./wrap-line.js";
