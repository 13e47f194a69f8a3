import type { StepResult } from "../scenario/index.js";
import { describeResponseCode } from "./message-text.js";

type Outcome = StepResult["got"];

function doubts({ responseMacVerified }: Outcome): string {
  return responseMacVerified === false ? " (no good answer)" : "";
}

function wordOf({ service, responseCode, burst }: Outcome): string {
  if (burst !== undefined) return `${burst.answered} answers, ${burst.approved} good`;
  return service === "COMPLETED" && responseCode !== undefined ? describeResponseCode(responseCode) : service;
}

/** An outcome in a few words: the issuer's word if the service completed, else the service's. */
export function describeOutcome(outcome: Outcome): string {
  return wordOf(outcome) + doubts(outcome);
}
