import { cpus, loadavg } from "node:os";

/** One measured figure and what it is compared with. */
export interface Row {
  readonly name: string;
  /** The median of the rounds. */
  readonly value: number;
  readonly unit: string;
  /** What `ratio` compares with, measured in the same rounds; absent for a figure that stands alone. */
  readonly baseline?: { readonly name: string; readonly value: number };
  /** The median over the rounds of value by baseline, each pair taken one right after the other. */
  readonly ratio?: number;
}

/** What the figures were taken on. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly node: string;
  readonly token: string;
  /** Of the minute before the run: figures of a machine that was busy with other things are not worth keeping. */
  readonly loadBefore: number;
}

/** Everything one run measured, and on what. */
export interface Report {
  readonly measuredAt: string;
  readonly machine: Machine;
  readonly settings: Readonly<Record<string, number>>;
  readonly rows: readonly Row[];
}

/** What this machine is; to be called before the run. */
export function describeMachine(token: string): Machine {
  const processors = cpus();
  return {
    processor: processors[0]?.model ?? "unknown",
    cores: processors.length,
    node: process.version,
    token,
    loadBefore: loadavg()[0] ?? 0,
  };
}

/** The middle value, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const low = sorted[Math.ceil(middle) - 1] ?? Number.NaN;
  const high = sorted[Math.floor(middle)] ?? Number.NaN;
  return (low + high) / 2;
}

const HEADINGS = ["name", "value", "unit", "baseline", "ratio"];

/** The rows as text, in columns. */
export function formatTable(report: Report): string {
  const lines = report.rows.map((row) => [
    row.name,
    formatNumber(row.value),
    row.unit,
    row.baseline === undefined ? "" : `${formatNumber(row.baseline.value)} (${row.baseline.name})`,
    row.ratio === undefined ? "" : row.ratio.toFixed(2),
  ]);
  const widths = HEADINGS.map((_, column) => Math.max(...[HEADINGS, ...lines].map((line) => line[column]?.length ?? 0)));
  const { processor, cores, node, token, loadBefore } = report.machine;
  const table = [HEADINGS, widths.map((width) => "-".repeat(width)), ...lines].map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  return `${processor}, ${cores} cores; Node ${node}; ${token}; load before ${loadBefore.toFixed(2)}\n${table.join("\n")}\n`;
}

function formatNumber(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: value < 100 ? 1 : 0 });
}
