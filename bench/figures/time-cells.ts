import { formatNumber } from "./format.js";
import type { Row } from "./row.js";

const PARTS = ["client CPU µs", "front CPU µs", "lane CPU µs"] as const;

/**
 * Where the time of a request goes, as cells: headings first. CPU time in microseconds for each of client, front and lanes, and how many
 * requests a second so many cores could do at the most if they did nothing else.
 */
export function timeCells(rows: readonly Row[], cores: number): readonly (readonly string[])[] {
  const headings = ["CPU µs for a request", "client", "front", "lanes", "sum", "baseline's", `${cores} cores allow`];
  const lines = rows.filter(({ details }) => PARTS.every((part) => part in details)).map((row) => cellsOf(row, cores));
  return [headings, ...lines];
}

function cellsOf({ name, details }: Row, cores: number): readonly string[] {
  const own = PARTS.map((part) => details[part] ?? Number.NaN);
  const sum = own.reduce((total, part) => total + part, 0);
  const baseline = PARTS.map((part) => details[`baseline ${part}`]).filter((part) => part !== undefined);
  const whole = baseline.length === PARTS.length ? baseline.reduce((total, part) => total + part, 0).toFixed(0) : "";
  return [name, ...[...own, sum].map((part) => part.toFixed(0)), whole, `${formatNumber((cores * 1e6) / sum)} /s`];
}
