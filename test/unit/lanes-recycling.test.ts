import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { EngineCommand, EngineOutcome } from "../../src/engine/commands/command.js";
import { type LaneEngine, type LaneLimits, type LanesOptions, startLanes } from "../../src/engine/lanes/index.js";

const FAKE_LANE = fileURLToPath(new URL("../support/fake-lane.mjs", import.meta.url));
const LOST = { kind: "refused", reason: "TOKEN_UNAVAILABLE" };
const answered = (text: string) => ({ kind: "generateMac", mac: Buffer.from(text) });

let directory: string;
let engine: LaneEngine | undefined;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "pinmac-lanes-"));
});

afterEach(async () => {
  await engine?.close();
  engine = undefined;
  rmSync(directory, { recursive: true });
});

const startFile = () => join(directory, "start");
const logFile = () => join(directory, "log");
/** What the lanes noted, as [event, pid]. */
const logged = () =>
  (existsSync(logFile()) ? readFileSync(logFile(), "utf8").trim().split("\n") : []).map((line) => line.split(" "));
const countLogged = (event: string) => logged().filter(([found]) => found === event).length;

/** Lanes that each serve `recycleAfterObjects` commands before they are worn. */
async function start(limits: Partial<LaneLimits>, options: Partial<LanesOptions> = {}): Promise<LaneEngine> {
  engine = await startLanes({
    modulePath: "/no/module.so",
    moduleEnvironment: { FAKE_LANE_LOG: logFile(), FAKE_LANE_START: startFile() },
    tokenLabel: "fake",
    pinFile: "/no/pin",
    environment: "test",
    keyCacheSize: 10,
    lanes: 1,
    laneEntry: FAKE_LANE,
    ...options,
    limits: { probeInterval: 3_600_000, answerTimeout: 1_000, longestRestartPause: 300, ...limits },
  });
  return engine;
}

function command(text: string): EngineCommand {
  return { kind: "generateMac", key: { sealedKey: Buffer.from(`sealed key of ${text}`) }, message: Buffer.from(text) };
}

async function ask(lanes: LaneEngine, text: string): Promise<EngineOutcome | undefined> {
  return (await lanes.execute([command(text)]))[0];
}

async function until(condition: () => boolean, within = 10_000): Promise<void> {
  for (const end = Date.now() + within; !condition(); await sleep(5)) {
    if (Date.now() > end) throw new Error("The condition did not come true in time.");
  }
}

