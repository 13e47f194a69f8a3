/** The longest frame either side accepts, in bytes. A longer one means that the stream is out of step, or that the peer is not ours. */
export const MAX_FRAME_LENGTH = 2 * 1024 * 1024;

const HEADER_LENGTH = 4;

/** The peer broke the framing or the protocol. Nothing it says afterwards can be trusted: the lane is ended. */
export class LaneProtocolError extends Error {
  override readonly name = "LaneProtocolError";
}

/** A frame: the payload's length as four big-endian bytes, then the payload. */
export function encodeFrame(payload: Uint8Array): Buffer {
  if (payload.length === 0 || payload.length > MAX_FRAME_LENGTH)
    throw new LaneProtocolError("A frame has an impossible length.");
  const frame = Buffer.allocUnsafe(HEADER_LENGTH + payload.length);
  frame.writeUInt32BE(payload.length, 0);
  frame.set(payload, HEADER_LENGTH);
  return frame;
}

/** Cuts a byte stream into frames, wherever the chunks happen to break. */
export class FrameDecoder {
  #rest: Buffer = Buffer.alloc(0);

  /**
   * Takes the next chunk and yields the payloads that it completes, those before a fault first. They may be views of the chunk: use
   * them before the chunk's memory is used again.
   * @throws LaneProtocolError for an empty or oversized frame, as soon as its length is known
   */
  *push(chunk: Buffer): Generator<Buffer, void> {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let offset = 0;
    while (bytes.length - offset >= HEADER_LENGTH) {
      const length = bytes.readUInt32BE(offset);
      if (length === 0 || length > MAX_FRAME_LENGTH) throw new LaneProtocolError("A frame has an impossible length.");
      const end = offset + HEADER_LENGTH + length;
      if (end > bytes.length) break;
      yield bytes.subarray(offset + HEADER_LENGTH, end);
      offset = end;
    }
    // A copy: a lane reads every chunk into the same buffer.
    this.#rest = Buffer.from(bytes.subarray(offset));
  }
}
