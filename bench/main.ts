#!/usr/bin/env node
/**
 * The benchmarks: `npm run bench -- translate`, or without npm
 * `npx tsc -p bench/tsconfig.json && node dist/bench/main.js translate`.
 *
 * Each makes its own private token, measures, prints a table (progress on standard error) and writes bench/results/latest.json.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { formatTable, type Report } from "./report.js";
import { measureTranslation } from "./translate/measure.js";

interface TranslateOptions {
  readonly json?: true;
  readonly rounds: number;
  readonly seconds: number;
  readonly concurrency: number;
  readonly lanes: number;
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
  .action(async (options: TranslateOptions) => {
    const report = await measureTranslation(options, (line) => process.stderr.write(`${line}\n`));
    keep(report);
    process.stdout.write(options.json ? `${JSON.stringify(report, undefined, 2)}\n` : formatTable(report));
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

/** From dist/bench/main.js back to bench/results. */
function keep(report: Report): void {
  const file = join(import.meta.dirname, "..", "..", "bench", "results", "latest.json");
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(report, undefined, 2)}\n`);
}
