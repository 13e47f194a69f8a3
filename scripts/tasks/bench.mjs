import { join } from "node:path";
import { buildBeside } from "../setup/build.mjs";
import { ROOT } from "../setup/paths.mjs";
import { runAttached } from "../setup/run-command.mjs";
import { setUp } from "../setup/set-up.mjs";

/** `npm run bench [-- GROUP… --quick …]`: the measurements in bench/; `-- --help` says which. */
export async function run(args) {
  await setUp({ upTo: "program" });
  await buildBeside("bench");
  return runAttached(process.execPath, [join(ROOT, "dist", "bench", "main.js"), ...args]);
}
