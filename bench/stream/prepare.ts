import { join } from "node:path";
import { SecretBytes } from "../../src/base/index.js";
import { openKeyMaker } from "../../src/engine/index.js";
import { openSqliteRegister } from "../../src/store/index.js";
import { createTestToken, type TestToken } from "../../test/support/softhsm.js";
import { writeCertificates } from "../certificates.js";
import { STREAM_KEYS } from "./keys.js";
import type { StreamSetup } from "./setup.js";

/** A private token with the measurement's keys, and what the workers must know of it. */
export interface StreamToken {
  readonly setup: StreamSetup;
  /** Of every worker's process. */
  readonly environment: Readonly<Record<string, string>>;
  /** Deletes all of it. */
  remove(): void;
}

/** Makes token, keys, register and certificates in one temporary directory. */
export async function prepareStream(lanes: number): Promise<StreamToken> {
  const token = createTestToken("pinmac-bench");
  const { modulePath, tokenLabel, pinFile, directory } = token;
  const register = join(directory, "register.sqlite");
  await registerKeys(token, register);
  const tls = writeCertificates(directory);
  return {
    setup: { modulePath, tokenLabel, pinFile, directory, register, lanes, tls },
    environment: token.moduleEnvironment,
    remove: () => token.remove(),
  };
}

async function registerKeys(token: TestToken, path: string): Promise<void> {
  const maker = openKeyMaker({ ...token, environment: "test" });
  const register = openSqliteRegister(path, async (head) => maker.sealRegisterHead(head));
  try {
    for (const [draft, value] of STREAM_KEYS) {
      // A copy: importing wipes the material.
      const { sealedKey } = maker.importClearKey(draft, SecretBytes.take(Buffer.from(value)));
      await register.add(sealedKey);
    }
  } finally {
    maker.close();
    register.close();
  }
}
