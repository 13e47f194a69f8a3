import { OfficerError, OfficerPublicKey } from "../../officers/index.js";
import { ROLE_OF_PART } from "../plan/plan-officers.js";
import type { Step } from "../plan/step.js";
import { findPlanDifference } from "./compare-with-plan.js";
import type { OpenedTranscript } from "./opened-transcript.js";
import { findFactFault } from "./required-facts.js";
import { assertLine, LineFault } from "./transcript-fault.js";
import { type LineOf, type ReadLine, signedMessage } from "./transcript-line.js";

/**
 * Checks a step's line against the plan and the officers: the step that comes next, by its officer, who had the role, signed with their key.
 * Only of a step that is not done may the signature be missing, because nobody had shown who they are.
 * @throws LineFault STEP, OFFICER, ROLE, SIGNATURE, FACTS
 */
export function checkStepLine(
  transcript: OpenedTranscript,
  next: Step | undefined,
  line: LineOf<"step">,
  read: ReadLine,
): void {
  assertLine(next !== undefined && isLineOf(next, line), "STEP");
  assertLine(line.officer === next.officer, "OFFICER");
  if (line.outcome.result === "done" || line.publicKey !== null || read.signature !== undefined) {
    const key = keyOf(transcript, next, line);
    assertLine(read.signature !== undefined && key.signed(signedMessage(line), read.signature), "SIGNATURE");
  }
  if (line.outcome.result === "done") assertLine(findFactFault(next, line.facts) === undefined, "FACTS");
  assertLine(!findPlanDifference(transcript.plan.plan, line.facts), "FACTS");
}

function isLineOf(step: Step, line: LineOf<"step">): boolean {
  const isStep = line.step === step.number && line.work === step.kind;
  return isStep && line.part === step.part && line.component === step.component;
}

/** The officer's key, as the directory or the plan knows it. */
function keyOf({ officers, participants }: OpenedTranscript, step: Step, line: LineOf<"step">): OfficerPublicKey {
  const key = parseKey(line.publicKey);
  if (officers === undefined) {
    const fingerprint = participants.find(({ name }) => name === step.officer)?.fingerprint;
    assertLine(fingerprint === key.fingerprint, "OFFICER");
    return key;
  }
  const officer = officers.find(step.officer);
  assertLine(officer?.publicKey.hex === key.hex, "OFFICER");
  assertLine(officer.roles.includes(ROLE_OF_PART[step.part]), "ROLE");
  return key;
}

function parseKey(hex: string | null): OfficerPublicKey {
  try {
    return OfficerPublicKey.parse(hex ?? "");
  } catch (error) {
    throw error instanceof OfficerError ? new LineFault("OFFICER") : error;
  }
}
