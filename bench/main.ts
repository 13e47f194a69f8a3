#!/usr/bin/env node
/**
 * The benchmarks: `npm run bench -- translate`, or without npm
 * `npx tsc -p bench/tsconfig.json && node dist/bench/main.js translate`.
 *
 * Each makes its own private token, measures, prints a table (progress on standard error) and writes a file of bench/results:
 * latest.json of `translate`, dukpt.json of `dukpt`, stream.json of `stream`.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { type DukptOptions, measureDukpt } from "./dukpt/measure.js";
import { formatTable, type Report } from "./report.js";
import { measureStream, type StreamOptions } from "./stream/measure.js";
import { type MeasureOptions, measureTranslation } from "./translate/measure.js";

interface OutputOptions {
  readonly json?: true;
}

const program = new Command("bench").description("Measures pinmac on a private SoftHSM token.");

program
  .command("translate")
  .description("PIN translation: unary gRPC against an empty echo, and the engine against a bare PKCS#11 loop")
  .option("--json", "print JSON instead of the table")
  .option("--rounds <n>", "rounds of each subject, interleaved", parseCount, 5)
  .option("--seconds <s>", "length of one round", parseSeconds, 2)
  .option("--concurrency <n>", "calls in flight", parseCount, 32)
  .option("--lanes <n>", "lanes of the server", parseCount, 1)
  .action(async (options: MeasureOptions & OutputOptions) => {
    publish(await measureTranslation(options, progress), "latest.json", options);
  });

program
  .command("dukpt")
  .description("PIN translation under BDKs by the engine of one lane, against a static key")
  .option("--json", "print JSON instead of the table")
  .option("--rounds <n>", "rounds of each subject, interleaved", parseCount, 5)
  .option("--seconds <s>", "length of one round", parseSeconds, 1)
  .action(async (options: DukptOptions & OutputOptions) => {
    publish(await measureDukpt(options, progress), "dukpt.json", options);
  });

program
  .command("stream")
  .description("AuthorizeStream, a closed loop with a fixed window on one stream, against an echo stream of the same server")
  .option("--json", "print JSON instead of the table")
  .option("--rounds <n>", "rounds of each subject, interleaved", parseCount, 5)
  .option("--seconds <s>", "length of one round", parseSeconds, 2)
  .option("--window <n>", "requests without an answer", parseCount, 256)
  .option("--lanes <n>", "lanes of the server", parseCount, 1)
  .action(async (options: StreamOptions & OutputOptions) => {
    publish(await measureStream(options, progress), "stream.json", options);
  });

await program.parseAsync();

function parseCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new InvalidArgumentError("Not a positive integer.");
  return count;
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (!(seconds > 0 && seconds <= 600)) throw new InvalidArgumentError("Not a number of seconds up to 600.");
  return seconds;
}

function progress(line: string): void {
  process.stderr.write(`${line}\n`);
}

function publish(report: Report, fileName: string, { json }: OutputOptions): void {
  keep(report, fileName);
  process.stdout.write(json ? `${JSON.stringify(report, undefined, 2)}\n` : formatTable(report));
}

/** From dist/bench/main.js back to bench/results. */
function keep(report: Report, fileName: string): void {
  const file = join(import.meta.dirname, "..", "..", "bench", "results", fileName);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(report, undefined, 2)}\n`);
}
