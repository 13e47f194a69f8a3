import { DEVELOPMENT_CONFIG, PINMAC } from "../setup/paths.mjs";
import { runAttached } from "../setup/run-command.mjs";
import { setUp } from "../setup/set-up.mjs";

/** The service on the development token, in the foreground until Ctrl-C. */
export async function run(args) {
  await setUp();
  return runAttached(process.execPath, [PINMAC, "serve", "--config", DEVELOPMENT_CONFIG, ...args]);
}
