import type { OfficerName } from "../../officers/index.js";
import type { Part } from "./plan-officers.js";

/** What can happen in a step of a ceremony. */
export const STEP_KINDS = [
  "confirmPlan",
  "checkToken",
  "enterComponent",
  "showComponent",
  "enterShare",
  "showShare",
  "makeMasterKey",
  "makeKey",
  "importKeyBlock",
  "exportKeyBlock",
  "compareCheckValue",
  "foundDirectory",
  "enrolOfficers",
  "approve",
  "registerKey",
  "retireKey",
  "witness",
] as const;
export type StepKind = (typeof STEP_KINDS)[number];

/** One step: one officer does it and signs it. */
export interface Step {
  /** From 1. */
  readonly number: number;
  readonly kind: StepKind;
  readonly part: Part;
  readonly officer: OfficerName;
  /** Of a custodian's step. */
  readonly component?: number;
  /** Whether the component is not shown but printed. */
  readonly isPrinted?: true;
  /** One line: what is done. */
  readonly title: string;
  /** What the officer is asked, one sentence each. */
  readonly asks: readonly string[];
}

/** A step before it has a number and an officer. */
export type StepDraft = Omit<Step, "number" | "officer">;
