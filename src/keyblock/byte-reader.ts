import { Refusal } from "../base/index.js";

/** Reads a sealed key from left to right. What is not there is a SEALED_KEY_INVALID. */
export class ByteReader {
  readonly #bytes: Buffer;
  #offset = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** Bytes read so far. */
  get offset(): number {
    return this.#offset;
  }

  get atEnd(): boolean {
    return this.#offset === this.#bytes.length;
  }

  /** A copy of the next `length` bytes. */
  take(length: number): Buffer {
    const end = this.#offset + length;
    if (end > this.#bytes.length) throw new Refusal("SEALED_KEY_INVALID");
    const taken = Buffer.from(this.#bytes.subarray(this.#offset, end));
    this.#offset = end;
    return taken;
  }

  takeUint8(): number {
    return this.take(1).readUInt8();
  }

  takeUint16(): number {
    return this.take(2).readUInt16BE();
  }
}
