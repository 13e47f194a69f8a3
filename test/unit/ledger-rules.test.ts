import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { judgeSpend } from "../../src/store/ledger/judge-spend.js";
import type { KsnSpend } from "../../src/store/ledger/ksn-ledger.js";
import { countValidAbove, transactionsLeft } from "../../src/store/ledger/transactions-left.js";
import { UNUSED, type UseState } from "../../src/store/ledger/use-state.js";

function spendOf(counter: number, request = 1, mode: KsnSpend["mode"] = "enforce"): KsnSpend {
  return { bdkId: "bdk", deviceId: Buffer.alloc(8), use: "pin", counter, requestDigest: Buffer.alloc(32, request), mode };
}

/** The outcomes of counters that come one after the other, each with a request of its own. */
function outcomesOf(counters: readonly number[], window: number, mode: KsnSpend["mode"] = "enforce"): readonly string[] {
  let state: UseState = UNUSED;
  return counters.map((counter, index) => {
    const { outcome, next } = judgeSpend(state, spendOf(counter, index, mode), window);
    state = next;
    return outcome;
  });
}

const A = "accepted";
const R = "replayed";

describe("a counter", () => {
  it.each([
    ["rises by one", [1, 2, 3], [A, A, A]],
    ["jumps ahead", [1, 100, 0xffff_0000], [A, A, A]],
    ["stays", [5, 5], [A, R]],
    ["falls by one", [5, 4], [A, R]],
    ["falls far and rises to the mark again", [500, 1, 499, 500, 501], [A, R, R, R, A]],
  ] as const)("that %s, without a window", (_what, counters, expected) => {
    expect(outcomesOf(counters, 0)).toEqual(expected);
  });

  it.each([
    ["inside: once each", [10, 8, 9, 8, 9, 10, 11], [A, A, A, R, R, R, A]],
    ["at its edge", [10, 6, 5], [A, A, R]],
    ["moves with the mark", [10, 8, 12, 8, 9, 7, 10], [A, A, A, R, A, R, R]],
    ["below the first counter of all", [3, 1, 2, 1], [A, A, A, R]],
    ["the old mark under a new one", [10, 13, 10, 9, 11], [A, A, R, A, A]],
  ] as const)("with a window of 4: %s", (_what, counters, expected) => {
    expect(outcomesOf(counters, 4)).toEqual(expected);
  });

  it.each([31, 32, 33])("that jumps by %i leaves what it jumped over unused, but not what was used in reach", (jump) => {
    const mark = 100 + jump;
    expect(outcomesOf([100, 99, mark, mark - 1, mark - 2], 32)).toEqual([A, A, A, A, A]);
    expect(outcomesOf([100, 99, mark, 100, 99], 32)).toEqual([A, A, A, R, R]);
  });

  it.each([0, 1, 5, 31, 32])("is judged as by a set of all used counters, with a window of %i", (window) => {
    const step = fc.oneof(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 60, max: 80 }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (counters) => {
        const used = new Set<number>();
        const expected = counters.map((counter) => {
          const highest = Math.max(0, ...used);
          if (counter <= highest && (highest - counter > window || used.has(counter))) return R;
          used.add(counter);
          return A;
        });
        expect(outcomesOf(counters, window)).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });
});

describe("a retry", () => {
  const { next } = judgeSpend(UNUSED, spendOf(7, 1), 0);

  it("is the last counter with the same digest, as often as it comes", () => {
    const again = judgeSpend(next, spendOf(7, 1), 0);
    expect(again).toEqual({ outcome: "retry", next });
  });

  it("is none with another digest, and none once the counter rose", () => {
    expect(judgeSpend(next, spendOf(7, 2), 0).outcome).toBe("replayed");
    const later = judgeSpend(next, spendOf(8, 2), 0).next;
    expect(judgeSpend(later, spendOf(7, 1), 0).outcome).toBe("replayed");
  });
});

describe("what a replay leaves", () => {
  const { next } = judgeSpend(UNUSED, spendOf(7), 0);

  it("in mode enforce: a count, and nothing else", () => {
    expect(judgeSpend(next, spendOf(5, 2), 0).next).toEqual({ ...next, replays: 1 });
  });

  it("in mode detect: the counter is used, also for a window that is configured later", () => {
    const detected = judgeSpend(next, spendOf(5, 2, "detect"), 0);
    expect(detected.outcome).toBe("replayed");
    expect(detected.next).toMatchObject({ counter: 7, spent: 1, replays: 1 });
    expect(judgeSpend(detected.next, spendOf(5, 3), 8).outcome).toBe("replayed");
    expect(judgeSpend(detected.next, spendOf(4, 3), 8).outcome).toBe("accepted");
  });
});

describe("transactions left", () => {
  it("are counted as by trying every number", () => {
    for (const rule of [
      { bits: 8, maxOnes: 3 },
      { bits: 9, maxOnes: 9 },
      { bits: 10, maxOnes: 5 },
    ]) {
      const isValid = (value: number) => value.toString(2).replaceAll("0", "").length <= rule.maxOnes;
      let left = 0;
      for (let counter = 2 ** rule.bits - 1; counter >= 0; counter--) {
        expect(countValidAbove(rule, counter), `${rule.bits} bits, ${counter}`).toBe(left);
        if (isValid(counter)) left++;
      }
    }
  });

  it("are those of the standards over a whole life", () => {
    // 2^20 − 1, as X9.24-1 says: more than a million transactions. (2^32 + C(32,16)) / 2 − 1 under AES.
    expect(transactionsLeft("TDES_2KEY", 0)).toBe(1_048_575);
    expect(transactionsLeft("AES_128", 0)).toBe(2_448_023_842);
  });

  it("end at the largest counter", () => {
    expect(transactionsLeft("TDES_2KEY", 0x1f_f800 - 1)).toBe(1);
    expect(transactionsLeft("TDES_2KEY", 0x1f_f800)).toBe(0);
    expect(transactionsLeft("AES_256", 0xffff_0000 - 1)).toBe(1);
    expect(transactionsLeft("AES_256", 0xffff_0000)).toBe(0);
  });

  it("refuse what is no counter", () => {
    for (const counter of [-1, 0.5, 2 ** 21]) expect(() => transactionsLeft("TDES_2KEY", counter)).toThrow(RangeError);
  });
});
