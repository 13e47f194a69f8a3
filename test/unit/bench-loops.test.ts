import { describe, expect, it } from "vitest";
import { median, quantile } from "../../bench/figures/index.js";
import { curveOf } from "../../bench/latency/curve.js";
import { runClosedLoop } from "../../bench/load/closed-loop.js";
import type { Listener, OpenLine } from "../../bench/load/line.js";
import { runOpenLoop, SHED_MS } from "../../bench/load/open-loop.js";

/** A line to a server that answers as `serve` says. */
function lineTo(serve: (slot: number, listener: Listener) => void): OpenLine<number> {
  return (listener) => ({ send: (slot) => serve(slot, listener), end: () => undefined });
}

const answerSoon = lineTo((slot, { answered }) => void setImmediate(answered, slot));

/** Holds up this process, as a pause of its garbage collector does. */
function holdUp(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

describe("the open loop", () => {
  it("sends every request, each counted once", async () => {
    const { latencies } = await runOpenLoop(answerSoon, () => 0, 1_000, 0.1);
    expect(latencies).toHaveLength(100);
    expect(Math.min(...latencies)).toBeGreaterThanOrEqual(0);
  });

  it("omits no request that had to wait because the client was held up", async () => {
    const stall = lineTo((slot, { answered }) => {
      if (slot === 20) holdUp(60);
      setImmediate(answered, slot);
    });
    const { latencies } = await runOpenLoop(stall, () => 0, 1_000, 0.1);
    expect(latencies).toHaveLength(100);
    // Some 60 requests were due while nothing went out: half of them waited for 30 ms and more, whatever else this machine does.
    expect(latencies.filter((latency) => latency >= 30).length).toBeGreaterThanOrEqual(30);
  });

  it("counts a request that was refused for want of room as the slowest", async () => {
    const refuseOne = lineTo((slot, { answered, shed }) =>
      setImmediate(() => (slot === 3 ? shed(slot, new Error("full")) : answered(slot))),
    );
    const { latencies } = await runOpenLoop(refuseOne, () => 0, 1_000, 0.02);
    expect(latencies.filter((latency) => latency === SHED_MS)).toHaveLength(1);
  });

  it("ends with the first wrong answer", async () => {
    const wrong = lineTo((_, { failed }) => failed(new Error("wrong")));
    await expect(runOpenLoop(wrong, () => 0, 1_000, 0.1)).rejects.toThrow("wrong");
  });
});

describe("the closed loop", () => {
  it("keeps no more than the window under way, and waits for all answers", async () => {
    let [underWay, most, answers] = [0, 0, 0];
    const line = lineTo((slot, { answered }) => {
      underWay += 1;
      most = Math.max(most, underWay);
      setImmediate(() => {
        underWay -= 1;
        answers += 1;
        answered(slot);
      });
    });
    const { latencies } = await runClosedLoop(line, () => 0, 8, 0.02);
    expect(most).toBe(8);
    expect(underWay).toBe(0);
    expect(latencies).toHaveLength(answers);
  });

  it("ends when there are no more requests", async () => {
    const requests = [1, 2, 3, 4, 5];
    const { latencies } = await runClosedLoop(answerSoon, () => requests.shift(), 2, 60);
    expect(latencies).toHaveLength(5);
  });

  it("takes no refusal for an answer", async () => {
    const full = lineTo((slot, { shed }) => shed(slot, new Error("full")));
    await expect(runClosedLoop(full, () => 0, 1, 60)).rejects.toThrow("full");
  });
});

describe("statistics", () => {
  const thousand = Array.from({ length: 1_000 }, (_, index) => index + 1);

  it("take quantiles by nearest rank", () => {
    expect([0.5, 0.99, 0.999, 1].map((share) => quantile(thousand, share))).toEqual([500, 990, 999, 1_000]);
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
  });

  it("draw no share beyond which there are fewer than ten requests", () => {
    expect(
      curveOf("some", thousand)
        .points.map(([share]) => share)
        .at(-1),
    ).toBe(0.99);
  });
});
