import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SecretBytes } from "../../src/base/index.js";
import { initializeToken } from "../../src/hsm/index.js";
import { SOFTHSM_MODULE, TEST_PIN, TEST_SO_PIN, type TestToken } from "../../test/support/softhsm.js";
import { type BenchToken, registerKeys } from "../stage/bench-token.js";
import { STREAM_KEYS } from "../stage/keys.js";

/** A million keys take minutes to make, and open on their own token only: so it stays. From dist/bench/keys back to the checkout. */
const DIRECTORY = join(import.meta.dirname, "..", "..", "..", "var", "bench", "terminal-keys");

/** The token of the terminal keys, which stays between runs; made when it is not there, or not whole. */
export async function openKeptToken(): Promise<BenchToken> {
  const token = describeToken();
  const register = join(DIRECTORY, "register.sqlite");
  const whole = join(DIRECTORY, "whole");
  if (existsSync(whole)) return { token, register, sealedKeys: {} };
  rmSync(DIRECTORY, { recursive: true, force: true });
  mkdirSync(token.tokenDirectory, { recursive: true, mode: 0o700 });
  writeFileSync(token.pinFile, `${TEST_PIN}\n`, { mode: 0o600 });
  writeFileSync(
    join(DIRECTORY, "softhsm2.conf"),
    `directories.tokendir = ${token.tokenDirectory}\nobjectstore.backend = file\nlog.level = ERROR\nslots.removable = false\n`,
  );
  initializeToken({ ...token, readSecurityOfficerPin: () => SecretBytes.take(Buffer.from(TEST_SO_PIN)) });
  const sealedKeys = await registerKeys(token, register, STREAM_KEYS);
  writeFileSync(whole, "");
  return { token, register, sealedKeys };
}

function describeToken(): TestToken {
  return {
    modulePath: SOFTHSM_MODULE,
    moduleEnvironment: { SOFTHSM2_CONF: join(DIRECTORY, "softhsm2.conf") },
    tokenLabel: "pinmac-bench-keys",
    pinFile: join(DIRECTORY, "token-pin"),
    soPinFile: join(DIRECTORY, "so-pin"),
    directory: DIRECTORY,
    tokenDirectory: join(DIRECTORY, "tokens"),
    readPin: () => SecretBytes.take(Buffer.from(TEST_PIN)),
    remove: () => rmSync(DIRECTORY, { recursive: true, force: true }),
  };
}
