import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeFrame, FrameDecoder, LaneProtocolError, MAX_FRAME_LENGTH } from "../../src/engine/lanes/frames.js";

describe("frames", () => {
  it("come out as they went in, wherever the stream is cut", () => {
    const payloads = fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 20 });
    fc.assert(
      fc.property(payloads, fc.infiniteStream(fc.integer({ min: 1, max: 400 })), (sent, cuts) => {
        const stream = Buffer.concat(sent.map((payload) => encodeFrame(payload)));
        const decoder = new FrameDecoder();
        const received: Buffer[] = [];
        // One buffer for all chunks, as a lane has it.
        const chunk = Buffer.alloc(400);
        for (let offset = 0; offset < stream.length; ) {
          const length = stream.copy(chunk, 0, offset, offset + cuts.next().value);
          for (const payload of decoder.push(chunk.subarray(0, length))) received.push(Buffer.from(payload));
          offset += length;
        }
        expect(received).toEqual(sent.map((payload) => Buffer.from(payload)));
      }),
    );
  });

  it("carry their length in four big-endian bytes", () => {
    expect(encodeFrame(Buffer.from("abc")).toString("hex")).toBe("00000003616263");
  });

  it.each(["00000000", "ffffffff", "00200001"])("with the length %s are refused before their payload comes", (header) => {
    expect(() => [...new FrameDecoder().push(Buffer.from(header, "hex"))]).toThrow(LaneProtocolError);
  });

  it("are never written empty or oversized", () => {
    expect(() => encodeFrame(Buffer.alloc(0))).toThrow(LaneProtocolError);
    expect(() => encodeFrame(Buffer.alloc(MAX_FRAME_LENGTH + 1))).toThrow(LaneProtocolError);
    expect(encodeFrame(Buffer.alloc(MAX_FRAME_LENGTH))).toHaveLength(MAX_FRAME_LENGTH + 4);
  });
});
