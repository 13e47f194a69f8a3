import { type ChildProcess, execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { credentials } from "@grpc/grpc-js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openSqliteRegister } from "../../src/store/index.js";
import { createSite, type Site } from "../cli/support/site.js";
import { errorOf, type SeenError, TestClient } from "../grpc/support/clients.js";
import { authorizeRequest, byName } from "../grpc/support/requests.js";
import { referenceSubject as reference } from "../reference/index.js";
import { countInMemory, formsOf } from "./support/process-memory.js";
import { clearBlock, dukptKey, encipherPin, FORMATS, fromHex, KSN, NONE, upperHex } from "./support/terminal.js";

const PIN = "73915482";
const PAN = "4999988887777663";
const OTHER_PAN = "5432101234567893";
const MESSAGE = Buffer.from("0100 canary of the log, amount 12500");
const ROUNDS = 100;

/** The keys of this installation, in clear: the test is what nobody else is, all parties at once. */
const KEYS = {
  "zone/tdes": { material: randomBytes(16), options: ["--usage", "P0"] },
  "zone/aes": { material: randomBytes(16), options: ["--usage", "P0", "--algorithm", "AES"] },
  "zone/mac": { material: randomBytes(16), options: ["--usage", "M3", "--mac-padding", "2"] },
  "pos/bdk": {
    material: randomBytes(16),
    options: ["--usage", "B0", "--mac-scheme", "ISO9797_1_ALG3", "--mac-padding", "1"],
  },
} as const;

let site: Site;
let front: ChildProcess;
let client: TestClient;
let log = "";
let out = "";

beforeAll(async () => {
  site = createSite();
  expect(site.run("init", "--create-token", "--so-pin-file", site.path("so-pin")).code).toBe(0);
  expect(site.run("development", "certificates", "--out", site.path("tls")).code).toBe(0);
  for (const [name, { material, options }] of Object.entries(KEYS)) {
    const file = site.write("key.hex", upperHex(material));
    expect(site.run("key", "import", "--name", name, ...options, "--from-file", file)).toMatchObject({ code: 0 });
  }
  site.configure({ logLevel: "debug" });
  front = site.start("serve");
  front.stderr?.on("data", (chunk: Buffer) => {
    log += chunk.toString();
  });
  const port = await new Promise<number>((resolve, reject) => {
    front.stdout?.on("data", (chunk: Buffer) => {
      out += chunk.toString();
      const [, found] = /serves on 127\.0\.0\.1:(\d+) /.exec(out) ?? [];
      if (found !== undefined) resolve(Number(found));
    });
    front.once("exit", () => reject(new Error(`the service ended: ${log}`)));
  });
  const [authority, key, certificate] = ["tls/ca.crt", "tls/switch.key", "tls/switch.crt"].map((name) =>
    readFileSync(site.path(name)),
  );
  client = new TestClient(port, credentials.createSsl(authority ?? null, key ?? null, certificate ?? null));
});

afterAll(async () => {
  client?.close();
  front?.kill("SIGKILL");
  if (front?.exitCode === null) await once(front, "exit");
  site.remove();
});

const macRequest = () =>
  fromHex(reference.retailMac(upperHex(dukptKey(KEYS["pos/bdk"].material, "mac_request")), 1, upperHex(MESSAGE)));
const pinBlock = () => encipherPin(0, dukptKey(KEYS["pos/bdk"].material, "pin"), PIN, PAN);

function translation(target: "zone/tdes" | "zone/aes", format: 0 | 3 | 4, pan = PAN) {
  return {
    source: { key: byName("pos/bdk"), ksn: KSN, format: FORMATS[0], pinBlock: pinBlock() },
    target: { key: byName(target), format: FORMATS[format] },
    pan,
  };
}

const inbound = (mac = macRequest()) => ({ key: byName("pos/bdk"), ksn: KSN, message: MESSAGE, mac });
const outbound = () => ({ key: byName("zone/mac"), ksn: NONE, message: MESSAGE });

/** Every kind of command, with the same PIN and keys over and over. */
async function exercise(): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    const target = round % 2 === 0 ? (["zone/tdes", 0] as const) : (["zone/aes", 4] as const);
    const { pinBlock: block } = await client.translatePin(translation(target[0], target[1]));
    const pin = reference.decipherPinBlock(target[1], upperHex(KEYS[target[0]].material), upperHex(block), PAN);
    expect(pin).toBe(PIN);
    expect((await client.verifyMac(inbound())).verified).toBe(true);
    expect((await client.generateMac(outbound())).mac).toHaveLength(8);
    const steps = { verifyMac: inbound(), translatePin: translation("zone/tdes", 3) };
    expect((await client.authorize(authorizeRequest(steps))).verifyMac?.verified).toBe(true);
  }
}

const halvesOf = (name: string, key: Buffer): readonly (readonly [string, Buffer])[] => [
  [`${name}, left half`, key.subarray(0, 8)],
  [`${name}, right half`, key.subarray(8)],
];

