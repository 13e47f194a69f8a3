import type { SecretBytes } from "../base/index.js";
import type { EngineCommand, EngineOutcome } from "./commands/command.js";
import type { KeyMaker } from "./key-maker.js";
import { openTokenEngine, type TokenEngineOptions } from "./token-engine.js";
import { openKeyMaker } from "./token-key-maker.js";

/** A founded token for the length of a ceremony: makes keys, does single commands, signs with its audit key. */
export interface CeremonyToken {
  /** Manufacturer, model, firmware. */
  readonly description: string;
  readonly serial: string;
  /** The point of the audit key (X9.62, uncompressed); the token may have none. */
  readonly auditPublicKey: Buffer | undefined;
  readonly keys: KeyMaker;
  /** Random bytes of the token; the caller wipes them. @throws Refusal TOKEN_UNAVAILABLE */
  randomBytes(length: number): SecretBytes;
  execute(command: EngineCommand): Promise<EngineOutcome>;
  close(): Promise<void>;
}

/** A ceremony uses two keys at a time, at most. */
const KEY_CACHE_SIZE = 4;

/** Opens the token, twice tested: for making keys, and for the engine's commands. @throws TokenStartError */
export function openCeremonyToken(options: Omit<TokenEngineOptions, "keyCacheSize">): CeremonyToken {
  const engine = openTokenEngine({ ...options, keyCacheSize: KEY_CACHE_SIZE });
  try {
    const keys = openKeyMaker(options);
    return {
      description: engine.tokenDescription,
      serial: engine.tokenSerial,
      auditPublicKey: engine.auditPublicKey,
      keys,
      randomBytes: (length) => keys.randomBytes(length),
      execute: async (command) => {
        const [outcome] = await engine.execute([command]);
        if (outcome === undefined) throw new Error("The engine answers every command.");
        return outcome;
      },
      close: async () => {
        keys.close();
        await engine.close();
      },
    };
  } catch (error) {
    engine.close().catch(() => undefined);
    throw error;
  }
}
