import { type ChildProcess, execFileSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { credentials } from "@grpc/grpc-js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSite, type Site } from "../cli/support/site.js";
import { errorOf, TestClient } from "../grpc/support/clients.js";
import { byName } from "../grpc/support/requests.js";
import { referenceSubject as reference } from "../reference/index.js";

const FRONTS = 2;
const BDK = "0223456789ABCDEFFEDCBA9876543210";
const POLICY = `version: 1
groups: { switches: ["uri:pinmac:client:switch"] }
grants:
  - { name: switch, identities: [switches], operations: { verifyMac: { keys: ["**"] }, listKeys: { keys: ["**"] } } }
`;

let site: Site;
let service: ChildProcess;
let port: number;
let metricsPort: number;
let log = "";
let clients: TestClient[] = [];

beforeAll(async () => {
  site = createSite();
  metricsPort = await freePort();
  const run = (...args: string[]) => expect(site.run(...args)).toMatchObject({ code: 0 });
  run("init", "--create-token", "--so-pin-file", site.path("so-pin"));
  run("development", "certificates", "--out", site.path("tls"));
  const macs = ["--mac-scheme", "ISO9797_1_ALG3", "--mac-padding", "1"];
  run("key", "import", "--name", "pos/bdk", "--usage", "B0", ...macs, "--from-file", site.write("bdk", BDK));
  site.write("policy.yaml", POLICY);
  site.configure({
    fronts: String(FRONTS),
    audit: "{ directory: audit }",
    ledger: "{ path: ledger.sqlite, mode: enforce }",
    policy: "policy.yaml",
    metrics: `{ listen: "127.0.0.1:${metricsPort}" }`,
  });
  service = site.start("serve");
  service.stderr?.on("data", (chunk: Buffer) => {
    log += chunk.toString();
  });
  port = await new Promise<number>((resolve, reject) => {
    service.stdout?.on("data", (chunk: Buffer) => {
      const [, found] = /serves on \S+:(\d+) /.exec(chunk.toString()) ?? [];
      if (found !== undefined) resolve(Number(found));
    });
    service.once("exit", () => reject(new Error(`the service ended: ${log}`)));
  });
  // Connections that come one after another are handed out in turn.
  clients = Array.from({ length: 4 * FRONTS }, connect);
  for (const client of clients) await client.listKeys({ pageSize: 1, pageToken: "" });
});

afterAll(() => {
  for (const client of clients) client.close();
  service.kill("SIGKILL");
  site.remove();
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}

function connect(): TestClient {
  const [authority, key, certificate] = ["ca.crt", "switch.key", "switch.crt"].map((name) =>
    readFileSync(site.path(`tls/${name}`)),
  );
  return new TestClient(port, credentials.createSsl(authority ?? null, key ?? null, certificate ?? null));
}

const upperHex = (bytes: Buffer) => bytes.toString("hex").toUpperCase();

/** A request of a device for that transaction, whose MAC is right. */
function verifyMac(counter: number, text: string, device = 0) {
  const ksn = Buffer.from("FFFF9876543210E00000", "hex");
  ksn.writeUInt8(device, 5);
  ksn.writeUInt16BE(counter, 8);
  const key = reference.workingKey(reference.initialKey(BDK, upperHex(ksn)), upperHex(ksn), "mac_request");
  const message = Buffer.from(text);
  const mac = Buffer.from(reference.retailMac(key, 1, upperHex(message)), "hex");
  return { key: byName("pos/bdk"), ksn, message, mac };
}

/** What became of a call: OK, or the reason for which it was refused. */
function outcomeOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => "OK",
    async (error: unknown) => {
      const { reason, code } = await errorOf(Promise.reject(error));
      return reason ?? code;
    },
  );
}

const client = (index: number): TestClient => clients[index % clients.length] as TestClient;

