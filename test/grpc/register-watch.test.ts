import { randomUUID } from "node:crypto";
import type { MethodDefinition } from "@grpc/grpc-js";
import SqliteDatabase from "better-sqlite3";
import { service as healthService } from "grpc-health-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RegisterWatch } from "../../src/cli/serve/register-watch.js";
import type { AlarmKind } from "../../src/service/alarms/index.js";
import { createServiceLogger } from "../../src/service/index.js";
import { softwareHeadSealer } from "../support/head-sealer.js";
import { errorOf } from "./support/clients.js";
import { bySealedKey, generateMacRequest } from "./support/requests.js";
import { ScriptedEngine, succeed } from "./support/scripted-engine.js";
import { sampleHeader, sealUnopenable } from "./support/sealed-keys.js";
import { startTestServer, type TestServer } from "./support/test-server.js";

const HEALTH = (healthService as unknown as Record<"Check", MethodDefinition<{ service: string }, { status: string }>>).Check;
const MAC_KEY = sealUnopenable(sampleHeader("retailMac", { name: "canary/retail-mac" }));

let server: TestServer;
let engine: ScriptedEngine;
let watch: RegisterWatch;
let alarms: AlarmKind[];

/** A server whose register is verified every few milliseconds, under the seal that it was written with. */
beforeEach(async () => {
  engine = new ScriptedEngine();
  const seal = softwareHeadSealer();
  engine.answer = async (command) =>
    command.kind === "sealRegisterHead" ? { kind: "sealRegisterHead", seal: await seal(command.head) } : succeed(command);
  server = await startTestServer(engine);
  await server.register.add(MAC_KEY);
  await server.register.add(sealUnopenable(sampleHeader("retailMac", { name: "canary/other" })));
  alarms = [];
  const surroundings = {
    engine,
    logger: createServiceLogger("info", { write: (line: string) => server.log.push(line) }),
    alarms: { raise: (kind: AlarmKind) => void alarms.push(kind) },
  };
  watch = new RegisterWatch({ register: server.registerPath }, server.register, undefined, surroundings, 20);
});

afterEach(async () => {
  await watch.stop();
  await server.stop();
});

/** Changes the file while the server serves from it. */
function tamper(sql: string): void {
  const database = new SqliteDatabase(server.registerPath);
  expect(database.prepare(sql).run().changes).toBeGreaterThan(0);
  database.close();
}

async function health(): Promise<string> {
  return (await server.client.call(HEALTH, { service: "" })).status;
}

describe("a register that is verified while the service runs", () => {
  it("stays served as long as it holds, whatever is registered meanwhile", async () => {
    for (let count = 0; count < 20; count += 1) {
      await server.register.add(sealUnopenable(sampleHeader("zonePinTdes", { name: `zone/${count}`, id: randomUUID() })));
      await server.client.generateMac(generateMacRequest());
    }
    // Its own changes are sealed elsewhere: these are the verifications'.
    const verifications = () => engine.commands.filter(({ kind }) => kind === "sealRegisterHead").length;
    await expect.poll(verifications, { timeout: 10_000 }).toBeGreaterThan(3);
    expect(await health()).toBe("SERVING");
    expect(alarms).toEqual([]);
  });

  it("refuses the one record that was changed, and serves the others", async () => {
    tamper("DELETE FROM keys WHERE name = 'canary/other'");
    await expect.poll(() => alarms, { timeout: 10_000 }).toContain("KEY_RECORD_CORRUPT");
    await server.client.generateMac(generateMacRequest());
    await expect(server.register.get("canary/other")).rejects.toMatchObject({ reason: "KEY_RECORD_CORRUPT" });
    expect(await health()).toBe("SERVING");
  });

  it("is not served any more when its journal does not hold, as at a start: no key by name, none that a caller keeps", async () => {
    await server.client.generateMac(generateMacRequest());
    expect(await health()).toBe("SERVING");
    tamper("UPDATE journal SET name = 'zone/x@1' WHERE seq = 1");
    await expect.poll(health, { timeout: 10_000 }).toBe("NOT_SERVING");
    expect(alarms).toContain("KEY_RECORD_CORRUPT");
    const byKey = { ...generateMacRequest(), key: bySealedKey(MAC_KEY) };
    for (const request of [generateMacRequest(), byKey]) {
      expect(await errorOf(server.client.generateMac(request))).toMatchObject({ reason: "KEY_RECORD_CORRUPT" });
    }
    await expect(server.register.add(sealUnopenable(sampleHeader("bdk", { name: "late" })))).rejects.toMatchObject({
      reason: "KEY_RECORD_CORRUPT",
    });
    expect(server.log.join("")).toContain("the register's journal does not hold: nothing is served");
  });

  it("is not held against anything when the token could not be asked", async () => {
    await watch.stop();
    let tries = 0;
    const away = {
      execute: async () => {
        tries += 1;
        return [{ kind: "refused", reason: "TOKEN_UNAVAILABLE" } as const];
      },
    };
    const surroundings = {
      engine: away,
      logger: createServiceLogger("silent"),
      alarms: { raise: () => alarms.push("LANES_LOST") },
    };
    watch = new RegisterWatch({ register: server.registerPath }, server.register, undefined, surroundings, 20);
    await expect.poll(() => tries, { timeout: 10_000 }).toBeGreaterThan(3);
    await server.client.generateMac(generateMacRequest());
    expect(await health()).toBe("SERVING");
    expect(alarms).toEqual([]);
  });
});
