import { formatNumber, formatRatio } from "./format.js";
import type { Row } from "./row.js";

const HEADINGS = ["name", "value", "unit", "baseline", "ratio", "rounds"] as const;

/** The rows as cells: headings first. `rounds` is the spread of the ratio over the rounds, or of the value where there is no ratio. */
export function rowCells(rows: readonly Row[]): readonly (readonly string[])[] {
  return [HEADINGS, ...rows.map(cellsOf)];
}

function cellsOf({ name, value, unit, baseline, baselineName, ratio, spread }: Row): readonly string[] {
  const format = ratio === null ? formatNumber : formatRatio;
  return [
    name,
    formatNumber(value),
    unit,
    baseline === null ? "" : `${formatNumber(baseline)} ${baselineName ?? ""}`,
    ratio === null ? "" : formatRatio(ratio),
    `${format(spread[0])} to ${format(spread[1])}`,
  ];
}

/** Cells as text in columns, with a rule under the headings. */
export function alignColumns(cells: readonly (readonly string[])[]): string {
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)));
  const rule = widths.map((width) => "-".repeat(width));
  return [...cells.slice(0, 1), rule, ...cells.slice(1)]
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
