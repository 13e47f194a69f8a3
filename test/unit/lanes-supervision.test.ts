import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { EngineCommand, EngineOutcome } from "../../src/engine/commands/command.js";
import { type LaneEngine, type LanesOptions, startLanes } from "../../src/engine/lanes/index.js";

const FAKE_LANE = fileURLToPath(new URL("../support/fake-lane.mjs", import.meta.url));
const LOST = { kind: "refused", reason: "TOKEN_UNAVAILABLE" };
const answered = (text: string) => ({ kind: "generateMac", mac: Buffer.from(text) });

let directory: string;
let engines: LaneEngine[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "pinmac-lanes-"));
  engines = [];
});

afterEach(async () => {
  await Promise.all(engines.map((engine) => engine.close()));
  rmSync(directory, { recursive: true });
});

const logFile = () => join(directory, "log");
const startFile = () => join(directory, "start");
const logged = () => (existsSync(logFile()) ? readFileSync(logFile(), "utf8").trim().split("\n") : []);
const countLogged = (event: string) => logged().filter((line) => line.startsWith(`${event} `)).length;

async function start(options: Partial<LanesOptions> = {}): Promise<LaneEngine> {
  const engine = await startLanes({
    modulePath: "/no/module.so",
    moduleEnvironment: { FAKE_LANE_LOG: logFile(), FAKE_LANE_START: startFile() },
    tokenLabel: "fake",
    pinFile: "/no/pin",
    environment: "test",
    keyCacheSize: 10,
    lanes: 1,
    laneEntry: FAKE_LANE,
    ...options,
    // Tests that are not about probes see none.
    limits: { probeInterval: 3_600_000, answerTimeout: 500, ...options.limits },
  });
  engines.push(engine);
  return engine;
}

function command(text: string): EngineCommand {
  return { kind: "generateMac", key: { sealedKey: Buffer.from(`sealed key of ${text}`) }, message: Buffer.from(text) };
}

async function ask(engine: LaneEngine, text: string): Promise<EngineOutcome | undefined> {
  return (await engine.execute([command(text)]))[0];
}

