import type { StepResult } from "../scenario/index.js";
import { describeResponseCode } from "./message-text.js";

type Outcome = StepResult["got"];

function doubts({ responseMacVerified }: Outcome): string {
  return responseMacVerified ? "" : " (no good answer)";
}

/** An outcome in a few words: the issuer's word if the service completed, else the service's. */
export function describeOutcome(outcome: Outcome): string {
  const word = outcome.service === "COMPLETED" ? describeResponseCode(outcome.responseCode) : outcome.service;
  return word + doubts(outcome);
}
