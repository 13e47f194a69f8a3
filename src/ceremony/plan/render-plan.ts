import { listSteps } from "./list-steps.js";
import type { ReadPlan } from "./parse-plan.js";
import { participantsOf } from "./plan-officers.js";
import { describePart, renderStepHead } from "./render-step.js";
import { inColumns } from "./wrap-line.js";

/** A plan for people, 80 columns: its digest, who takes part, every step. What `plan` prints and what a run shows first. */
export function renderPlan({ plan, digest }: ReadPlan): readonly string[] {
  const steps = listSteps(plan);
  return [
    `Ceremony: ${plan.ceremony}`,
    ...inColumns("Purpose:  ", plan.purpose),
    `Token:    ${plan.token.label}, serial ${plan.token.serial} (${plan.environment})`,
    `Digest:   ${digest.hex}`,
    ...inColumns("In words: ", digest.words.replaceAll("-", " ")),
    "",
    "Officers:",
    ...participantsOf(plan).map(({ name, part, component }) => `  ${name.padEnd(32)}  ${describePart(part, component)}`),
    "",
    "Steps:",
    ...steps.flatMap((step) => [
      ...renderStepHead(step, steps.length),
      ...step.asks.flatMap((ask) => inColumns("      - ", ask)),
    ]),
  ];
}
