import { formatNumber, formatRatio } from "./format.js";
import type { JudgedAim, Row } from "./row.js";

/** Every aim and what became of it, as cells: headings first. */
export function verdictCells(rows: readonly Row[]): readonly (readonly string[])[] {
  const lines = rows.flatMap((row) => row.aims.map((aim) => cellsOf(row, aim)));
  return [["name", "aim", "measured", "verdict"], ...lines];
}

function cellsOf({ name, value, ratio, unit, baselineName }: Row, { of, bound, limit, met }: JudgedAim): readonly string[] {
  const sign = bound === "at least" ? "≥" : "≤";
  const measured = of === "value" ? value : (ratio ?? Number.NaN);
  const figure = of === "value" ? (number: number) => `${formatNumber(number)} ${unit}` : formatRatio;
  const subject = of === "value" ? "" : ` of ${baselineName}`;
  return [name, `${sign} ${figure(limit)}${subject}`, figure(measured), met ? "met" : missedBy(bound, measured, limit)];
}

function missedBy(bound: JudgedAim["bound"], measured: number, limit: number): string {
  const share = Math.abs(measured - limit) / limit;
  return `missed: ${(share * 100).toFixed(share < 0.1 ? 1 : 0)} % ${bound === "at least" ? "below" : "above"}`;
}
