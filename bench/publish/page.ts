import { type Report, rowCells, timeCells, verdictCells } from "../figures/index.js";
import { describeRun } from "./text.js";

const BEGIN = "<!-- figures of bench/results/latest.json: written by `npm run bench`, not by hand -->";
const END = "<!-- end of the figures -->";

/** The page of docs with the figures of the report between its marks. @throws Error when the page has no marks */
export function renderPage(page: string, report: Report): string {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin < 0 || end < begin) throw new Error("The page has no place for the figures.");
  return `${page.slice(0, begin)}${BEGIN}\n${renderFigures(report)}\n${page.slice(end)}`;
}

function renderFigures(report: Report): string {
  const { rows, machine } = report;
  return [
    describeRun(report),
    markdownTable(rowCells(rows)),
    "### The aims",
    markdownTable(verdictCells(rows)),
    "### Where the time goes",
    markdownTable(timeCells(rows, machine.cores)),
  ].join("\n\n");
}

function markdownTable(cells: readonly (readonly string[])[]): string {
  const lines = cells.map((line) => `| ${line.join(" | ")} |`);
  const rule = `|${(cells[0] ?? []).map(() => "---|").join("")}`;
  return [...lines.slice(0, 1), rule, ...lines.slice(1)].join("\n");
}
