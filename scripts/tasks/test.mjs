import { installed } from "../setup/paths.mjs";
import { runAttached } from "../setup/run-command.mjs";
import { setUp } from "../setup/set-up.mjs";

/** Every test, or those that the arguments name. Tests make their own tokens. */
export async function run(args) {
  await setUp({ upTo: "program" });
  return runAttached(installed("vitest"), ["run", ...args]);
}
