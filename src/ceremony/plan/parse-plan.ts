import { createHash } from "node:crypto";
import { toWords } from "../../base/index.js";
import { StrictDocument, YamlError } from "../../yaml/index.js";
import type { CeremonyPlan } from "./ceremony-plan.js";
import { findPlanFaults } from "./check-plan.js";
import { PLAN_SCHEMA } from "./plan-schema.js";

/** No plan is longer; the transcript holds it whole. */
export const MAX_PLAN_BYTES = 65_536;

/** SHA-256 over the bytes of the plan's file: what reviewers note and the officers confirm. */
export interface PlanDigest {
  /** 64 small digits. */
  readonly hex: string;
  /** 16 proquints, joined by hyphens. */
  readonly words: string;
}

/** A plan, its text and its digest. */
export interface ReadPlan {
  readonly plan: CeremonyPlan;
  readonly text: string;
  readonly digest: PlanDigest;
}

/** Of the file's bytes as they are: the same plan written in another way is another plan. */
export function planDigest(bytes: Buffer): PlanDigest {
  const digest = createHash("sha256").update(bytes).digest();
  return { hex: digest.toString("hex"), words: toWords(digest) };
}

/**
 * Reads a plan strictly: an unknown field, one that does not apply to the ceremony, or one that does not fit is an error.
 * @param file what it is called in sentences
 * @throws YamlError with every problem: file, line, path
 */
export function parseCeremonyPlan(bytes: Buffer, file: string): ReadPlan {
  const text = bytes.toString("utf8");
  if (bytes.length > MAX_PLAN_BYTES) throw new YamlError([`${file}: must have at most ${MAX_PLAN_BYTES} bytes.`]);
  if (!Buffer.from(text, "utf8").equals(bytes)) throw new YamlError([`${file}: is not UTF-8.`]);
  const document = StrictDocument.parse(text, file);
  const plan: CeremonyPlan = document.read(PLAN_SCHEMA);
  const faults = findPlanFaults(plan);
  if (faults.length > 0) throw new YamlError(faults.map(({ path, message }) => document.say(path, message)));
  return { plan, text, digest: planDigest(bytes) };
}
