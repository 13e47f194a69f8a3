import type { OfficerDirectory, OfficerLookup } from "../../officers/index.js";
import { YamlError } from "../../yaml/index.js";
import { listSteps } from "../plan/list-steps.js";
import { parseCeremonyPlan, type ReadPlan } from "../plan/parse-plan.js";
import { type Participant, participantsOf } from "../plan/plan-officers.js";
import type { Step } from "../plan/step.js";
import { assertLine, LineFault } from "./transcript-fault.js";
import type { LineOf } from "./transcript-line.js";

/** What the first line fixes for all others. */
export interface OpenedTranscript {
  readonly opening: LineOf<"opened">;
  readonly plan: ReadPlan;
  readonly steps: readonly Step[];
  readonly participants: readonly Participant[];
  /** Who was an officer then; undefined where the plan itself names the officers' keys. */
  readonly officers: OfficerLookup | undefined;
}

/**
 * Checks what the first line says: the plan and its digest, the token, the directory's entry.
 * @throws LineFault PLAN, TOKEN, DIRECTORY
 */
export function openTranscript(opening: LineOf<"opened">, directory: OfficerDirectory | undefined): OpenedTranscript {
  const plan = readPlan(opening);
  const { label, serial } = opening.token;
  assertLine(label === plan.plan.token.label && serial === plan.plan.token.serial, "TOKEN");
  const participants = participantsOf(plan.plan);
  const areNamedByPlan = participants.every(({ fingerprint }) => fingerprint !== undefined);
  const officers = areNamedByPlan ? undefined : officersOf(opening, directory);
  return { opening, plan, steps: listSteps(plan.plan), participants, officers };
}

function readPlan({ plan: { text, digest } }: LineOf<"opened">): ReadPlan {
  try {
    const plan = parseCeremonyPlan(Buffer.from(text, "utf8"), "the plan");
    assertLine(plan.digest.hex === digest, "PLAN");
    return plan;
  } catch (error) {
    throw error instanceof YamlError ? new LineFault("PLAN") : error;
  }
}

function officersOf({ directory: stated }: LineOf<"opened">, directory: OfficerDirectory | undefined): OfficerLookup {
  const head = directory?.headAt(stated.entry);
  const officers = directory?.asOf(stated.entry);
  assertLine(officers !== undefined && head?.hash.toString("hex") === stated.hash, "DIRECTORY");
  return officers;
}
