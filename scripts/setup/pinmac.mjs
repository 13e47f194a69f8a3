import { spawnSync } from "node:child_process";
import { DEVELOPMENT_CONFIG, PINMAC, ROOT } from "./paths.mjs";
import { runLogged, tryLogged } from "./run-command.mjs";

/** Runs `pinmac` on the development configuration. @param {string} name of the log @param {readonly string[]} args */
export const runPinmac = (name, args) => runLogged(name, process.execPath, [PINMAC, ...args], { env: withConfig() });

/** As `runPinmac`, but a failure is an answer. @param {string} name of the log @param {readonly string[]} args */
export const tryPinmac = (name, args) => tryLogged(name, process.execPath, [PINMAC, ...args], { env: withConfig() });

/** What `pinmac` prints as JSON; nothing if it fails. @param {readonly string[]} args */
export function askPinmac(args) {
  const { status, stdout } = spawnSync(process.execPath, [PINMAC, ...args], {
    cwd: ROOT,
    env: { ...process.env, ...withConfig() },
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  return status === 0 ? JSON.parse(stdout) : undefined;
}

const withConfig = () => ({ PINMAC_CONFIG: DEVELOPMENT_CONFIG });
