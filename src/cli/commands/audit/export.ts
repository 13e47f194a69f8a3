import { Command, Option } from "commander";
import { type LineRecord, listLogs, listSegments, type ReadRecord, readRecords } from "../../../audit/index.js";
import { print } from "../../output/index.js";
import { instant } from "../options.js";
import { CSV_COLUMNS, toCsvRow } from "./csv-row.js";
import { reading } from "./reading.js";

interface ExportOptions {
  /** Seconds since 1970. */
  readonly from?: number;
  readonly to?: number;
  readonly format: "jsonl" | "csv";
}

const HELP = `
Of a service with several fronts, DIRECTORY holds a log of each: they are printed one after another.

Times are those of the calls, as the service's clock told them. CSV has the calls only. Nothing is verified: run \`pinmac audit verify\` first.

Example:
  $ pinmac audit export var/audit --from 2026-01-01 --to 2026-02-01 --format csv > january.csv`;

/** `pinmac audit export` */
export function createExportCommand(): Command {
  return new Command("export")
    .description("Print the records of a time.")
    .argument("<directory>", "the log")
    .option("--from <instant>", "from this instant or day on (UTC)", instant)
    .option("--to <instant>", "up to before this instant or day (UTC)", instant)
    .addOption(new Option("--format <format>", "what to print").choices(["jsonl", "csv"]).default("jsonl"))
    .addHelpText("after", HELP)
    .action(exportRecords);
}

async function exportRecords(directory: string, options: ExportOptions): Promise<void> {
  await reading(directory, async () => {
    if (options.format === "csv") print(CSV_COLUMNS);
    for (const log of await listLogs(directory)) await exportLog(log, options);
  });
}

async function exportLog(log: string, options: ExportOptions): Promise<void> {
  for await (const found of readRecords(await listSegments(log))) {
    const text = isWithin(found.record, options) ? toText(found, options) : undefined;
    if (text !== undefined) print(text);
  }
}

function toText({ line, record }: LineRecord, { format }: ExportOptions): string | undefined {
  if (format === "jsonl") return line.toString("utf8");
  return record.kind === "call" ? toCsvRow(record) : undefined;
}

function isWithin({ at }: ReadRecord, { from, to }: ExportOptions): boolean {
  const milliseconds = Date.parse(at);
  return milliseconds >= (from ?? 0) * 1_000 && milliseconds < (to ?? Number.POSITIVE_INFINITY) * 1_000;
}
