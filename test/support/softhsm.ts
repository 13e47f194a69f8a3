import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SecretBytes } from "../../src/base/index.js";
import { initializeToken, openToken } from "../../src/hsm/index.js";
import type { TokenUnderTest } from "./token-under-test.js";

export const SOFTHSM_MODULE = "/usr/lib/softhsm/libsofthsm2.so";

/** A SoftHSM token of a test's own, under the system's temporary directory. */
export interface TestToken {
  readonly modulePath: string;
  readonly moduleEnvironment: Readonly<Record<string, string>>;
  readonly tokenLabel: string;
  /** 0600, one line. */
  readonly pinFile: string;
  readonly soPinFile: string;
  /** Holds everything, tokens included. */
  readonly directory: string;
  readonly tokenDirectory: string;
  /** A fresh copy of the token PIN, as `TokenOptions` wants it. */
  readonly readPin: () => SecretBytes;
  remove(): void;
}

export const TEST_PIN = "2468013579";
export const TEST_SO_PIN = "9753108642";

/** A directory with a SoftHSM configuration and no token yet. A missing module fails the test that uses it; nothing is skipped. */
export function prepareTestToken(tokenLabel = "pinmac-test"): TestToken {
  const directory = mkdtempSync(join(tmpdir(), "pinmac-token-"));
  const tokenDirectory = join(directory, "tokens");
  mkdirSync(tokenDirectory, { mode: 0o700 });
  const configuration = join(directory, "softhsm2.conf");
  writeFileSync(
    configuration,
    `directories.tokendir = ${tokenDirectory}\nobjectstore.backend = file\nlog.level = ERROR\nslots.removable = false\n`,
  );
  const pinFile = join(directory, "token-pin");
  const soPinFile = join(directory, "so-pin");
  writeFileSync(pinFile, `${TEST_PIN}\n`, { mode: 0o600 });
  writeFileSync(soPinFile, `${TEST_SO_PIN}\n`, { mode: 0o600 });
  return {
    modulePath: SOFTHSM_MODULE,
    moduleEnvironment: { SOFTHSM2_CONF: configuration },
    tokenLabel,
    pinFile,
    soPinFile,
    directory,
    tokenDirectory,
    readPin: () => SecretBytes.take(Buffer.from(TEST_PIN)),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** A SoftHSM token with pinmac's master keys, ready to be opened. */
export function createTestToken(tokenLabel = "pinmac-test"): TestToken {
  const token = prepareTestToken(tokenLabel);
  initializeToken({ ...token, readSecurityOfficerPin: () => SecretBytes.take(Buffer.from(TEST_SO_PIN)) });
  return token;
}

/** A SoftHSM token, opened as production opens one. */
export function openSoftHsm(): TokenUnderTest {
  const prepared = createTestToken();
  const token = openToken({ ...prepared, environment: "test" });
  return {
    name: "softhsm",
    token,
    close: () => {
      token.close();
      prepared.remove();
    },
  };
}
