import { relative } from "node:path";
import { Command } from "commander";
import { followRecords, type LogPlace, type LogRecord, lastRecords, listLogs, mergeByTime } from "../../../audit/index.js";
import { print } from "../../output/index.js";
import { wholeNumber } from "../options.js";
import { reading } from "./reading.js";

interface TailOptions {
  readonly lines: number;
  readonly follow?: boolean;
}

/** Writes a record for the reader. */
type ToText = (record: LogRecord) => string;

const POLL_MS = 200;

const HELP = `
Of a service with several fronts, DIRECTORY holds a log of each: their records are merged by time, and each line begins with the member
"log", which names the front's. With one log the lines are printed as they stand.

Example:
  $ pinmac audit tail var/audit -f | jq 'select(.outcome != "OK")'`;

/** `pinmac audit tail` */
export function createTailCommand(): Command {
  return new Command("tail")
    .description("Print the last records, one JSON object a line. Does not verify them.")
    .argument("<directory>", "the log")
    .option("-n, --lines <number>", "how many, of all logs together", wholeNumber(0), 10)
    .option("-f, --follow", "go on with new records until interrupted")
    .addHelpText("after", HELP)
    .action(tail);
}

async function tail(directory: string, { lines, follow }: TailOptions): Promise<void> {
  await reading(directory, async () => {
    const logs = await listLogs(directory);
    const toText: ToText = logs.length > 1 ? (record) => namingLog(directory, record) : asItStands;
    const found: LogRecord[][] = [];
    // One record is read even for none, to know where new ones begin.
    for (const log of logs) found.push((await lastRecords(log, Math.max(lines, 1))).map((record) => ({ log, ...record })));
    for (const record of lines === 0 ? [] : mergeByTime(found).slice(-lines)) print(toText(record));
    const places = logs.map((log, index) => ({ log, seq: found[index]?.at(-1)?.record.seq ?? 0 }));
    if (follow === true) await printNew(places, toText);
  });
}

async function printNew(places: readonly LogPlace[], toText: ToText): Promise<void> {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
  for await (const record of followRecords(places, POLL_MS, stop.signal)) print(toText(record));
}

function asItStands({ line }: LogRecord): string {
  return line.toString("utf8");
}

/** The line is an object with members: one more is put before them. */
function namingLog(directory: string, { log, line }: LogRecord): string {
  return `{"log":${JSON.stringify(relative(directory, log) || ".")},${line.toString("utf8").slice(1)}`;
}