function isAlive(pid: number | undefined): boolean {
  try {
    return pid !== undefined && process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Keeps the lanes busy, four commands at a time, until it is so; the texts it sent, each of which was answered rightly. */
async function loadUntil(lanes: LaneEngine, condition: () => boolean): Promise<readonly string[]> {
  const sent: string[] = [];
  const caller = async (name: number): Promise<void> => {
    for (const end = Date.now() + 30_000; !condition(); ) {
      if (Date.now() > end) throw new Error("The condition did not come true in time.");
      const texts = Array.from({ length: 4 }, (_, index) => `${name}.${sent.length + index}`);
      sent.push(...texts);
      expect(await lanes.execute(texts.map(command))).toEqual(texts.map(answered));
    }
  };
  await Promise.all([1, 2, 3, 4].map(caller));
  return sent;
}

describe("a lane that made many objects", () => {
  it("is replaced under load: every command is answered, none is done twice, and the lanes serve all the time", async () => {
    const lanes = await start({ recycleAfterObjects: 100 }, { lanes: 2 });
    const states: boolean[] = [];
    lanes.onStateChange(({ serving, lanesReady }) => states.push(serving && lanesReady === 2));
    const sent = await loadUntil(lanes, () => lanes.state.recycled >= 4);
    const done = logged().flatMap(([event]) => (event?.startsWith("command:") ? event.slice("command:".length) : []));
    expect(done.toSorted()).toEqual(sent.toSorted());
    expect(states.length).toBeGreaterThanOrEqual(4);
    expect(states).not.toContain(false);
    expect(lanes.state).not.toHaveProperty("failure");
  });

  it("is replaced alone, however many are worn, and is gone before the next one's turn", async () => {
    const lanes = await start({ recycleAfterObjects: 20 }, { lanes: 3 });
    await loadUntil(lanes, () => lanes.state.recycled >= 4);
    const events = logged().flatMap(([event]) => (event === "boot" || event === "hungUp" ? event : []));
    expect(events.slice(0, 3)).toEqual(["boot", "boot", "boot"]);
    const recyclings = events.slice(3);
    expect(recyclings).toEqual(recyclings.map((_, index) => (index % 2 === 0 ? "boot" : "hungUp")));
  });

  it("finishes what it holds, while new commands are its successor's", async () => {
    const lanes = await start({ recycleAfterObjects: 1, windowPerLane: 1 });
    const [worn] = lanes.lanePids;
    let finished = false;
    const held = lanes.execute(["slow", "slow", "slow", "slow"].map(command)).then((outcomes) => {
      finished = true;
      return outcomes;
    });
    await until(() => lanes.lanePids[0] !== worn);
    expect(await ask(lanes, "quick")).toEqual(answered("quick"));
    expect(finished).toBe(false);
    expect(await held).toEqual(["slow", "slow", "slow", "slow"].map(answered));
    expect(countLogged("command:slow")).toBe(4);
    await until(() => lanes.state.recycled === 1);
    expect(isAlive(worn)).toBe(false);
  });

  it("is not replaced before", async () => {
    const lanes = await start({ recycleAfterObjects: 3 });
    for (const text of ["a", "b"]) await ask(lanes, text);
    await sleep(400);
    expect(countLogged("boot")).toBe(1);
    await ask(lanes, "c");
    await until(() => lanes.state.recycled === 1);
  });

  it("goes on when it has no successor, which is tried again after a pause", async () => {
    const lanes = await start({ recycleAfterObjects: 1 });
    const worn = lanes.lanePids;
    writeFileSync(startFile(), "exit");
    await ask(lanes, "a");
    await until(() => lanes.state.failure?.code === "LANE_ENDED");
    await sleep(1_000);
    expect(lanes.state).toMatchObject({ serving: true, lanesReady: 1, recycled: 0 });
    expect(await ask(lanes, "b")).toEqual(answered("b"));
    expect(lanes.lanePids).toEqual(worn);
    expect(countLogged("boot")).toBeLessThanOrEqual(5);
    rmSync(startFile());
    await until(() => lanes.state.recycled === 1);
    expect(lanes.state).not.toHaveProperty("failure");
    expect(lanes.lanePids).not.toEqual(worn);
  });

  it("goes on when the token refuses the PIN now, which is presented once", async () => {
    const lanes = await start({ recycleAfterObjects: 1 }, { lanes: 2 });
    writeFileSync(startFile(), "failed PIN_INVALID");
    await lanes.execute(Array.from({ length: 40 }, (_, index) => command(`m${index}`)));
    await until(() => lanes.state.halted);
    await sleep(700);
    expect(countLogged("start")).toBe(3);
    expect(lanes.state).toMatchObject({ serving: true, lanesReady: 2, failure: { code: "PIN_INVALID" } });
    expect(await ask(lanes, "x")).toEqual(answered("x"));
  });

  it("and dies while its successor starts is followed by that one", async () => {
    const lanes = await start({ recycleAfterObjects: 1 });
    const [worn] = lanes.lanePids;
    writeFileSync(startFile(), "slow");
    await ask(lanes, "a");
    await until(() => countLogged("start") === 2);
    process.kill(worn ?? 0, "SIGKILL");
    await until(() => !lanes.state.serving);
    expect(await ask(lanes, "b")).toEqual(LOST);
    await until(() => lanes.state.serving);
    expect(await ask(lanes, "c")).toEqual(answered("c"));
    expect(countLogged("boot")).toBe(2);
  });

  it("and hangs with its last command is killed", async () => {
    const lanes = await start({ recycleAfterObjects: 1, answerTimeout: 500 });
    const [worn] = lanes.lanePids;
    await ask(lanes, "a");
    const hung = ask(lanes, "hang");
    await until(() => lanes.lanePids[0] !== worn);
    expect(await hung).toEqual(LOST);
    expect(await ask(lanes, "b")).toEqual(answered("b"));
    await until(() => !isAlive(worn));
  });

  it("and does not end when it may is killed", async () => {
    const lanes = await start({ recycleAfterObjects: 1, exitTimeout: 200 });
    const [worn] = lanes.lanePids;
    await ask(lanes, "stay");
    await until(() => countLogged("hungUp") === 1);
    await until(() => !isAlive(worn));
    expect(await ask(lanes, "b")).toEqual(answered("b"));
  });

  it("and is being replaced when the end comes leaves no process behind", async () => {
    const lanes = await start({ recycleAfterObjects: 1, exitTimeout: 300 });
    writeFileSync(startFile(), "hang");
    await ask(lanes, "a");
    await until(() => countLogged("start") === 2);
    await lanes.close();
    for (const [event, pid] of logged()) if (event === "boot") expect(isAlive(Number(pid))).toBe(false);
  });
});
