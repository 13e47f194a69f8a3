import { randomInt } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { VAR } from "./paths.mjs";
import { runPinmac, tryPinmac } from "./pinmac.mjs";
import { progress, SetupProblem } from "./progress.mjs";
import { isStamped, writeAtomically, writeStamp } from "./stamp.mjs";

const PIN_DIGITS = 16;

const TOKENS = join(VAR, "tokens");
const CONFIG = join(VAR, "softhsm2.conf");
const REGISTER = join(VAR, "register.sqlite");
const STAMP = join(VAR, "token.stamp");
/** Which keys a token was given: what `pinmac init` makes, and when that changed. */
const KEYS_STAMP = join(VAR, "token-keys.stamp");
const KEYS = "storage master key, seal key, audit key";

/** The name of the token that is complete, as SoftHSM calls its folder; undefined if there is none. */
export function completeToken() {
  const name = existsSync(TOKENS) ? readdirSync(TOKENS)[0] : undefined;
  return name !== undefined && isStamped(STAMP, name) && existsSync(join(VAR, "token-pin")) ? name : undefined;
}

/** A SoftHSM token of this checkout's own, with its storage master key. One that was left half made is made again. */
export async function makeDevelopmentToken() {
  writeSoftHsmConfig();
  const token = completeToken();
  if (token !== undefined) return addMissingKeys(token);
  progress("Making a SoftHSM token under var/");
  clearAway();
  mkdirSync(TOKENS, { recursive: true, mode: 0o700 });
  const officerPin = join(VAR, "so-pin");
  writeAtomically(officerPin, newPin(), 0o600);
  writeAtomically(join(VAR, "token-pin"), newPin(), 0o600);
  await runPinmac("pinmac-init", ["init", "--create-token", "--so-pin-file", officerPin]);
  const made = readdirSync(TOKENS)[0];
  writeStamp(KEYS_STAMP, keysOf(made));
  writeStamp(STAMP, made);
}

const keysOf = (token) => `${token}: ${KEYS}`;

/** A token of an earlier version of this checkout gets the keys that came since. */
async function addMissingKeys(token) {
  if (isStamped(KEYS_STAMP, keysOf(token))) return;
  progress("Adding the audit key to the SoftHSM token");
  // 1: it has them all, and the stamp alone was lost.
  const { code, log } = await tryPinmac("pinmac-init", ["init"]);
  if (code > 1) throw new SetupProblem(`pinmac init ended with ${code}; its output: ${log}`);
  writeStamp(KEYS_STAMP, keysOf(token));
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