async function until(condition: () => boolean, within = 30_000): Promise<void> {
  for (const end = Date.now() + within; !condition(); await sleep(10)) {
    if (Date.now() > end) throw new Error("The condition did not come true in time.");
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe("commands", () => {
  it("are answered in their order", async () => {
    const engine = await start({ lanes: 2 });
    const texts = Array.from({ length: 500 }, (_, index) => `message ${index}`);
    expect(await engine.execute(texts.map(command))).toEqual(texts.map(answered));
    expect(await engine.execute([])).toEqual([]);
  });

  it("of one turn of the event loop leave in as few frames as they fit", async () => {
    const engine = await start();
    await Promise.all(Array.from({ length: 8 }, (_, index) => ask(engine, `m${index}`)));
    expect(countLogged("batch")).toBe(1);
    await Promise.all(Array.from({ length: 20 }, (_, index) => ask(engine, `m${index}`)));
    expect(countLogged("batch")).toBe(4);
  });

  it("are refused one by one", async () => {
    const engine = await start();
    expect(await engine.execute([command("a"), command("refuse"), command("b")])).toEqual([
      answered("a"),
      { kind: "refused", reason: "PIN_BLOCK_INVALID" },
      answered("b"),
    ]);
  });

  it("over the bound are refused at once, the others are done", async () => {
    const engine = await start({ limits: { outstandingPerLane: 10, windowPerLane: 4 } });
    const outcomes = await engine.execute(Array.from({ length: 15 }, (_, index) => command(`m${index}`)));
    expect(outcomes.slice(0, 10)).toEqual(Array.from({ length: 10 }, (_, index) => answered(`m${index}`)));
    expect(outcomes.slice(10)).toEqual(Array.from({ length: 5 }, () => ({ kind: "refused", reason: "OVERLOADED" })));
    expect(await ask(engine, "later")).toEqual(answered("later"));
  });

  it("that no frame could hold are refused", async () => {
    const engine = await start();
    const huge = { ...command("x"), message: Buffer.alloc(600 * 1024) } as EngineCommand;
    expect(await engine.execute([huge])).toEqual([{ kind: "refused", reason: "REQUEST_INVALID" }]);
    const large = Array.from({ length: 40 }, () => ({ ...command("x"), message: Buffer.alloc(65_536, 0x61) }) as EngineCommand);
    expect((await engine.execute(large)).every((outcome) => outcome.kind === "generateMac")).toBe(true);
  });
});

describe("a lane that fails", () => {
  const FATAL = ["exit", "kill", "hang", "garbage", "oversized", "half", "wrongKind", "wrongReason", "tokenLost", "stranger"];

  it.each(FATAL)("by %s loses what it held, once, and is replaced", async (how) => {
    const engine = await start();
    expect(await engine.execute([command("before"), command(how), command("after")])).toEqual([answered("before"), LOST, LOST]);
    await until(() => engine.state.serving);
    expect(await ask(engine, "again")).toEqual(answered("again"));
    expect(countLogged("ready")).toBe(2);
    expect(countLogged(`command:${how}`)).toBe(1);
  });

  it("by answering twice keeps the first answer and is replaced", async () => {
    const engine = await start();
    expect(await ask(engine, "twice")).toEqual(answered("once"));
    await until(() => countLogged("ready") === 2 && engine.state.serving);
  });

  it("by being slow or sending pieces does not fail", async () => {
    const engine = await start();
    expect(await ask(engine, "slow")).toEqual(answered("slow"));
    expect(await ask(engine, "pieces")).toEqual(answered("pieces"));
    expect(countLogged("ready")).toBe(1);
  });

  it("gives what it was not sent to another lane", async () => {
    const engine = await start({ lanes: 2, limits: { windowPerLane: 1 } });
    // All of one key, so that most of them wait for the lane that hangs.
    const sealedKey = Buffer.from("one sealed key");
    const ofOneKey = (text: string): EngineCommand => ({ ...command(text), key: { sealedKey } }) as EngineCommand;
    const [hung, ...others] = await engine.execute(["hang", "a", "b", "c"].map(ofOneKey));
    expect(hung).toEqual(LOST);
    expect(others).toEqual(["a", "b", "c"].map(answered));
    for (const text of ["a", "b", "c"]) expect(countLogged(`command:${text}`)).toBe(1);
  });

  it("is found out by a probe while nothing else is asked of it", async () => {
    const engine = await start({ limits: { probeInterval: 100 } });
    await until(() => countLogged("probe") > 1);
    writeFileSync(startFile(), "failed TOKEN_NOT_FOUND");
    await until(() => !engine.state.serving);
    await until(() => engine.state.failure?.code === "TOKEN_NOT_FOUND");
    rmSync(startFile());
    await until(() => engine.state.serving);
    expect(await ask(engine, "x")).toEqual(answered("x"));
  });

  it("again and again is given growing pauses, while commands are refused at once", async () => {
    const engine = await start();
    const states: boolean[] = [];
    engine.onStateChange(({ serving }) => states.push(serving));
    writeFileSync(startFile(), "exit");
    expect(await ask(engine, "exit")).toEqual(LOST);
    await sleep(1_500);
    expect(engine.state).toMatchObject({ serving: false, lanesReady: 0, failure: { code: "LANE_ENDED" }, halted: false });
    expect(await ask(engine, "x")).toEqual(LOST);
    expect(countLogged("boot")).toBeLessThanOrEqual(7);
    writeFileSync(startFile(), "ready");
    await until(() => engine.state.serving);
    expect(engine.state.failure).toBeUndefined();
    expect(await ask(engine, "x")).toEqual(answered("x"));
    expect(states.at(0)).toBe(false);
    expect(states.at(-1)).toBe(true);
  });
});

describe("the start", () => {
  it("lets lanes log in one by one", async () => {
    await start({ lanes: 3 });
    const events = logged().filter((line) => !line.startsWith("boot"));
    expect(events.map((line) => line.split(" ")[0])).toEqual(["start", "ready", "start", "ready", "start", "ready"]);
    expect(new Set(events.map((line) => line.split(" ")[1])).size).toBe(3);
  });

  it.each(["TOKEN_NOT_FOUND", "PIN_INVALID", "SELF_TEST_FAILED", "KEYS_MISSING"])(
    "fails with a lane's own %s",
    async (code) => {
      writeFileSync(startFile(), `failed ${code}`);
      await expect(start({ lanes: 2 })).rejects.toMatchObject({ name: "LaneStartError", code });
      for (const line of logged()) expect(isAlive(Number(line.split(" ")[1]))).toBe(false);
    },
  );

  it("fails when a lane ends or stays silent", async () => {
    writeFileSync(startFile(), "exit");
    await expect(start()).rejects.toMatchObject({ code: "LANE_ENDED" });
    writeFileSync(startFile(), "hang");
    await expect(start({ limits: { startTimeout: 300 } })).rejects.toMatchObject({ code: "LANE_SILENT" });
    writeFileSync(startFile(), "failed NO_SUCH_CODE");
    await expect(start()).rejects.toMatchObject({ code: "LANE_DEFECT" });
  });

  it("fails when there is no lane program", async () => {
    await expect(start({ laneEntry: join(directory, "missing.js") })).rejects.toMatchObject({ code: "LANE_ENDED" });
  });

  it("presents a wrong PIN once, however many lanes there are", async () => {
    writeFileSync(startFile(), "failed PIN_INVALID");
    await expect(start({ lanes: 4 })).rejects.toMatchObject({ code: "PIN_INVALID" });
    await sleep(300);
    expect(countLogged("start")).toBe(1);
  });

  it("is not tried again after a refused PIN, also when the lanes served before", async () => {
    const engine = await start({ lanes: 3 });
    const presented = countLogged("start");
    writeFileSync(startFile(), "failed PIN_INVALID");
    await engine.execute(
      ["kill", "kill", "kill"].map((text, index) => ({ ...command(text), key: keyOfSlot(index) }) as EngineCommand),
    );
    await until(() => engine.state.halted);
    expect(engine.state).toMatchObject({ halted: true, failure: { code: "PIN_INVALID" } });
    await sleep(500);
    expect(countLogged("start")).toBe(presented + 1);
  });

  it("wants absolute paths and at least one lane", async () => {
    await expect(start({ lanes: 0 })).rejects.toThrow(RangeError);
    await expect(start({ pinFile: "pin" })).rejects.toThrow(TypeError);
  });
});

describe("the end", () => {
  it("waits for what is in flight, then ends the lanes, and takes nothing more", async () => {
    const engine = await start({ lanes: 2 });
    const pids = engine.lanePids;
    const inFlight = ask(engine, "slow");
    await sleep(50);
    const closed = engine.close();
    expect(await ask(engine, "late")).toEqual(LOST);
    expect(await inFlight).toEqual(answered("slow"));
    await closed;
    await engine.close();
    expect(countLogged("hungUp")).toBe(2);
    for (const pid of pids) expect(isAlive(pid)).toBe(false);
    expect(engine.state.serving).toBe(false);
  });

  it("does not wait for a lane that hangs", async () => {
    const engine = await start({ limits: { answerTimeout: 60_000, drainTimeout: 100, exitTimeout: 100 } });
    const pids = engine.lanePids;
    const inFlight = ask(engine, "hang");
    await sleep(50);
    await engine.close();
    expect(await inFlight).toEqual(LOST);
    for (const pid of pids) expect(isAlive(pid)).toBe(false);
  });

  it("leaves signals to the front", async () => {
    const engine = await start();
    const [pid] = engine.lanePids;
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGUSR1"] as const) process.kill(pid ?? 0, signal);
    expect(await ask(engine, "x")).toEqual(answered("x"));
    expect(engine.lanePids).toEqual([pid]);
  });
});

/** Different keys, so that a few commands reach every one of three lanes. */
function keyOfSlot(index: number): { sealedKey: Buffer } {
  return { sealedKey: Buffer.from([0, 0, 0, 0, index, index * 7, index * 31, index * 101]) };
}
