import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { chooseLane, keyTagOf } from "../../src/engine/lanes/lane-choice.js";

const idle = (count: number) => Array.from({ length: count }, (_, slot) => ({ slot, load: 0 }));

describe("the choice of a lane", () => {
  it("is none when no lane is ready", () => {
    expect(chooseLane([], 1)).toBeUndefined();
  });

  it("keeps a key on its lane and spreads keys over lanes", () => {
    const lanes = idle(4);
    const counts = [0, 0, 0, 0];
    for (let key = 0; key < 4_000; key += 1) {
      const tag = randomBytes(4).readUInt32LE();
      const slot = chooseLane(lanes, tag)?.slot ?? -1;
      expect(chooseLane(lanes, tag)?.slot).toBe(slot);
      counts[slot] = (counts[slot] ?? 0) + 1;
    }
    for (const count of counts) expect(count).toBeGreaterThan(800);
  });

  it("moves only the keys of the lane that is away", () => {
    const lanes = idle(4);
    for (let key = 0; key < 500; key += 1) {
      const tag = randomBytes(4).readUInt32LE();
      const own = chooseLane(lanes, tag)?.slot;
      const others = lanes.filter(({ slot }) => slot !== 2);
      if (own !== 2) expect(chooseLane(others, tag)?.slot).toBe(own);
    }
  });

  it("falls over to the idlest when the key's lane is clearly busier", () => {
    const own = chooseLane(idle(3), 77)?.slot;
    const withLoad = (load: number) => idle(3).map((lane) => (lane.slot === own ? { ...lane, load } : lane));
    expect(chooseLane(withLoad(4), 77)?.slot).toBe(own);
    expect(chooseLane(withLoad(5), 77)?.slot).not.toBe(own);
  });

  it("goes by the source's key", () => {
    const key = (text: string) => ({ sealedKey: Buffer.from(text) });
    const message = Buffer.from("m");
    const tag = keyTagOf({ kind: "generateMac", key: key("....abcd"), message });
    expect(tag).toBe(Buffer.from("abcd").readUInt32LE());
    expect(
      keyTagOf({
        kind: "authorize",
        verifyMac: { kind: "verifyMac", key: key("....abcd"), message, mac: message },
        generateMac: { kind: "generateMac", key: key("....wxyz"), message },
      }),
    ).toBe(tag);
    expect(keyTagOf({ kind: "openSealedKey", sealedKey: Buffer.from("ab") })).toBe(0);
    expect(keyTagOf({ kind: "probe" })).toBe(0);
  });
});
