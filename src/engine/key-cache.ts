import type { OpenToken } from "../hsm/index.js";
import { destroyHandles, openSealedKey } from "./key-opener.js";
import type { OpenedKey } from "./opened-key.js";

/** The seal stands at the end of a sealed key. */
const SEAL_LENGTH = 16;

/** A command touches four keys at the most; none of them may be evicted while it runs. */
export const MIN_KEY_CACHE_SIZE = 4;

interface CachedKey {
  readonly sealedKey: Buffer;
  readonly key: OpenedKey;
}

/**
 * Opened keys of one login, the least recently used of them dropped. An entry is found by its seal and serves only a sealed key that is
 * the same byte for byte: nothing that was changed ever meets an opened key. The cache lives and dies with its session, and so do the
 * handles in it.
 */
export class KeyCache {
  readonly #token: Pick<OpenToken, "session" | "keys" | "capabilities">;
  readonly #size: number;
  /** In the order of their last use. */
  readonly #entries = new Map<string, CachedKey>();

  /** @throws RangeError when the size is below `MIN_KEY_CACHE_SIZE` */
  constructor(token: Pick<OpenToken, "session" | "keys" | "capabilities">, size: number) {
    if (!Number.isInteger(size) || size < MIN_KEY_CACHE_SIZE) throw new RangeError("The key cache is too small.");
    this.#token = token;
    this.#size = size;
  }

  /** Number of opened keys. */
  get length(): number {
    return this.#entries.size;
  }

  /**
   * The opened key; opens it when it is not here.
   * @throws Refusal SEALED_KEY_INVALID; TokenFault
   */
  open(sealedKey: Buffer): OpenedKey {
    const seal = sealedKey.toString("latin1", Math.max(0, sealedKey.length - SEAL_LENGTH));
    const cached = this.#entries.get(seal);
    if (cached?.sealedKey.equals(sealedKey)) {
      this.#entries.delete(seal);
      this.#entries.set(seal, cached);
      return cached.key;
    }
    const key = openSealedKey(this.#token, sealedKey);
    this.#drop(seal);
    this.#evict();
    this.#entries.set(seal, { sealedKey: Buffer.from(sealedKey), key });
    return key;
  }

  #evict(): void {
    for (const seal of this.#entries.keys()) {
      if (this.#entries.size < this.#size) return;
      this.#drop(seal);
    }
  }

  #drop(seal: string): void {
    const cached = this.#entries.get(seal);
    if (cached === undefined) return;
    this.#entries.delete(seal);
    destroyHandles(this.#token, cached.key.handles);
  }
}
