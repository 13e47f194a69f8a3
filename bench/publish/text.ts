import { alignColumns, formatNumber, type Report, rowCells, timeCells, verdictCells } from "../figures/index.js";

/** The report as a terminal shows it. */
export function renderText(report: Report): string {
  const tables = [rowCells(report.rows), verdictCells(report.rows), timeCells(report.rows, report.machine.cores)];
  const parts = tables.filter((cells) => cells.length > 1).map(alignColumns);
  return `${[describeRun(report), ...parts].join("\n\n")}\n`;
}

/** When, on what and how it was measured. */
export function describeRun({ measuredAt, took, machine, settings }: Report): string {
  const { processor, cores, memoryGiB, node, token, loadBefore } = machine;
  const { run, rounds, seconds, lanes, window, concurrency, keys } = settings;
  return [
    `Measured ${measuredAt.slice(0, 16).replace("T", " ")} UTC in ${took} s on ${processor}, ${cores} cores, ${memoryGiB} GiB;`,
    `Node ${node}; ${token}; load average before: ${loadBefore.toFixed(2)}.`,
    `A ${run} run${run === "quick" ? ", not to be quoted" : ""}: ${rounds} rounds of ${seconds} s, lanes: ${lanes}, window: ${window},`,
    `unary calls in flight: ${concurrency}, terminal keys: ${formatNumber(Number(keys))}.`,
  ].join("\n");
}
