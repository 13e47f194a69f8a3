import { randomInt } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { VAR } from "./paths.mjs";
import { runPinmac } from "./pinmac.mjs";
import { progress } from "./progress.mjs";
import { isStamped, writeAtomically, writeStamp } from "./stamp.mjs";

const PIN_DIGITS = 16;

const TOKENS = join(VAR, "tokens");
const CONFIG = join(VAR, "softhsm2.conf");
const REGISTER = join(VAR, "register.sqlite");
const STAMP = join(VAR, "token.stamp");

/** The name of the token that is complete, as SoftHSM calls its folder; undefined if there is none. */
export function completeToken() {
  const name = existsSync(TOKENS) ? readdirSync(TOKENS)[0] : undefined;
  return name !== undefined && isStamped(STAMP, name) && existsSync(join(VAR, "token-pin")) ? name : undefined;
}

/** A SoftHSM token of this checkout's own, with its storage master key. One that was left half made is made again. */
export async function makeDevelopmentToken() {
  writeSoftHsmConfig();
  if (completeToken() !== undefined) return;
  progress("Making a SoftHSM token under var/");
  clearAway();
  mkdirSync(TOKENS, { recursive: true, mode: 0o700 });
  const officerPin = join(VAR, "so-pin");
  writeAtomically(officerPin, newPin(), 0o600);
  writeAtomically(join(VAR, "token-pin"), newPin(), 0o600);
  await runPinmac("pinmac-init", ["init", "--create-token", "--so-pin-file", officerPin]);
  writeStamp(STAMP, readdirSync(TOKENS)[0]);
}

/** The path in it is absolute, so a checkout that was moved gets a new one. */
function writeSoftHsmConfig() {
  const content = `directories.tokendir = ${TOKENS}\nobjectstore.backend = file\nlog.level = ERROR\nslots.removable = false\n`;
  if (!existsSync(CONFIG) || readFileSync(CONFIG, "utf8") !== content) writeAtomically(CONFIG, content, 0o600);
}

/** Keys sealed by a token that is gone open nowhere, but a register is moved aside, never deleted. */
function clearAway() {
  rmSync(STAMP, { force: true });
  rmSync(TOKENS, { recursive: true, force: true });
  for (const suffix of ["", "-wal", "-shm"]) {
    if (existsSync(REGISTER + suffix)) renameSync(REGISTER + suffix, `${REGISTER}.of-lost-token-${Date.now()}${suffix}`);
  }
}

const newPin = () => Array.from({ length: PIN_DIGITS }, () => randomInt(10)).join("");
