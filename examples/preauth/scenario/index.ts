/**
 * The story: who takes part, the steps, what each must come to, and whether it did.
 * Used by main.ts; it knows the parties, not how they are shown.
 */
export { auditStep } from "./audit-step.js";
export { runStep, type StepResult } from "./run-step.js";
export type { Step } from "./step.js";
export { scenarioSteps } from "./steps.js";
export { buildWorld, type World } from "./world.js";
