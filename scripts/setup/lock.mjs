import { spawnSync } from "node:child_process";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { VAR } from "./paths.mjs";
import { progress, SetupProblem } from "./progress.mjs";

const WAIT_SECONDS = 900;

/**
 * Runs `work` while no other set-up of this checkout runs. flock(1) locks the open file that it inherits, which stays locked
 * until this process closes it or ends, however it ends.
 * @param {() => Promise<void>} work
 */
export async function alone(work) {
  mkdirSync(VAR, { recursive: true, mode: 0o700 });
  const lock = openSync(join(VAR, "setup.lock"), "a", 0o600);
  try {
    if (!flock(lock, ["--nonblock"])) {
      progress("Waiting for another set-up of this checkout");
      if (!flock(lock, ["--timeout", String(WAIT_SECONDS)]))
        throw new SetupProblem("Another set-up of this checkout does not end.");
    }
    await work();
  } finally {
    closeSync(lock);
  }
}

function flock(file, options) {
  const { error, status } = spawnSync("flock", [...options, "3"], { stdio: ["ignore", "ignore", "inherit", file] });
  if (error) throw new SetupProblem("flock(1) is missing; it is part of the Debian package util-linux.");
  return status === 0;
}
