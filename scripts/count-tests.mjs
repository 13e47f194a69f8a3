#!/usr/bin/env node
// Prints `N passed, N failed` from a vitest JSON report. A file that could not be loaded counts as one failed test.
import { existsSync, readFileSync } from "node:fs";

const [path] = process.argv.slice(2);
const report = path !== undefined && existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : undefined;
const unloaded =
  report?.testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0).length ?? 1;
const passed = report?.numPassedTests ?? 0;
const failed = (report?.numFailedTests ?? 0) + unloaded;

console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
