import { type Participant, participantsOf } from "../plan/plan-officers.js";
import { describePart } from "../plan/render-step.js";
import { inColumns } from "../plan/wrap-line.js";
import { renderStepLine, renderStop } from "./render-line.js";
import type { LineContent } from "./transcript-line.js";
import type { TranscriptReport, TranscriptVerdict } from "./verify-transcript.js";

/** A transcript for paper, before it is text or HTML: what stands above, each line of it, who signs, and the hash. */
export interface PaperForm {
  /** Name and value. */
  readonly facts: readonly (readonly [string, string])[];
  /** One block for each line of the transcript. */
  readonly blocks: readonly (readonly string[])[];
  readonly signatures: readonly Participant[];
  /** Of the last line, 64 digits. */
  readonly hash: string;
  readonly words: string;
  /** One sentence. */
  readonly verdict: string;
}

/** The form of a verified transcript. One that does not hold says so, and shows only the lines that do. */
export function makePaperForm(verdict: TranscriptVerdict): PaperForm {
  const { report } = verdict;
  return {
    facts: factsOf(report),
    blocks: report.lines.flatMap((line) => blockOf(line, report.steps.length)),
    signatures: report.plan === undefined ? [] : participantsOf(report.plan.plan),
    hash: report.head.hash.toString("hex"),
    words: report.headWords,
    verdict: describeVerdict(verdict),
  };
}

/** Whether it holds, in one sentence. */
export function describeVerdict(verdict: TranscriptVerdict): string {
  if (!verdict.holds) {
    const { line, code, why } = verdict.fault;
    return `The transcript DOES NOT HOLD: line ${line}: ${code}: ${why}.`;
  }
  if (verdict.outcome === "completed") return "The transcript holds: the ceremony was completed.";
  const seal = verdict.report.sealed ? "" : " The token could not seal it.";
  return `The transcript holds: the ceremony was ABORTED.${seal}`;
}

function factsOf({ plan, lines, steps }: TranscriptReport): PaperForm["facts"] {
  const [opening] = lines;
  if (plan === undefined || opening?.kind !== "opened") return [];
  const { token, pinmac, at } = opening;
  return [
    ["Ceremony", `${plan.plan.ceremony}, ${plan.plan.environment}, ${steps.length} steps`],
    ["Purpose", plan.plan.purpose],
    ["Begun", `${at.slice(0, 19)}Z, pinmac ${pinmac}`],
    ["Token", `${token.label}, serial ${token.serial}, ${token.description}`],
    ["Plan", plan.digest.hex],
    ["in words", plan.digest.words.replaceAll("-", " ")],
  ];
}

function blockOf(line: LineContent, of: number): readonly (readonly string[])[] {
  switch (line.kind) {
    case "opened":
      return [];
    case "step":
      return [renderStepLine(line, of)];
    case "completed":
      return [[`Completed, ${line.at.slice(0, 19)}Z.`]];
    case "aborted":
      return [inColumns("", `ABORTED, ${line.at.slice(0, 19)}Z: ${renderStop(line)}`)];
  }
}

/** On one line of the form. */
export function describeSigner({ name, part, component }: Participant): string {
  return `${name}, ${describePart(part, component)}`;
}
