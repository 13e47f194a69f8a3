import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestToken, type TestToken } from "../support/softhsm.js";
import { isAlive, lanesOn, until } from "./support/real-lanes.js";

const FRONT = fileURLToPath(new URL("./support/front.mjs", import.meta.url));

let token: TestToken;

beforeAll(() => {
  token = createTestToken();
});

afterAll(() => token.remove());

it("lanes end by themselves when the front is killed", async () => {
  const front = spawn(process.execPath, [FRONT, JSON.stringify(lanesOn(token, 2))], { stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(front, "exit");
  const [line] = (await once(front.stdout, "data")) as [Buffer];
  const pids = JSON.parse(line.toString()) as number[];
  expect(pids).toHaveLength(2);
  for (const pid of pids) expect(isAlive(pid)).toBe(true);
  front.kill("SIGKILL");
  await exited;
  await until(() => pids.every((pid) => !isAlive(pid)), 5_000);
});
