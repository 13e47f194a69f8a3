/**
 * What a measurement gives: rows with baseline, ratio and aims, the machine they were taken on, and both as text.
 * It measures nothing and writes nothing.
 */

export { formatNumber, formatRatio } from "./format.js";
export { describeMachine, type Machine } from "./machine.js";
export { type Pair, type Pooled, rowOfPairs, rowOfPooled, rowOfSamples, type Sample } from "./make-row.js";
export type { Report } from "./report.js";
export type { Aim, Curve, Figures, JudgedAim, Row, Unit } from "./row.js";
export { median, quantile, spreadOf } from "./statistics.js";
export { alignColumns, rowCells } from "./table.js";
export { timeCells } from "./time-cells.js";
export { verdictCells } from "./verdicts.js";
