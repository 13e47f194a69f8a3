import { join } from "node:path";
import { buildBeside } from "../setup/build.mjs";
import { ROOT } from "../setup/paths.mjs";
import { runAttached } from "../setup/run-command.mjs";
import { setUp } from "../setup/set-up.mjs";

/**
 * A POS pre-authorization from the terminal's key press to the issuer's answer; or, if the first argument is `ceremony`, a founding and the
 * loading of a key by their officers. Other arguments go to the demo.
 */
export async function run(args) {
  await setUp();
  await buildBeside("examples");
  const [name, ...others] = args[0] === "ceremony" ? args : ["preauth", ...args];
  return runAttached(process.execPath, [join(ROOT, "dist", "examples", name, "main.js"), ...others]);
}
