import type { CeremonyPlan } from "./ceremony-plan.js";
import { participantsOf } from "./plan-officers.js";
import type { Step, StepDraft } from "./step.js";
import { draftSteps } from "./step-drafts.js";

/**
 * The steps of a ceremony, in order: what `plan` prints, what the run shows as progress, and what a transcript must hold. Everyone confirms the
 * plan first; the auditor, if there is one, also signs at the end.
 */
export function listSteps(plan: CeremonyPlan): readonly Step[] {
  const participants = participantsOf(plan);
  const hasAuditor = participants.some(({ part }) => part === "auditor");
  const drafts = draftSteps(plan).filter(({ part }) => part !== "auditor" || hasAuditor);
  return drafts.map((draft, index) => ({ number: index + 1, officer: officerOf(draft, participants), ...draft }));
}

function officerOf({ part, component }: StepDraft, participants: ReturnType<typeof participantsOf>): Step["officer"] {
  const found = participants.find((participant) => participant.part === part && participant.component === component);
  if (found === undefined) throw new TypeError("A plan has an officer for each of its steps.");
  return found.name;
}
