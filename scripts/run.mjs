#!/usr/bin/env node
// `npm run demo | start | test | bench | check`: set-up first, then the task of that name in scripts/tasks.
import { SetupProblem } from "./setup/progress.mjs";

const TASKS = ["demo", "start", "test", "bench", "check"];

const [task, ...args] = process.argv.slice(2);
if (!TASKS.includes(task)) {
  console.error(`usage: node scripts/run.mjs ${TASKS.join("|")} [arguments]`);
  process.exit(2);
}
try {
  const { run } = await import(`./tasks/${task}.mjs`);
  process.exitCode = await run(args);
} catch (error) {
  if (!(error instanceof SetupProblem)) throw error;
  console.error(`\n${error.message}`);
  process.exitCode = 1;
}
