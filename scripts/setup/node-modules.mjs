import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { ROOT } from "./paths.mjs";
import { progress } from "./progress.mjs";
import { runLogged } from "./run-command.mjs";
import { digestOf, isStamped, writeStamp } from "./stamp.mjs";

/** The only packages whose install scripts run: they are compiled here, from the sources in the package. */
const NATIVE = ["pkcs11js", "better-sqlite3"];

const STAMP = join(ROOT, "node_modules", ".pinmac-stamp");

const digest = () => digestOf([join(ROOT, "package-lock.json")], [process.versions.modules, process.arch]);

/** Was node_modules made from this lock file, for this Node? */
export const areNodeModulesCurrent = () => isStamped(STAMP, digest());

/** `npm ci` without any install script, then the native modules alone. */
export async function installNodeModules() {
  if (areNodeModulesCurrent()) return;
  progress("Installing Node modules (npm ci)");
  await runLogged("npm-ci", "npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
  progress(`Compiling ${NATIVE.join(" and ")} (about a minute)`);
  await runLogged("npm-rebuild", "npm", ["rebuild", "--ignore-scripts=false", "--foreground-scripts", ...NATIVE], {
    env: { npm_config_build_from_source: "true", ...localHeaders() },
  });
  writeStamp(STAMP, digest());
}

/** Node's own headers, if it was installed with them: node-gyp then downloads nothing. */
function localHeaders() {
  const prefix = dirname(dirname(process.execPath));
  return existsSync(join(prefix, "include", "node", "node.h")) ? { npm_config_nodedir: prefix } : {};
}
