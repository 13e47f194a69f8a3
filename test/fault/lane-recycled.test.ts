import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LaneEngine, type LaneEngineState, startLanes } from "../../src/engine/lanes/index.js";
import { createTestToken, type TestToken } from "../support/softhsm.js";
import { childrenOf, type KnownAnswer, lanesOn, makeKnownAnswers, until } from "./support/real-lanes.js";

const LANES = 2;
const CALLERS = 8;
const BATCH = 5;
const RECYCLINGS = 4;
/** Reached several times in a second by keys that never stay in the cache. */
const RECYCLE_AFTER = 1_000;

let token: TestToken;
let answers: readonly KnownAnswer[];
let engine: LaneEngine;

beforeAll(async () => {
  token = createTestToken();
  // More keys than a lane keeps: nearly every command unwraps two, and makes objects on the token by that.
  answers = makeKnownAnswers(token, 6);
  engine = await startLanes({ ...lanesOn(token, LANES), keyCacheSize: 4, limits: { recycleAfterObjects: RECYCLE_AFTER } });
});

afterAll(async () => {
  await engine?.close();
  token?.remove();
});

/** Sends batch after batch until it is so. @returns commands sent */
async function call(until: () => boolean): Promise<number> {
  let sent = 0;
  for (const end = Date.now() + 45_000; !until(); sent += BATCH) {
    if (Date.now() > end) throw new Error("The lanes were not recycled in time.");
    const asked = Array.from({ length: BATCH }, (_, index) => answers[(sent + index) % answers.length]);
    const outcomes = await engine.execute(asked.flatMap((answer) => answer?.command ?? []));
    expect(outcomes).toEqual(asked.map((answer) => answer?.outcome));
  }
  return sent;
}

describe("lanes that are worn under load", () => {
  it("are replaced without a command refused, and serve all the time", async () => {
    const before = engine.lanePids;
    const states: LaneEngineState[] = [];
    const stop = engine.onStateChange((state) => states.push(state));
    const counts = await Promise.all(Array.from({ length: CALLERS }, () => call(() => engine.state.recycled >= RECYCLINGS)));
    stop();
    expect(counts.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(RECYCLINGS * (RECYCLE_AFTER / 4));
    expect(states.length).toBeGreaterThanOrEqual(RECYCLINGS);
    expect(states.filter(({ serving, lanesReady }) => !serving || lanesReady < LANES)).toEqual([]);
    expect(engine.lanePids.filter((pid) => before.includes(pid))).toEqual([]);
  });

  it("leave no process behind", async () => {
    await until(() => childrenOf(process.pid).length === LANES, 10_000);
    await sleep(500);
    const children = childrenOf(process.pid);
    expect(children.map(({ pid }) => pid).toSorted()).toEqual(engine.lanePids.toSorted());
    await engine.close();
    expect(childrenOf(process.pid)).toEqual([]);
  });
});
