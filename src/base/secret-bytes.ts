import { inspect } from "node:util";

/**
 * Raw secret bytes (key material, clear PIN blocks) in a buffer of their own.
 *
 * The buffer is exactly as long as the secret and shares no slab with others. It is never turned into text: printing, JSON and
 * template strings show the length only. Whoever makes one wipes it, in `finally` or with `using`.
 */
export class SecretBytes {
  readonly #bytes: Buffer;

  private constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /**
   * A zeroed secret of `length` bytes, to be filled through `expose()`.
   *
   * Its memory is outside of V8's heap from the start. A buffer of up to 64 bytes that `Buffer.alloc` makes lies inside: the first
   * `subarray`, or the first native call that takes it, moves it out and leaves a copy behind that nothing can wipe.
   */
  static alloc(length: number): SecretBytes {
    return new SecretBytes(Buffer.from(new ArrayBuffer(length)));
  }

  /** Moves the bytes of `source` into a secret and wipes `source`. */
  static take(source: Buffer): SecretBytes {
    const secret = SecretBytes.alloc(source.length);
    source.copy(secret.#bytes);
    source.fill(0);
    return secret;
  }

  get length(): number {
    return this.#bytes.length;
  }

  /** The bytes themselves, not a copy. The caller keeps no reference beyond the life of this secret. */
  expose(): Buffer {
    return this.#bytes;
  }

  /** Overwrites the secret with zeros. May be called twice. */
  wipe(): void {
    this.#bytes.fill(0);
  }

  [Symbol.dispose](): void {
    this.wipe();
  }

  toString(): string {
    return `[secret, ${this.length} bytes]`;
  }

  toJSON(): string {
    return this.toString();
  }

  [inspect.custom](): string {
    return this.toString();
  }
}