/** What the front must never hold, in each of its forms. */
function clearSecrets(): ReadonlyMap<string, Buffer> {
  const bdk = KEYS["pos/bdk"].material;
  const initialKey = fromHex(reference.initialKey(upperHex(bdk), upperHex(KSN)));
  const secrets: readonly (readonly [string, Buffer])[] = [
    ["clear PIN block, format 0", fromHex(clearBlock(0, PIN, PAN))],
    ["clear PIN field, format 0", fromHex(`08${PIN}FFFFFF`)],
    ["clear PIN field, format 4", fromHex(`48${PIN}AAAAAA`)],
    ["PIN digits", Buffer.from([...PIN].map(Number))],
    ...Object.entries(KEYS).map(([name, { material }]) => [name, material] as const),
    ...halvesOf("DUKPT initial key", initialKey),
    ...halvesOf("DUKPT transaction key", dukptKey(bdk, "none")),
    ...halvesOf("DUKPT PIN key", dukptKey(bdk, "pin")),
    ...halvesOf("DUKPT MAC request key", dukptKey(bdk, "mac_request")),
  ];
  return new Map([...secrets.flatMap(([name, bytes]) => formsOf(name, bytes)), ["token PIN", Buffer.from(site.pin)]]);
}

function lanePids(): readonly number[] {
  return execFileSync("pgrep", ["-P", String(front.pid)], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map(Number);
}

async function sealOf(name: string): Promise<Buffer> {
  const register = openSqliteRegister(site.path("register.sqlite"));
  try {
    const { sealedKey } = await register.get(name);
    return sealedKey.subarray(sealedKey.length - 16);
  } finally {
    register.close();
  }
}

describe("memory", () => {
  test("X1 the front holds no clear PIN, PIN block or key, nor the token PIN, after 400 calls", async () => {
    await exercise();
    const secrets = clearSecrets();
    // The scan is worth something only if it finds what is there: the seal of a key in the front's cache.
    const counts = countInMemory(front.pid ?? 0, new Map([...secrets, ["control", await sealOf("zone/tdes")]]));
    expect(counts.get("control")).toBeGreaterThan(0);
    const found = [...counts].filter(([name, count]) => name !== "control" && count > 0);
    expect(found).toEqual([]);
  });

  /** Not the keys of the zones, which a token in software keeps in this very process; nor the token PIN, see TokenSession.login. */
  test("X1 a lane holds no clear PIN, PIN block or DUKPT key once the command is done", () => {
    const secrets = new Map([...clearSecrets()].filter(([name]) => /PIN block|PIN field|PIN digits|DUKPT/.test(name)));
    expect(secrets.size).toBe(48);
    expect(lanePids()).toHaveLength(1);
    for (const pid of lanePids()) {
      const counts = countInMemory(pid, new Map([...secrets, ["control", Buffer.from(site.path("pin"))]]));
      expect(counts.get("control")).toBeGreaterThan(0);
      expect([...counts].filter(([name, count]) => name !== "control" && count > 0)).toEqual([]);
    }
  });
});

/** Refusals of many kinds, each with everything that must not be quoted. */
function refusedCalls(): readonly Promise<SeenError>[] {
  const badBlock = { ...translation("zone/tdes", 0), pan: OTHER_PAN };
  const forbidden = translation("zone/tdes", 0);
  return [
    client.translatePin(badBlock),
    client.translatePin({ ...forbidden, target: { ...forbidden.target, format: FORMATS[1] } }),
    client.translatePin({ ...forbidden, source: { ...forbidden.source, ksn: NONE } }),
    client.translatePin({ ...forbidden, source: { ...forbidden.source, ksn: KSN.subarray(1) } }),
    client.translatePin({ ...forbidden, source: { ...forbidden.source, key: byName("zone/mac") } }),
    client.translatePin({ ...forbidden, pan: `${PAN}99999` }),
    client.generateMac({ ...outbound(), ksn: KSN }),
    client.verifyMac(inbound(macRequest().subarray(1))),
    client.authorize(authorizeRequest({ verifyMac: inbound(), translatePin: badBlock })),
  ].map((call) => errorOf(call));
}

describe("log and errors", () => {
  test("X1 log canary: no PAN, PIN, PIN block, KSN, MAC, message, key or token PIN in the log or in an error", async () => {
    await client.translatePin(translation("zone/tdes", 0));
    const errors = await Promise.all(refusedCalls());
    expect(new Set(errors.map(({ reason }) => reason)).size).toBeGreaterThan(5);
    const canaries = new Map([
      ...clearSecrets(),
      ...formsOf("PIN block", pinBlock()),
      ...formsOf("KSN", KSN),
      ...formsOf("MAC", macRequest()),
      ...formsOf("message", MESSAGE),
      ["PAN", Buffer.from(PAN)],
      ["other PAN", Buffer.from(OTHER_PAN)],
      ["PIN", Buffer.from(PIN)],
    ]);
    const sinks = Buffer.concat([Buffer.from(log), Buffer.from(out), ...errors.map(({ wire }) => wire)]);
    // The log is there, with every call and who made it.
    expect(log.split("\n").filter((line) => line.includes("TranslatePin")).length).toBeGreaterThan(ROUNDS);
    expect([...canaries].filter(([, bytes]) => sinks.includes(bytes)).map(([name]) => name)).toEqual([]);
  });
});
