import { describe, expect, it } from "vitest";
import { decodeKeyHeader, encodeKeyHeader } from "../../src/keyblock/header-codec.js";
import { keysUnder } from "../../src/lifecycle/index.js";
import { sampleHeader } from "../grpc/support/sealed-keys.js";

const key = (id: string, cameUnder?: string) => (cameUnder === undefined ? { id } : { id, cameUnder });

describe("the keys under a key", () => {
  const keys = [key("d", "c"), key("a"), key("b", "a"), key("c", "a"), key("x"), key("y", "x"), key("e", "d")];

  it("are those that came under it, and under them, and no others", () => {
    expect(keysUnder("a", keys).map(({ id }) => id)).toEqual(["b", "c", "d", "e"]);
    expect(keysUnder("d", keys).map(({ id }) => id)).toEqual(["e"]);
    expect(keysUnder("e", keys)).toEqual([]);
    expect(keysUnder("gone", keys)).toEqual([]);
  });

  it("end where keys came under each other", () => {
    const circle = [key("a", "b"), key("b", "a")];
    expect(keysUnder("a", circle).map(({ id }) => id)).toEqual(["b"]);
  });
});

describe("the key that a key came under", () => {
  const header = sampleHeader("zonePinTdes", { name: "zone", cameUnder: "5e1c2f0a-7b6d-4c3e-9f80-1a2b3c4d5e6f" });

  it("is in the sealed header", () => {
    expect(decodeKeyHeader(encodeKeyHeader(header)).cameUnder).toBe(header.cameUnder);
    expect(decodeKeyHeader(encodeKeyHeader(sampleHeader("zonePinTdes", { name: "zone" }))).cameUnder).toBeUndefined();
  });

  it("is a whole id or none", () => {
    const bytes = encodeKeyHeader(header);
    // The last field: a tag of two bytes, the length, the id.
    const at = bytes.length - 17;
    expect(bytes.readUInt8(at)).toBe(16);
    const short = Buffer.concat([bytes.subarray(0, at), Buffer.from([15]), bytes.subarray(at + 1, -1)]);
    expect(() => decodeKeyHeader(short)).toThrow(expect.objectContaining({ reason: "SEALED_KEY_INVALID" }));
  });
});
