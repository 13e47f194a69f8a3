import type { Machine } from "./machine.js";
import type { Curve, Row } from "./row.js";

/** Everything one run measured, and on what. */
export interface Report {
  /** ISO 8601, UTC: the end of the run. */
  readonly measuredAt: string;
  /** Seconds. */
  readonly took: number;
  readonly machine: Machine;
  readonly settings: Readonly<Record<string, number | string>>;
  readonly rows: readonly Row[];
  readonly curves: readonly Curve[];
}
