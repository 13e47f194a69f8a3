#!/usr/bin/env node
// `npm run setup`: everything that pinmac needs on a fresh Debian or Ubuntu with git and Node. Safe to run at any time.
import { SetupProblem } from "./setup/progress.mjs";
import { setUp } from "./setup/set-up.mjs";

try {
  await setUp();
} catch (error) {
  if (!(error instanceof SetupProblem)) throw error;
  console.error(`\n${error.message}`);
  process.exitCode = 1;
}
