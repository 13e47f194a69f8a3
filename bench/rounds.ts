import { type Pair, type Row, rowOfPairs, type Sample, type Unit } from "./figures/index.js";
import type { Progress } from "./settings.js";

/** What is measured in turns, and what it is measured against. */
export interface Subject {
  readonly name: string;
  readonly unit: Unit;
  readonly baselineName: string;
  readonly measure: () => Promise<Sample>;
  readonly baseline: () => Promise<Sample>;
}

/**
 * Measures every subject and its baseline, round after round, so that whatever else the machine does befalls all alike. One pair before
 * the first round warms up and does not count.
 * @returns one row for each subject, in their order
 */
export async function measureRounds(subjects: readonly Subject[], rounds: number, progress: Progress): Promise<readonly Row[]> {
  const pairs = subjects.map((): Pair[] => []);
  for (const subject of subjects) await runPair(subject, 0);
  for (let round = 1; round <= rounds; round += 1) {
    for (const [index, subject] of subjects.entries()) {
      const pair = await runPair(subject, round);
      pairs[index]?.push(pair);
      const { unit, baselineName } = subject;
      const figures = `${pair.value.value.toFixed(0)} ${unit}, ${baselineName} ${pair.baseline.value.toFixed(0)} ${unit}`;
      progress(`round ${round} of ${rounds}: ${subject.name} ${figures}`);
    }
  }
  return subjects.map(({ name, unit, baselineName }, index) => rowOfPairs(name, unit, baselineName, pairs[index] ?? []));
}

/** Every other round the baseline goes first: who goes second may find the machine warmer, or slower. */
async function runPair(subject: Subject, round: number): Promise<Pair> {
  if (round % 2 === 0) {
    const baseline = await subject.baseline();
    return { value: await subject.measure(), baseline };
  }
  const value = await subject.measure();
  return { value, baseline: await subject.baseline() };
}
