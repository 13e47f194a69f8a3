/** Units of a row's value. */
export type Unit = "/s" | "ms" | "µs" | "MiB";

/** What a row's value or ratio is to be. */
export interface Aim {
  readonly of: "value" | "ratio";
  readonly bound: "at least" | "at most";
  readonly limit: number;
}

/** An aim, held against what was measured. */
export interface JudgedAim extends Aim {
  readonly met: boolean;
}

/** One measured figure and what it is compared with. */
export interface Row {
  readonly name: string;
  /** The median of the rounds, unless `details` say otherwise. */
  readonly value: number;
  readonly unit: Unit;
  /** What the value is compared with, in the same unit and measured in the same rounds; null for a figure that stands alone. */
  readonly baseline: number | null;
  readonly baselineName: string | null;
  /** The median over the rounds of value by baseline, each pair taken one right after the other. */
  readonly ratio: number | null;
  /** The least and the greatest ratio of a round, or value where there is no ratio. */
  readonly spread: readonly [least: number, greatest: number];
  readonly aims: readonly JudgedAim[];
  /** What else the rounds counted, by name; the name ends in its unit. */
  readonly details: Readonly<Record<string, number>>;
}

/** Latencies at single quantiles, for the plot. */
export interface Curve {
  readonly name: string;
  /** Ascending shares from 0 to 1 and milliseconds. */
  readonly points: readonly (readonly [share: number, milliseconds: number])[];
}

/** What one group of measurements gave. */
export interface Figures {
  readonly rows: readonly Row[];
  readonly curves?: readonly Curve[];
}
