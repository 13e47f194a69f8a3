import { join } from "node:path";
import { SecretBytes } from "../../src/base/index.js";
import { openKeyMaker } from "../../src/engine/index.js";
import { openSqliteRegister } from "../../src/store/index.js";
import { createTestToken, type TestToken } from "../../test/support/softhsm.js";
import { writeCertificates } from "../certificates.js";
import { staticPinKey } from "../pin-keys.js";
import { SOURCE_KEY, TARGET_KEY } from "./fixture.js";
import type { TranslationSetup } from "./setup.js";

/** A private token with the measurement's keys, and what the workers must know of it. */
export interface BenchToken {
  readonly setup: TranslationSetup;
  /** Of every worker's process. */
  readonly environment: Readonly<Record<string, string>>;
  /** Deletes all of it. */
  remove(): void;
}

const SOURCE_KEY_NAME = "bench/source";
const TARGET_KEY_NAME = "bench/target";

/** Makes token, keys, register and certificates in one temporary directory. */
export async function prepareTranslation(lanes: number): Promise<BenchToken> {
  const token = createTestToken("pinmac-bench");
  const register = join(token.directory, "register.sqlite");
  await registerKeys(token, register);
  return {
    setup: {
      modulePath: token.modulePath,
      tokenLabel: token.tokenLabel,
      pinFile: token.pinFile,
      register,
      sourceKeyName: SOURCE_KEY_NAME,
      targetKeyName: TARGET_KEY_NAME,
      lanes,
      tls: writeCertificates(token.directory),
    },
    environment: token.moduleEnvironment,
    remove: () => token.remove(),
  };
}

async function registerKeys(token: TestToken, path: string): Promise<void> {
  const maker = openKeyMaker({ ...token, environment: "test" });
  const register = openSqliteRegister(path, async (head) => maker.sealRegisterHead(head));
  try {
    for (const [name, value] of [
      [SOURCE_KEY_NAME, SOURCE_KEY],
      [TARGET_KEY_NAME, TARGET_KEY],
    ] as const) {
      // A copy: importing wipes the material.
      const { sealedKey } = maker.importClearKey(staticPinKey(name), SecretBytes.take(Buffer.from(value)));
      await register.add(sealedKey);
    }
  } finally {
    maker.close();
    register.close();
  }
}
