import { installed } from "../setup/paths.mjs";
import { runAttached } from "../setup/run-command.mjs";
import { setUp } from "../setup/set-up.mjs";

const STEPS = [
  [
    "Format and lint",
    "biome",
    ["ci", "--error-on-warnings", "--diagnostic-level=warn", ...(process.stdout.isTTY ? [] : ["--colors=off"])],
  ],
  ["Protocol files", "buf", ["lint"]],
  ["Types", "tsc", ["--noEmit"]],
];

/** What a change must pass. `--no-tests`: without the last step. Other arguments go to the tests. */
export async function run(args) {
  await setUp({ upTo: "program" });
  const tests = args.includes("--no-tests") ? [] : [["Tests", "vitest", ["run", ...args]]];
  for (const [title, program, words] of [...STEPS, ...tests]) {
    console.error(`\n== ${title}: ${program} ${words.join(" ")}`);
    const code = await runAttached(installed(program), words);
    if (code !== 0) {
      console.error(`\n${title}: failed`);
      return code;
    }
  }
  console.error("\nEverything passed");
  return 0;
}
