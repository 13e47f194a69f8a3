import type { StreamRun } from "../pinmac-client/index.js";
import { type Handover, type HandoverResult, handoverResult } from "./handover.js";

/** What became of many handovers through one stream. */
export interface BurstResult {
  /** In the order of the handovers; undefined for one that was not answered. */
  readonly results: readonly (HandoverResult | undefined)[];
  /** Answers beyond one for each handover, or to none of them. */
  readonly surplus: number;
  /** Answers that came before that to an earlier request. */
  readonly overtaking: number;
  readonly milliseconds: number;
}

/** Puts the answers to their handovers, by correlation id. */
export function burstResult(handovers: readonly Handover[], { answers, milliseconds }: StreamRun): BurstResult {
  const answered = new Map(answers.map(({ index, outcome }) => [index, outcome]));
  const results = handovers.map((handover, index) => {
    const answer = answered.get(index);
    return answer === undefined ? undefined : handoverResult(handover, answer);
  });
  const found = results.filter((result) => result !== undefined).length;
  return { results, surplus: answers.length - found, overtaking: countOvertaking(answers), milliseconds };
}

function countOvertaking(answers: StreamRun["answers"]): number {
  const seen = new Set<number>();
  let expected = 0;
  let overtaking = 0;
  for (const { index } of answers) {
    if (index > expected) overtaking += 1;
    seen.add(index);
    while (seen.has(expected)) expected += 1;
  }
  return overtaking;
}
