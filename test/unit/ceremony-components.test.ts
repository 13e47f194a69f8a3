import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SecretBytes } from "../../src/base/index.js";
import {
  ComponentSum,
  combineShares,
  computeShareCheckValue,
  findComponentFault,
  splitIntoShares,
} from "../../src/ceremony/components/index.js";
import { setOddParity } from "../../src/engine/des-parity.js";
import { computeMaterialCheckValue } from "../../src/engine/material-check-value.js";

const AES = { algorithm: "AES", length: 32 } as const;
const TDES = { algorithm: "TDES", length: 16 } as const;

const secret = (bytes: Buffer) => SecretBytes.take(Buffer.from(bytes));
const hex = (text: string) => secret(Buffer.from(text, "hex"));
const xor = (left: Buffer, right: Buffer) => Buffer.from(left.map((byte, at) => byte ^ (right[at] ?? 0)));

function sumOf(rule: typeof AES | typeof TDES, ...components: readonly Buffer[]) {
  const sum = new ComponentSum(rule);
  const faults = components.map((component) => sum.add(secret(component)));
  return { faults, outcome: sum.finish() };
}

describe("components", () => {
  it("add up to their exclusive-or, in any number and order", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 32, maxLength: 32 }), { minLength: 2, maxLength: 9 }), (arrays) => {
        const components = arrays.map((array) => Buffer.from(array));
        const { faults, outcome } = sumOf(AES, ...components);
        fc.pre(faults.every((fault) => fault === undefined) && outcome.kind === "sum");
        if (outcome.kind !== "sum") throw new Error("There is no sum.");
        expect(outcome.material.expose().equals(components.reduce(xor))).toBe(true);
      }),
    );
  });

  it("K9: an equal one is refused, whenever it comes", () => {
    const [first, second] = [randomBytes(32), randomBytes(32)];
    expect(sumOf(AES, first, first).faults).toEqual([undefined, "COMPONENT_REPEATED"]);
    expect(sumOf(AES, first, second, first).faults).toEqual([undefined, undefined, "COMPONENT_REPEATED"]);
  });

  it("K9: one that is zero is refused", () => {
    expect(findComponentFault(AES, SecretBytes.alloc(32))).toBe("COMPONENT_ZERO");
    expect(findComponentFault(TDES, SecretBytes.alloc(16))).toBe("COMPONENT_ZERO");
  });

  it("K9: one that cancels the others is refused, and the sum is as before", () => {
    const [first, second] = [randomBytes(32), randomBytes(32)];
    const { faults, outcome } = sumOf(AES, first, second, xor(first, second));
    expect(faults).toEqual([undefined, undefined, "SUM_NULL"]);
    if (outcome.kind !== "sum") throw new Error("There is no sum.");
    expect(outcome.material.expose().equals(xor(first, second))).toBe(true);
  });

  it("K9: a key that is equal to one of its components is refused", () => {
    const [first, second, third] = [randomBytes(32), randomBytes(32), randomBytes(32)];
    // The other three cancel each other, though no sum along the way is null.
    const last = xor(second, third);
    expect(sumOf(AES, second, first, third, last)).toEqual({
      faults: [undefined, undefined, undefined, undefined],
      outcome: { kind: "refused", fault: "SUM_IS_COMPONENT" },
    });
  });

  it("K9: one of another length is refused", () => {
    for (const length of [0, 16, 31, 33]) expect(findComponentFault(AES, secret(randomBytes(length)))).toBe("LENGTH_WRONG");
  });

  it("of a TDES key have odd parity: one wrong digit is noticed", () => {
    const component = randomBytes(16);
    setOddParity(component);
    expect(findComponentFault(TDES, secret(component))).toBeUndefined();
    for (let bit = 0; bit < 128; bit += 1) {
      const changed = Buffer.from(component);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(findComponentFault(TDES, secret(changed))).toBe("PARITY_WRONG");
    }
  });

  it("leave nothing in the sum once it is finished", () => {
    const sum = new ComponentSum(AES);
    sum.add(secret(randomBytes(32)));
    const outcome = sum.finish();
    if (outcome.kind !== "sum") throw new Error("There is no sum.");
    outcome.material.wipe();
    const again = sum.finish();
    expect(again.kind === "sum" && again.material.expose().every((byte) => byte === 0)).toBe(true);
  });

  it("K13: have check values of 3 and 5 bytes, those of keys", () => {
    const show = (algorithm: "TDES" | "AES", material: string) =>
      computeMaterialCheckValue(algorithm, hex(material)).value.toString("hex").toUpperCase();
    expect(show("TDES", "0123456789ABCDEFFEDCBA9876543210")).toBe("08D7B4");
    expect(show("AES", "2B7E151628AED2A6ABF7158809CF4F3C")).toHaveLength(10);
  });
});

describe("shares", () => {
  it("restore the secret from any of the number asked for", async () => {
    const material = randomBytes(32);
    const shares = await splitIntoShares(secret(material), 5, 3);
    expect(shares.map((share) => share.length)).toEqual([33, 33, 33, 33, 33]);
    for (const choice of [
      [0, 1, 2],
      [2, 3, 4],
      [4, 0, 3],
      [0, 1, 2, 3, 4],
    ]) {
      const restored = await combineShares(choice.flatMap((index) => shares[index] ?? []));
      expect(restored?.expose().equals(material)).toBe(true);
    }
  });

  it("give something else when there are too few, or one is wrong", async () => {
    const material = randomBytes(32);
    const [first, second, third] = await splitIntoShares(secret(material), 3, 3);
    if (first === undefined || second === undefined || third === undefined) throw new Error("There are three shares.");
    expect((await combineShares([first, second]))?.expose().equals(material)).toBe(false);
    third.expose()[4] = (third.expose()[4] ?? 0) ^ 1;
    expect((await combineShares([first, second, third]))?.expose().equals(material)).toBe(false);
  });

  it("of one place are refused, and a place that is none", async () => {
    const [first, second] = await splitIntoShares(secret(randomBytes(32)), 2, 2);
    if (first === undefined || second === undefined) throw new Error("There are two shares.");
    expect(await combineShares([first, first])).toBeUndefined();
    second.expose()[32] = 0;
    expect(await combineShares([first, second])).toBeUndefined();
  });

  it("have a check value that knows every digit, the place included", () => {
    const share = randomBytes(33);
    const known = computeShareCheckValue(secret(share)).value;
    expect(known).toHaveLength(5);
    for (let at = 0; at < 33; at += 1) {
      const changed = Buffer.from(share);
      changed[at] = (changed[at] ?? 0) ^ 0x10;
      expect(computeShareCheckValue(secret(changed)).value.equals(known)).toBe(false);
    }
  });
});
