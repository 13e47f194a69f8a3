import { median, type Row } from "./report.js";
import type { RoundResult } from "./workers/serve-worker.js";

/** What is measured in turns, and what it is measured against. */
export interface Subject {
  readonly name: string;
  readonly baselineName: string;
  readonly measure: () => Promise<RoundResult>;
  readonly baseline: () => Promise<RoundResult>;
}

/** Two rounds, one right after the other. */
export interface Pair {
  readonly value: RoundResult;
  readonly baseline: RoundResult;
}

/**
 * Measures every subject and its baseline, round after round, so that whatever else the machine does befalls all alike.
 * @returns the rows of all subjects, in their order
 */
export async function measureRounds(
  subjects: readonly Subject[],
  rounds: number,
  progress: (line: string) => void,
): Promise<readonly Row[]> {
  const pairs = subjects.map((): Pair[] => []);
  for (let round = 1; round <= rounds; round += 1) {
    for (const [index, subject] of subjects.entries()) {
      const pair = await runPair(subject, round);
      pairs[index]?.push(pair);
      const figures = `${pair.value.perSecond.toFixed(0)}/s against ${pair.baseline.perSecond.toFixed(0)}/s`;
      progress(`Round ${round} of ${rounds}: ${subject.name} ${figures}`);
    }
  }
  return subjects.flatMap((subject, index) => rowsOf(subject, pairs[index] ?? []));
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

function rowsOf(subject: Subject, pairs: readonly Pair[]): Row[] {
  const rate: Row = {
    name: subject.name,
    value: median(pairs.map(({ value }) => value.perSecond)),
    unit: "per second",
    baseline: { name: subject.baselineName, value: median(pairs.map(({ baseline }) => baseline.perSecond)) },
    ratio: median(pairs.map(({ value, baseline }) => value.perSecond / baseline.perSecond)),
  };
  return [rate, ...latencyRowsOf(subject, pairs), ...costRowsOf(subject, pairs)];
}

function latencyRowsOf(subject: Subject, pairs: readonly Pair[]): Row[] {
  return (["p50", "p99"] as const).flatMap((share) => {
    const taken = pairs.flatMap(({ value, baseline }) =>
      value.latency && baseline.latency ? { value: value.latency[share], baseline: baseline.latency[share] } : [],
    );
    if (taken.length === 0) return [];
    return {
      name: `${subject.name}, ${share}`,
      value: median(taken.map(({ value }) => value)),
      unit: "µs",
      baseline: { name: subject.baselineName, value: median(taken.map(({ baseline }) => baseline)) },
      ratio: median(taken.map(({ value, baseline }) => value / baseline)),
    };
  });
}

function costRowsOf(subject: Subject, pairs: readonly Pair[]): Row[] {
  return Object.keys(pairs[0]?.value.costs ?? {}).map((cost) => ({
    name: `${subject.name}, ${cost}`,
    value: median(pairs.map(({ value }) => value.costs?.[cost] ?? Number.NaN)),
    unit: "each",
  }));
}
