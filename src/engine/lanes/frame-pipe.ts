import { readSync, writeSync } from "node:fs";
import { MessageWriter } from "../../base/index.js";
import { FromLane, ToLane } from "../../gen/pinmac/engine/v1/lane.js";
import { encodeFrame, FrameDecoder } from "./frames.js";

const READ_LENGTH = 256 * 1024;

/**
 * A lane's end of the socket to the front, read and written synchronously: a lane does one thing at a time, and waiting in the
 * kernel for the next frame costs less than waiting in an event loop.
 */
export class FramePipe {
  readonly #fd: number;
  readonly #buffer = Buffer.alloc(READ_LENGTH);
  readonly #decoder = new FrameDecoder();
  readonly #writer = new MessageWriter(FromLane);

  constructor(fd: number) {
    this.#fd = fd;
  }

  /** Every message until the front closes the socket or is gone, one after the other. @throws LaneProtocolError */
  *messages(): Generator<ToLane, void> {
    for (;;) {
      const length = this.#read();
      if (length === 0) return;
      // Decoding copies every operand out of the buffer before it is read into again.
      for (const payload of this.#decoder.push(this.#buffer.subarray(0, length))) yield ToLane.decode(payload);
    }
  }

  /** Sends a frame whole. To a front that is gone it sends nothing: the next read says that it is gone. */
  send(message: FromLane): void {
    const frame = encodeFrame(this.#writer.write(message));
    try {
      for (let offset = 0; offset < frame.length; ) offset += writeSync(this.#fd, frame, offset);
    } catch (error) {
      if (codeOf(error) !== "EPIPE") throw error;
    }
  }

  /** The number of bytes read; 0 when there will never be more. */
  #read(): number {
    for (;;) {
      try {
        return readSync(this.#fd, this.#buffer, 0, READ_LENGTH, null);
      } catch (error) {
        if (codeOf(error) === "EINTR") continue;
        // A front that was killed with answers unread.
        if (codeOf(error) === "ECONNRESET") return 0;
        throw error;
      }
    }
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
