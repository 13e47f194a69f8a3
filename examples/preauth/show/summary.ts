import type { StepResult } from "../scenario/index.js";
import type { ColorsOf } from "./colors.js";
import { WIDTH } from "./layout.js";
import { describeOutcome } from "./outcome-text.js";

interface Column {
  readonly head: string;
  readonly width: number;
  readonly align: "left" | "right";
  cell(result: StepResult): string;
}

const COLUMNS: readonly Column[] = [
  { head: "step", width: 29, align: "left", cell: ({ step }) => step.id.padEnd(3) + step.title },
  { head: "expected", width: 23, align: "left", cell: ({ step }) => describeOutcome(step.expected) },
  { head: "got", width: 23, align: "left", cell: ({ got }) => describeOutcome(got) },
  { head: "service ms", width: 10, align: "right", cell: ({ serviceMilliseconds }) => serviceMilliseconds.toFixed(2) },
  { head: "verdict", width: 7, align: "left", cell: ({ asExpected }) => (asExpected ? "✔ ok" : "✘ wrong") },
];

function row(cellOf: (column: Column) => string): string {
  const cells = COLUMNS.map((column) => {
    const text = cellOf(column);
    return column.align === "left" ? text.padEnd(column.width) : text.padStart(column.width);
  });
  return cells.join("  ").trimEnd();
}

/** The table of all steps, and the one sentence that matters. */
export function describeSummary(results: readonly StepResult[], colors: ColorsOf): string {
  const good = results.filter(({ asExpected }) => asExpected).length;
  const paint = (result: StepResult): ((text: string) => string) => (result.asExpected ? (text) => text : colors.red);
  const verdict = `${good} of ${results.length} steps went as expected.`;
  return [
    "",
    colors.bold("═".repeat(WIDTH)),
    colors.bold(row(({ head }) => head)),
    colors.dim(row(({ width }) => "─".repeat(width))),
    ...results.map((result) => paint(result)(row((column) => column.cell(result)))),
    "",
    good === results.length ? colors.green(verdict) : colors.red(verdict),
    "",
  ].join("\n");
}
