import { describePart, renderStepHead } from "../plan/render-step.js";
import type { Step } from "../plan/step.js";
import { inColumns } from "../plan/wrap-line.js";
import { TRIED_THINGS } from "../terminal/index.js";
import type { Fact } from "./fact.js";
import { STOP_REASONS } from "./stop-reason.js";
import type { LineOf, StepOutcome, Stop } from "./transcript-line.js";

const INDENT = "      ";

/** A step with how it went and what it said: the same lines on the screen and on paper, 80 columns. */
export function renderStep(step: Step, of: number, outcome: StepOutcome, facts: readonly Fact[]): readonly string[] {
  return [
    ...renderStepHead(step, of),
    ...facts.flatMap((fact) => inColumns(`${INDENT}- `, renderFact(fact))),
    ...inColumns(INDENT, renderOutcome(outcome)),
  ];
}

/** A step's line of a transcript; what its title says was signed then, whatever the plan's steps are called now. */
export function renderStepLine(line: LineOf<"step">, of: number): readonly string[] {
  const who = `${line.officer}, ${describePart(line.part, line.component)}, ${line.at.slice(0, 19)}Z`;
  return [
    ...inColumns(`Step ${line.step} of ${of}  `, line.title),
    ...inColumns(INDENT, who),
    ...line.facts.flatMap((fact) => inColumns(`${INDENT}- `, renderFact(fact))),
    ...inColumns(INDENT, renderOutcome(line.outcome)),
  ];
}

/** How a step went. */
export function renderOutcome(outcome: StepOutcome): string {
  switch (outcome.result) {
    case "done":
      return "Done.";
    case "refused":
      return `REFUSED: ${renderStop(outcome)}`;
    case "aborted":
      return `ABORTED: ${renderStop(outcome)}`;
  }
}

/** Why, in one sentence, with the code if there is one. */
export function renderStop({ reason, code }: Stop): string {
  return `${STOP_REASONS[reason]}${code === undefined ? "" : ` (${code})`}`;
}

/** A fact in words. */
export function renderFact(fact: Fact): string {
  switch (fact.fact) {
    case "confirmed":
      return CONFIRMED[fact.what];
    case "refusedTry":
      return `try ${fact.number} at ${TRIED_THINGS[fact.what]}${fact.officer === undefined ? "" : ` of ${fact.officer}`}`;
    case "token":
      return `token ${fact.label}, serial ${fact.serial}: ${fact.description}`;
    case "checkValue": {
      const what = fact.of === "key" ? "the key" : `${fact.of} ${fact.number ?? ""}`.trim();
      return `check value of ${what}: ${fact.checkValue.value} (${fact.checkValue.method})`;
    }
    case "printed":
      return `${fact.of} ${fact.number} was printed, for its custodian`;
    case "attributes":
      return renderAttributes(fact);
    case "key":
      return renderKey(fact);
    case "keyState":
      return `key ${fact.name}@${fact.version} is ${fact.state}`;
    case "keyBlock":
      return `key block, SHA-256 ${fact.digest}`;
    case "statement":
      return `statement signed, SHA-256 ${fact.digest}`;
    case "enrolled":
      return `officer ${fact.name} enrolled: ${fact.roles.join(", ")}`;
    case "directory":
      return `officers' directory, entry ${fact.entry}`;
  }
}

const CONFIRMED = {
  plan: "the plan's digest was confirmed",
  token: "the token was confirmed",
  name: "the name was typed to confirm",
  statement: "the statement was read",
  presence: "was present",
} as const;

function renderAttributes(fact: Extract<Fact, { fact: "attributes" }>): string {
  const flags = (["sensitive", "extractable", "modifiable", "copyable"] as const).map(
    (name) => `${fact[name] ? "" : "not "}${name}`,
  );
  return `read back, ${fact.object}: ${flags.join(", ")}; ${fact.uses.join(", ") || "no use"}; ${fact.mechanisms.join(", ")}`;
}

function renderKey(fact: Extract<Fact, { fact: "key" }>): string {
  const kind = `${fact.usage}, ${fact.algorithm}, ${fact.length} bytes, mode ${fact.mode}, exportability ${fact.exportability}`;
  return `key ${fact.name}@${fact.version} (${kind}), ${fact.environment}, id ${fact.id}, check value ${fact.checkValue.value}`;
}
