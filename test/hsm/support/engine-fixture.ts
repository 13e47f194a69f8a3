import { afterAll, beforeAll } from "vitest";
import { SecretBytes } from "../../../src/base/index.js";
import {
  type EngineCommand,
  type EngineOutcome,
  type KeyMaker,
  openKeyMaker,
  openTokenEngine,
  type TokenEngine,
} from "../../../src/engine/index.js";
import type { KeyHeaderDraft } from "../../../src/keyblock/index.js";
import type { MacParameters } from "../../../src/mac/index.js";
import { createTestToken, type TestToken } from "../../support/softhsm.js";

/** A key's draft, from the few things that matter in a test. */
export function draft(
  parts: Pick<KeyHeaderDraft, "usage" | "algorithm" | "keyLength" | "modeOfUse"> & Partial<KeyHeaderDraft>,
) {
  return { name: "test", version: 1, exportability: "N", environment: "test", owner: "", ...parts } as const;
}

export const pinDraft = (algorithm: "TDES" | "AES", keyLength: number, modeOfUse: "B" | "D" | "E" = "B"): KeyHeaderDraft =>
  draft({ usage: "P0", algorithm, keyLength, modeOfUse });

export const bdkDraft = (mac?: MacParameters): KeyHeaderDraft =>
  draft({
    usage: "B0",
    algorithm: "TDES",
    keyLength: 16,
    modeOfUse: "X",
    dukptType: "TDES_2KEY",
    ...(mac !== undefined && { mac }),
  });

/** A token, an engine and a key maker for the tests of one file. */
export class EngineFixture {
  #token: TestToken | undefined;
  #engine: TokenEngine | undefined;
  #maker: (KeyMaker & { close(): void }) | undefined;
  readonly #imported = new Map<string, Buffer>();

  constructor(keyCacheSize = 64) {
    beforeAll(() => {
      this.#token = createTestToken();
      this.#engine = openTokenEngine({ ...this.#token, environment: "test", keyCacheSize });
      this.#maker = openKeyMaker({ ...this.#token, environment: "test" });
    });
    afterAll(async () => {
      this.#maker?.close();
      await this.#engine?.close();
      this.#token?.remove();
    });
  }

  get token(): TestToken {
    if (this.#token === undefined) throw new Error("There is no token.");
    return this.#token;
  }

  get engine(): TokenEngine {
    if (this.#engine === undefined) throw new Error("There is no engine.");
    return this.#engine;
  }

  get maker(): KeyMaker {
    if (this.#maker === undefined) throw new Error("There is no key maker.");
    return this.#maker;
  }

  /** Seals a clear key, once for each draft and key. */
  import(keyDraft: KeyHeaderDraft, hex: string): Buffer {
    const name = JSON.stringify(keyDraft) + hex;
    const known = this.#imported.get(name);
    if (known !== undefined) return known;
    const { sealedKey } = this.maker.importClearKey(keyDraft, SecretBytes.take(Buffer.from(hex, "hex")));
    this.#imported.set(name, sealedKey);
    return sealedKey;
  }

  async execute(command: EngineCommand): Promise<EngineOutcome> {
    const [outcome] = await this.engine.execute([command]);
    if (outcome === undefined) throw new Error("There is no outcome.");
    return outcome;
  }
}

/** How a test sees an outcome: bytes as upper-case hex, a refusal as its reason. */
export function shown(outcome: EngineOutcome): string {
  switch (outcome.kind) {
    case "refused":
      return outcome.reason;
    case "translatePin":
      return outcome.pinBlock.toString("hex").toUpperCase();
    case "generateMac":
      return outcome.mac.toString("hex").toUpperCase();
    case "verifyMac":
      return outcome.verified ? "verified" : "mismatch";
    default:
      return outcome.kind;
  }
}
