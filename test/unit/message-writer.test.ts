import { describe, expect, it } from "vitest";
import { MessageWriter } from "../../src/base/index.js";
import { FromLane } from "../../src/gen/pinmac/engine/v1/lane.js";
import { AuthorizeStreamResponse } from "../../src/gen/pinmac/v1/authorization.js";

/** A batch with so many outcomes of so many bytes. */
function batchOf(outcomes: number, length: number): FromLane {
  const outcome = (id: number) => ({ id, outcome: { $case: "pinBlock", value: Buffer.alloc(length, id) } }) as const;
  return {
    body: { $case: "batch", value: { outcomes: Array.from({ length: outcomes }, (_, id) => outcome(id)), objectsCreated: 7 } },
  };
}

describe("a message writer", () => {
  it("writes what the generated code writes, whatever it wrote before", () => {
    const writer = new MessageWriter(FromLane);
    for (const message of [batchOf(3, 8), batchOf(300, 500), batchOf(1, 0), batchOf(2, 200)]) {
      expect(writer.write(message)).toEqual(Buffer.from(FromLane.encode(message).finish()));
    }
  });

  it("gives memory that the next message leaves alone", () => {
    const writer = new MessageWriter(FromLane);
    const first = writer.write(batchOf(1, 8));
    const copy = Buffer.from(first);
    writer.write(batchOf(1, 16));
    expect(first).toEqual(copy);
  });

  it("forgets half a message that could not be written", () => {
    const writer = new MessageWriter(AuthorizeStreamResponse);
    const impossible = {
      correlationId: 1n,
      result: { $case: "error", value: { code: 2 ** 40, message: "", details: [] } },
    } as const;
    expect(() => writer.write(impossible)).toThrow();
    const answer: AuthorizeStreamResponse = { correlationId: 2n, result: undefined };
    expect(writer.write(answer)).toEqual(Buffer.from(AuthorizeStreamResponse.encode(answer).finish()));
  });
});
