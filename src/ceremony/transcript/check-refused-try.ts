import { MAX_TRIES } from "../terminal/index.js";
import type { Fact } from "./fact.js";
import { assertLine } from "./transcript-fault.js";
import type { LineContent, LineOf } from "./transcript-line.js";

type RefusedTryFact = Extract<Fact, { readonly fact: "refusedTry" }>;

/**
 * A refused line says which try at what was wrong, and nothing else; the tries at one question are counted without a gap; after the last of them
 * the step is aborted. Only showing who one is can be tried by somebody who cannot sign.
 * @param previous the line before
 * @throws LineFault FACTS, SIGNATURE
 */
export function checkRefusedTry(previous: LineContent | undefined, line: LineOf<"step">, isSigned: boolean): void {
  const before = previous?.kind === "step" && previous.step === line.step ? findTry(previous) : undefined;
  const tried = findTry(line);
  assertLine((line.outcome.result === "refused") === (tried !== undefined), "FACTS");
  assertLine(before?.number !== MAX_TRIES || line.outcome.result === "aborted", "FACTS");
  if (tried === undefined) return;
  assertLine(line.facts.length === 1 && (tried.number === 1 || follows(before, tried)), "FACTS");
  assertLine(isSigned || tried.what === "officerKey", "SIGNATURE");
}

function findTry({ facts }: LineOf<"step">): RefusedTryFact | undefined {
  return facts.find((fact) => fact.fact === "refusedTry");
}

function follows(before: RefusedTryFact | undefined, { what, officer, number }: RefusedTryFact): boolean {
  return before?.what === what && before.officer === officer && before.number === number - 1;
}
