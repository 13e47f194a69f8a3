import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LaneEngine, startLanes } from "../../src/engine/lanes/index.js";
import { createTestToken, type TestToken } from "../support/softhsm.js";
import { childrenOf, type KnownAnswer, lanesOn, makeKnownAnswer, TOKEN_UNAVAILABLE, until } from "./support/real-lanes.js";

const KILLS = 12;
const CALLERS = 16;
const BATCH = 5;

let token: TestToken;
let answer: KnownAnswer;
let engine: LaneEngine;

beforeAll(async () => {
  token = createTestToken();
  answer = makeKnownAnswer(token);
  engine = await startLanes(lanesOn(token, 2));
});

afterAll(async () => {
  await engine?.close();
  token?.remove();
});

interface Counts {
  sent: number;
  right: number;
  lost: number;
}

async function askBatch(counts: Counts): Promise<void> {
  counts.sent += BATCH;
  const outcomes = await engine.execute(Array.from({ length: BATCH }, () => answer.command));
  expect(outcomes).toHaveLength(BATCH);
  const lost = outcomes.filter(({ kind }) => kind === "refused");
  const right = outcomes.filter(({ kind }) => kind !== "refused");
  expect(lost).toEqual(lost.map(() => TOKEN_UNAVAILABLE));
  expect(right).toEqual(right.map(() => answer.outcome));
  counts.lost += lost.length;
  counts.right += right.length;
  // Without a lane the answer is immediate: leave the event loop to the replacement.
  if (lost.length > 0) await sleep(1);
}

describe("lanes that are killed under load", () => {
  it("cost only what they held: every command is answered once, rightly or as TOKEN_UNAVAILABLE", async () => {
    const counts: Counts = { sent: 0, right: 0, lost: 0 };
    let stop = false;
    const caller = async (): Promise<void> => {
      while (!stop) await askBatch(counts);
    };
    const callers = Array.from({ length: CALLERS }, caller);
    for (let kill = 0; kill < KILLS; kill += 1) {
      await until(() => engine.state.serving, 20_000);
      await sleep(Math.random() * 100);
      const pids = engine.lanePids;
      const victim = pids[Math.floor(Math.random() * pids.length)];
      if (victim !== undefined) process.kill(victim, "SIGKILL");
    }
    stop = true;
    await Promise.all(callers);
    expect(counts.right + counts.lost).toBe(counts.sent);
    expect(counts.right).toBeGreaterThan(CALLERS * BATCH);
    expect(counts.lost).toBeGreaterThan(0);
  });

  it("are replaced, and leave no process behind", async () => {
    await until(() => engine.state.lanesReady === 2, 20_000);
    expect(await engine.execute([answer.command, answer.command])).toEqual([answer.outcome, answer.outcome]);
    const children = childrenOf(process.pid);
    expect(children.map(({ pid }) => pid).toSorted()).toEqual(engine.lanePids.toSorted());
    expect(children.filter(({ state }) => state === "Z")).toEqual([]);
  });

  it("are gone after the end", async () => {
    await engine.close();
    expect(childrenOf(process.pid)).toEqual([]);
    expect(await engine.execute([answer.command])).toEqual([TOKEN_UNAVAILABLE]);
  });
});
