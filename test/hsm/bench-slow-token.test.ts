import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type CallCount, delayCalls } from "../../bench/slow/delaying-calls.js";
import {
  KEY_NAMES,
  makeBenchToken,
  openBenchEngine,
  PAN,
  PIN_BLOCK,
  STREAM_KEYS,
  TRANSLATED_PIN_BLOCK,
} from "../../bench/stage/index.js";
import type { EngineCommand } from "../../src/engine/index.js";
import { parsePan } from "../../src/pin/index.js";

describe("the benchmark's slow token", () => {
  const delay = { milliseconds: 0 };
  let count: CallCount;
  let token: Awaited<ReturnType<typeof makeBenchToken>>;

  beforeAll(async () => {
    token = await makeBenchToken(STREAM_KEYS);
    Object.assign(process.env, token.token.moduleEnvironment);
  });
  afterAll(() => token.token.remove());

  it("counts and delays the calls in which the token works, and answers as ever", async () => {
    // The module is loaded already, by who made the token: another path to the same file is another module.
    const modulePath = token.token.modulePath.replace("/libsofthsm2.so", "/./libsofthsm2.so");
    count = delayCalls(delay);
    const engine = openBenchEngine({ ...token.token, modulePath });
    const key = (name: string) => ({ sealedKey: token.sealedKeys[name] ?? Buffer.alloc(0) });
    const translation: EngineCommand = {
      kind: "translatePin",
      source: { key: key(KEY_NAMES.inboundPin), format: 0, pinBlock: PIN_BLOCK },
      target: { key: key(KEY_NAMES.outboundPin), format: 0 },
      pan: parsePan(PAN),
    };
    try {
      await engine.execute([translation]);
      const { calls } = count;
      delay.milliseconds = 60_000;
      const sleep = vi.spyOn(Atomics, "wait").mockReturnValue("timed-out");
      const [outcome] = await engine.execute([translation]);
      expect(outcome).toMatchObject({ kind: "translatePin", pinBlock: TRANSLATED_PIN_BLOCK });
      // One to decipher, one to encipher.
      expect(count.calls - calls).toBe(2);
      expect(sleep).toHaveBeenCalledTimes(2);
    } finally {
      vi.restoreAllMocks();
      delay.milliseconds = 0;
      await engine.close();
    }
  });

  it("is out of the product's reach", () => {
    const source = new URL("../../src/", import.meta.url).pathname;
    const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
    expect(files.length).toBeGreaterThan(100);
    expect(files.filter((file) => /bench\/|BENCH_|slow-lane/.test(readFileSync(join(source, file), "utf8")))).toEqual([]);
  });
});
