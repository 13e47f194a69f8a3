const HEADER_LENGTH = 2;

/** The message with its length before it, in two bytes, the high one first. */
export function frame(message: Buffer): Buffer {
  const header = Buffer.alloc(HEADER_LENGTH);
  header.writeUInt16BE(message.length);
  return Buffer.concat([header, message]);
}

/** Collects what arrives until one whole message is there. */
export class FrameReader {
  #received: Buffer = Buffer.alloc(0);

  /** The message, once it is complete. */
  push(chunk: Buffer): Buffer | undefined {
    this.#received = Buffer.concat([this.#received, chunk]);
    if (this.#received.length < HEADER_LENGTH) return undefined;
    const end = HEADER_LENGTH + this.#received.readUInt16BE();
    return this.#received.length < end ? undefined : this.#received.subarray(HEADER_LENGTH, end);
  }
}
