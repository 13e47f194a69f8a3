import { join } from "node:path";
import { buildBeside } from "../setup/build.mjs";
import { ROOT } from "../setup/paths.mjs";
import { runAttached } from "../setup/run-command.mjs";
import { setUp } from "../setup/set-up.mjs";

/** A POS pre-authorization from the terminal's key press to the issuer's answer. Arguments go to the demo. */
export async function run(args) {
  await setUp();
  await buildBeside("examples");
  return runAttached(process.execPath, [join(ROOT, "dist", "examples", "preauth", "main.js"), ...args]);
}
