import { SecretBytes } from "../../src/base/index.js";
import { openKeyMaker } from "../../src/engine/index.js";
import type { KeyHeaderDraft } from "../../src/keyblock/index.js";
import { createTestToken } from "../../test/support/softhsm.js";
import { staticPinKey } from "../pin-keys.js";
import { SOURCE_KEY, TARGET_KEY } from "../translate/fixture.js";
import { BENCH_BDKS } from "./bdks.js";
import { type DukptSetup, SOURCE_KEY_NAME, TARGET_KEY_NAME } from "./setup.js";

/** A private token with a BDK of every kind and two static keys. */
export interface DukptToken {
  readonly setup: DukptSetup;
  /** Of the worker's process. */
  readonly environment: Readonly<Record<string, string>>;
  /** Deletes all of it. */
  remove(): void;
}

const KEYS: readonly (readonly [KeyHeaderDraft, Buffer])[] = [
  [staticPinKey(SOURCE_KEY_NAME), SOURCE_KEY],
  [staticPinKey(TARGET_KEY_NAME), TARGET_KEY],
  ...BENCH_BDKS.map(({ draft, value }) => [draft, value] as const),
];

/** Makes token and keys in one temporary directory. */
export function prepareDukpt(): DukptToken {
  const token = createTestToken("pinmac-bench");
  const { modulePath, tokenLabel, pinFile } = token;
  const maker = openKeyMaker({ ...token, environment: "test" });
  try {
    const sealedKeys = KEYS.map(([draft, value]) => {
      // A copy: importing wipes the material.
      const { sealedKey } = maker.importClearKey(draft, SecretBytes.take(Buffer.from(value)));
      return [draft.name, sealedKey.toString("base64")] as const;
    });
    return {
      setup: { modulePath, tokenLabel, pinFile, sealedKeys: Object.fromEntries(sealedKeys) },
      environment: token.moduleEnvironment,
      remove: () => token.remove(),
    };
  } finally {
    maker.close();
  }
}