/** The calls in the audit log of a front. */
function recordsOf(front: number): readonly Record<string, unknown>[] {
  const folder = site.path(`audit/front-${front}`);
  return readdirSync(folder)
    .filter((name) => name.endsWith(".jsonl"))
    .flatMap((name) => readFileSync(`${folder}/${name}`, "utf8").trimEnd().split("\n"))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

function frontPids(): readonly number[] {
  const pids = execFileSync("pgrep", ["-P", String(service.pid)], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map(Number);
  return pids.filter((pid) => readFileSync(`/proc/${pid}/cmdline`, "latin1").startsWith("pinmac front"));
}

async function readMetrics(): Promise<string> {
  return (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
}

function replaysCounted(text: string): number {
  return Number(/^pinmac_calls_total\{.*VerifyMac.*KSN_REPLAYED.*\} (\d+)$/m.exec(text)?.[1] ?? 0);
}

describe("several fronts on one port", () => {
  it("spend a KSN once: of 64 requests with right MACs, over connections to all of them, one is answered", async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 64 }, (_, index) => outcomeOf(client(index).verifyMac(verifyMac(1, `message ${index}`)))),
    );
    expect(outcomes.filter((outcome) => outcome === "OK")).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === "KSN_REPLAYED")).toHaveLength(63);
    const perFront = [1, 2].map((front) => recordsOf(front).filter(({ operation }) => operation === "MacService.VerifyMac"));
    expect(perFront.flat()).toHaveLength(64);
    for (const records of perFront) expect(records.length).toBeGreaterThan(0);
    expect(perFront.flat().filter(({ outcome }) => outcome === "OK")).toHaveLength(1);
  });

  it("are counted together, on one port", async () => {
    const text = await readMetrics();
    expect(replaysCounted(text)).toBe(63);
    expect(text).toMatch(new RegExp(`^pinmac_lanes_ready ${FRONTS}$`, "m"));
  });

  it("all read the policy again at one SIGHUP, and keep the one before when the new one is wrong", async () => {
    const list = (each: TestClient) => outcomeOf(each.listKeys({ pageSize: 1, pageToken: "" }));
    const all = async () => [...new Set(await Promise.all(clients.map(list)))];
    expect(await all()).toEqual(["OK"]);
    site.write("policy.yaml", POLICY.replace(', listKeys: { keys: ["**"] }', ""));
    service.kill("SIGHUP");
    await expect.poll(all, { timeout: 10_000 }).toEqual(["PERMISSION_DENIED"]);
    site.write("policy.yaml", "version: 2");
    service.kill("SIGHUP");
    await expect.poll(() => log.match(/policy not reloaded/g)?.length, { timeout: 10_000 }).toBe(FRONTS);
    expect(await all()).toEqual(["PERMISSION_DENIED"]);
    site.write("policy.yaml", POLICY);
    service.kill("SIGHUP");
    await expect.poll(all, { timeout: 10_000 }).toEqual(["OK"]);
  });

  it("do without one that was killed until it is replaced, and what it spent stays spent", async () => {
    expect((await outcomeOf(client(0).verifyMac(verifyMac(2, "before")))) === "OK").toBe(true);
    const before = frontPids();
    expect(before).toHaveLength(FRONTS);
    const [victim = 0, survivor = 0] = before;
    process.kill(victim, "SIGKILL");
    await expect.poll(() => log, { timeout: 10_000 }).toContain("front lost");
    expect(replaysCounted(await readMetrics())).toBe(63);
    const ask = () => Promise.all(clients.map((each) => outcomeOf(each.listKeys({ pageSize: 1, pageToken: "" }))));
    await expect.poll(async () => [...new Set(await ask())], { timeout: 20_000 }).toEqual(["OK"]);
    await expect.poll(() => frontPids().length, { timeout: 20_000 }).toBe(FRONTS);
    expect(frontPids()).toContain(survivor);
    expect(frontPids()).not.toContain(victim);
    const again = await Promise.all(clients.map((each, index) => outcomeOf(each.verifyMac(verifyMac(2, `after ${index}`)))));
    expect(new Set(again)).toEqual(new Set(["KSN_REPLAYED"]));
    expect(replaysCounted(await readMetrics())).toBe(63 + clients.length);
    const allLanes = new RegExp(`^pinmac_lanes_ready ${FRONTS}$`, "m");
    await expect.poll(readMetrics, { timeout: 20_000 }).toMatch(allLanes);
    expect(replaysCounted(await readMetrics())).toBe(63 + clients.length);
  });

  it("drain at SIGTERM: what was begun is answered, each log has a last signed checkpoint, and together they verify", async () => {
    const begun = Array.from({ length: 64 }, (_, index) => outcomeOf(client(index).verifyMac(verifyMac(1, "last", 1 + index))));
    await Promise.race(begun);
    service.kill("SIGTERM");
    const outcomes = await Promise.all(begun);
    expect(new Set(outcomes).size).toBeLessThanOrEqual(2);
    for (const outcome of outcomes) expect(["OK", "UNAVAILABLE"]).toContain(outcome);
    const [code] = service.exitCode === null ? await once(service, "exit") : [service.exitCode];
    expect(code).toBe(0);
    const verify = () =>
      site.run("audit", "verify", site.path("audit"), "--key", site.path("audit/front-1/audit-key.pem"), "--json");
    const verdict = verify();
    expect(verdict).toMatchObject({ code: 0, err: "" });
    const { logs } = JSON.parse(verdict.out) as { logs: { log: string; unsignedRecords: number }[] };
    expect(logs.map((one) => one.log)).toEqual(["front-1", "front-2"]);
    // The signature itself.
    for (const one of logs) expect(one.unsignedRecords).toBe(1);
    const answered = [1, 2]
      .flatMap(recordsOf)
      .filter(({ outcome, operation }) => outcome === "OK" && operation === "MacService.VerifyMac");
    expect(answered.length).toBeGreaterThanOrEqual(2 + outcomes.filter((outcome) => outcome === "OK").length);
    const name = readdirSync(site.path("audit/front-2")).find((one) => one.endsWith(".jsonl")) ?? "";
    const text = readFileSync(site.path(`audit/front-2/${name}`), "utf8");
    site.write(`audit/front-2/${name}`, text.replace("KeyService.ListKeys", "KeyService.ListKeyz"));
    expect(verify().code).toBe(4);
  });
});
