import { judgeAims } from "./aims.js";
import type { Row, Unit } from "./row.js";
import { median, spreadOf } from "./statistics.js";

/** What one round gave. */
export interface Sample {
  readonly value: number;
  readonly details?: Readonly<Record<string, number>>;
}

/** Two rounds, one right after the other. */
export interface Pair {
  readonly value: Sample;
  readonly baseline: Sample;
}

/** A row of pairs of rounds: medians, the ratio that of the pairs. */
export function rowOfPairs(name: string, unit: Unit, baselineName: string, pairs: readonly Pair[]): Row {
  const ratios = pairs.map((pair) => pair.value.value / pair.baseline.value);
  const value = median(pairs.map((pair) => pair.value.value));
  const ratio = median(ratios);
  return {
    name,
    value,
    unit,
    baseline: median(pairs.map(({ baseline }) => baseline.value)),
    baselineName,
    ratio,
    spread: spreadOf(ratios),
    aims: judgeAims(name, value, ratio),
    details: {
      ...medianDetails(
        "",
        pairs.map((pair) => pair.value),
      ),
      ...medianDetails(
        "baseline ",
        pairs.map((pair) => pair.baseline),
      ),
    },
  };
}

/** A row of rounds that are compared with nothing. */
export function rowOfSamples(name: string, unit: Unit, samples: readonly Sample[]): Row {
  const values = samples.map((sample) => sample.value);
  const value = median(values);
  return {
    name,
    value,
    unit,
    baseline: null,
    baselineName: null,
    ratio: null,
    spread: spreadOf(values),
    aims: judgeAims(name, value, null),
    details: medianDetails("", samples),
  };
}

/** A figure of all rounds together, with its baseline's. */
export interface Pooled extends Pick<Row, "name" | "unit" | "value" | "details"> {
  readonly baseline: number;
  readonly baselineName: string;
  /** Of the single rounds. */
  readonly ratios: readonly number[];
}

/** A row of figures that were not taken round by round. */
export function rowOfPooled({ ratios, ...row }: Pooled): Row {
  const ratio = row.value / row.baseline;
  return { ...row, ratio, spread: spreadOf(ratios), aims: judgeAims(row.name, row.value, ratio) };
}

function medianDetails(prefix: string, samples: readonly Sample[]): Record<string, number> {
  const names = Object.keys(samples[0]?.details ?? {});
  return Object.fromEntries(
    names.map((name) => [prefix + name, median(samples.map(({ details }) => details?.[name] ?? Number.NaN))]),
  );
}
