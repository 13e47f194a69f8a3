import { chmodSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type LaneEngine, startLanes } from "../../src/engine/lanes/index.js";
import { createTestToken, type TestToken } from "../support/softhsm.js";
import { type KnownAnswer, lanesOn, makeKnownAnswer, TOKEN_UNAVAILABLE, until } from "./support/real-lanes.js";

let token: TestToken;
let answer: KnownAnswer;
let engine: LaneEngine | undefined;

beforeEach(() => {
  token = createTestToken();
  answer = makeKnownAnswer(token);
  engine = undefined;
});

afterEach(async () => {
  await engine?.close();
  token.remove();
});

/** What can be moved away, and what a new lane then finds. */
const LOSSES = [
  // SoftHSM does not even initialise without its directory.
  ["its directory", "MODULE_UNLOADABLE", () => token.tokenDirectory],
  ["its files", "TOKEN_NOT_FOUND", () => join(token.tokenDirectory, readdirSync(token.tokenDirectory)[0] ?? "")],
] as const;

describe.each(LOSSES)("a token that loses %s", (_, code, find) => {
  it("is noticed within a second, refuses everything, and serves again when it is back", async () => {
    const lanes = await startLanes(lanesOn(token, 2));
    engine = lanes;
    expect(await lanes.execute([answer.command])).toEqual([answer.outcome]);

    const place = find();
    const away = join(token.directory, "away");
    renameSync(place, away);
    await until(() => !lanes.state.serving, 1_000);
    expect(await lanes.execute([answer.command, answer.command])).toEqual([TOKEN_UNAVAILABLE, TOKEN_UNAVAILABLE]);
    await until(() => lanes.state.failure !== undefined, 10_000);
    expect(lanes.state).toMatchObject({ serving: false, halted: false, failure: { code } });

    renameSync(away, place);
    await until(() => lanes.state.lanesReady === 2, 20_000);
    expect(lanes.state.failure).toBeUndefined();
    expect(await lanes.execute([answer.command])).toEqual([answer.outcome]);
  });

  it("before the start is said so", async () => {
    renameSync(find(), join(token.directory, "away"));
    await expect(startLanes(lanesOn(token, 2))).rejects.toMatchObject({ name: "LaneStartError", code });
  });
});

describe("a wrong PIN", () => {
  it("is presented once at the start", async () => {
    writeFileSync(token.pinFile, "1111111111\n");
    await expect(startLanes(lanesOn(token, 3))).rejects.toMatchObject({ code: "PIN_INVALID" });
  });

  it("found when a lane is replaced stops the replacing, and the other lane serves on", async () => {
    const lanes = await startLanes(lanesOn(token, 2));
    engine = lanes;
    writeFileSync(token.pinFile, "1111111111\n");
    const [victim = 0] = lanes.lanePids;
    process.kill(victim, "SIGKILL");
    await until(() => lanes.state.halted, 10_000);
    expect(lanes.state).toMatchObject({ serving: true, lanesReady: 1, failure: { code: "PIN_INVALID" } });
    await sleep(1_000);
    expect(lanes.state.lanesReady).toBe(1);
    expect(await lanes.execute([answer.command])).toEqual([answer.outcome]);
  });
});

describe("the start of lanes says what is wrong", () => {
  it("with the module", async () => {
    const options = { ...lanesOn(token, 1), modulePath: "/nonexistent/module.so" };
    await expect(startLanes(options)).rejects.toMatchObject({ code: "MODULE_UNLOADABLE" });
  });

  it("with the PIN file", async () => {
    chmodSync(token.pinFile, 0o644);
    await expect(startLanes(lanesOn(token, 1))).rejects.toMatchObject({ code: "PIN_FILE_EXPOSED" });
    await expect(startLanes({ ...lanesOn(token, 1), pinFile: "/nonexistent/pin" })).rejects.toMatchObject({
      code: "PIN_FILE_UNREADABLE",
    });
  });

  it("with a software token in production", async () => {
    const options = { ...lanesOn(token, 1), environment: "production" } as const;
    await expect(startLanes(options)).rejects.toMatchObject({ code: "SOFTWARE_TOKEN_IN_PRODUCTION" });
  });
});
