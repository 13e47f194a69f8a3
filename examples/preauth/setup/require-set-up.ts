import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { KEY_NAMES } from "./key-names.js";
import type { DemoOptions } from "./options.js";
import { SetUpMissing } from "./set-up-missing.js";

/** Looks for every file the demo needs. @throws SetUpMissing with the list of what is not there, and the command that makes it */
export function requireSetUp(options: DemoOptions): void {
  const needed = [
    options.program,
    options.config,
    ...["ca.crt", "switch.crt", "switch.key", "operator.crt", "operator.key"].map((name) => join(options.tlsFolder, name)),
    ...Object.values(KEY_NAMES).map((name) => join(options.keyFolder, `${name.replaceAll("/", "-")}.hex`)),
  ];
  const missing = needed.filter((file) => !existsSync(file));
  if (missing.length === 0) return;
  const list = missing.map((file) => `  ${relative(process.cwd(), file)}`).join("\n");
  throw new SetUpMissing(
    `The set-up is not complete. Missing:\n\n${list}\n\nPlease run \`npm run setup\`, then \`npm run demo\` again.`,
  );
}
