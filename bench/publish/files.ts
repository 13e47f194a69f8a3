import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Report } from "../figures/index.js";
import { renderPage } from "./page.js";
import { drawLatency, drawThroughput } from "./svg/index.js";

/** From dist/bench/publish back to the checkout. */
const ROOT = join(import.meta.dirname, "..", "..", "..");
const PAGE = "docs/performance.md";

/**
 * Every file that holds figures of a report, relative to the checkout, with its text.
 * @param page docs/performance.md as it is
 */
export function renderFiles(report: Report, page: string): ReadonlyMap<string, string> {
  return new Map([
    ["bench/results/latest.json", `${JSON.stringify(report, undefined, 2)}\n`],
    [PAGE, renderPage(page, report)],
    ["docs/performance-throughput.svg", drawThroughput(report)],
    ["docs/performance-latency.svg", drawLatency(report)],
  ]);
}

/** Keeps a whole run. @returns the files that were written, relative to the checkout */
export function publish(report: Report): readonly string[] {
  const files = renderFiles(report, readFileSync(join(ROOT, PAGE), "utf8"));
  for (const [file, text] of files) {
    mkdirSync(dirname(join(ROOT, file)), { recursive: true });
    writeFileSync(join(ROOT, file), text);
  }
  return [...files.keys()];
}
