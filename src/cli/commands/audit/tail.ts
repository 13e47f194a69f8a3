import { Command } from "commander";
import { followRecords, lastRecords, listLogs } from "../../../audit/index.js";
import { ConfigurationError } from "../../errors/index.js";
import { print } from "../../output/index.js";
import { wholeNumber } from "../options.js";
import { reading } from "./reading.js";

interface TailOptions {
  readonly lines: number;
  readonly follow?: boolean;
}

const POLL_MS = 200;

/** `pinmac audit tail` */
export function createTailCommand(): Command {
  return new Command("tail")
    .description("Print the last records as they stand, one JSON object a line. Does not verify them.")
    .argument("<directory>", "the log")
    .option("-n, --lines <number>", "how many", wholeNumber(0), 10)
    .option("-f, --follow", "go on with new records until interrupted")
    .action(tail);
}

async function tail(directory: string, { lines, follow }: TailOptions): Promise<void> {
  await reading(directory, async () => {
    const logs = await listLogs(directory);
    if (logs.length > 1)
      throw new ConfigurationError(`${directory}: holds the logs of several fronts: name one, as ${logs.at(-1)}.`);
    // One record is read even for none, to know where new ones begin.
    const found = await lastRecords(directory, Math.max(lines, 1));
    for (const { line } of lines === 0 ? [] : found) print(line.toString("utf8"));
    if (follow === true) await printNew(directory, found.at(-1)?.record.seq ?? 0);
  });
}

async function printNew(directory: string, seq: number): Promise<void> {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
  for await (const { line } of followRecords(directory, seq, POLL_MS, stop.signal)) print(line.toString("utf8"));
}
