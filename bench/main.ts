#!/usr/bin/env node
/**
 * The benchmarks: `npm run bench`, or without npm `npx tsc -p bench/tsconfig.json && node dist/bench/main.js`; `--help` says the rest.
 * Progress goes to standard error, the tables to standard output.
 */
import { readCommandLine } from "./command-line.js";
import { publish, renderText } from "./publish/index.js";
import { runGroups } from "./run.js";

const { groups, settings, json, whole } = readCommandLine(process.argv.slice(2));
const report = await runGroups(groups, settings, (line) => process.stderr.write(`${line}\n`));
process.stdout.write(json ? `${JSON.stringify(report, undefined, 2)}\n` : renderText(report));
if (whole) for (const file of publish(report)) process.stderr.write(`wrote ${file}\n`);
