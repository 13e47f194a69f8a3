import { type ChildProcess, execFileSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { get } from "node:http";
import { createServer } from "node:net";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { credentials, Metadata } from "@grpc/grpc-js";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import {
  AuthorizationServiceService,
  type AuthorizeRequest,
  type AuthorizeStreamResponse,
} from "../../src/gen/pinmac/v1/authorization.js";
import { MacServiceService } from "../../src/gen/pinmac/v1/mac.js";
import { PinBlockFormat, type SourcePinBlock, type TranslatePinRequest } from "../../src/gen/pinmac/v1/pin.js";
import { errorOf, TestClient } from "../grpc/support/clients.js";
import {
  authorizeRequest,
  byName,
  bySealedKey,
  deriveInitialKeyRequest,
  exportKeyRequest,
  importKeyRequest,
  signOnRequest,
} from "../grpc/support/requests.js";
import { referenceSubject as reference } from "../reference/index.js";
import { byteCanary, type Canary, digitCanary, found } from "./support/canaries.js";
import { createSite, type Site } from "./support/site.js";

const PAN = "4999988887777663";
const PIN = "739154826047";
const KSN = "FFFFCA7A5E21C4E00";
/** Of no word that occurs elsewhere. */
const MESSAGE = Buffer.from("0200QzVw7kJx-2LmRt5!cHyBd9_gNsPf4*eUaGi6");
const OFFSET = "582716394054";
const NONE = Buffer.alloc(0);

/** Marked keys, and what each is. */
const KEYS = {
  "zone-tdes": ["CA4A1FB37D02E69458BA3C7E91F4D60B", "P0"],
  "zone-aes": ["CA4A2E8C5D71B390F64A0D28E7935BC1847F06DA3E529BC0718D64FA25E3B90C", "P0", "--algorithm", "AES"],
  mac: ["CA4A3D915B60F2E7A8340C7D16F9B25E", "M3", "--mac-padding", "1"],
  bdk: ["CA4A4C8E27D0B6F3195AE8720D64FB3C", "B0", "--mac-scheme", "ISO9797_1_ALG3", "--mac-padding", "1"],
  pvk: ["CA4A5B7F30E9D2861C4DA5B80F7E6392", "V2"],
  ibm: [
    "CA4A6A70C3B8F5D4921E07E6BD5A38FC",
    "V1",
    "--decimalization-table",
    "standard:0123456789012345",
    "--validation-data",
    "3:12:D",
  ],
  tmk: ["CA4A798F2C0DE61B53A4F7D8306E95BC", "K0"],
  kbpk: ["CA4A88B05F3A91ECD726407D19E5C3BF6A084EB2F5D173960C8D3BE7A14F295E", "K1"],
  exportable: ["CA4A97D1E0C36B5F28470F9A1D6E83BC", "P0", "--exportability", "E"],
} as const;
type KeyLabel = keyof typeof KEYS;

const key = (label: KeyLabel) => byName(`canary/${label}`);
const material = (label: KeyLabel): string => KEYS[label][0];
const hex = (text: string) => Buffer.from(text, "hex");
const ksnOf = (counter: number) => `${KSN}${counter.toString(16).toUpperCase().padStart(3, "0")}`;

function must(text: string | undefined): string {
  if (text === undefined) throw new Error("the reference made nothing");
  return text;
}

const CLEAR_BLOCK = must(reference.encodeClearBlock(0, PIN, PAN));
const ZONE_BLOCK = must(reference.encipherPinBlock(0, material("zone-tdes"), PIN, PAN, ""));
const INITIAL_KEY = reference.initialKey(material("bdk"), ksnOf(1));
const WORKING_KEY = reference.workingKey(INITIAL_KEY, ksnOf(1), "pin");
const DUKPT_BLOCK = must(reference.encipherPinBlock(0, WORKING_KEY, PIN, PAN, ""));
const MAC = reference.retailMac(material("mac"), 1, MESSAGE.toString("hex").toUpperCase());

/** Nowhere at all. */
const SECRETS: readonly Canary[] = [
  digitCanary("PAN", PAN),
  digitCanary("PIN", PIN),
  byteCanary("clear PIN block", hex(CLEAR_BLOCK)),
  byteCanary("initial key", hex(INITIAL_KEY)),
  byteCanary("working key", hex(WORKING_KEY)),
  ...(Object.keys(KEYS) as KeyLabel[]).map((label) => byteCanary(`key ${label}`, hex(material(label)))),
];

/** In requests and answers, but in no sink. */
const OPERANDS: readonly Canary[] = [
  byteCanary("PIN block", hex(ZONE_BLOCK)),
  byteCanary("DUKPT PIN block", hex(DUKPT_BLOCK)),
  byteCanary("message", MESSAGE),
  byteCanary("MAC", hex(MAC)),
  digitCanary("offset", OFFSET),
];

/** The stores keep the device that a KSN is of, and its counter. */
const NOT_IN_STORES: readonly Canary[] = [byteCanary("KSN", hex(ksnOf(1)))];

interface Sink {
  readonly name: string;
  readonly content: Buffer;
  readonly isStore: boolean;
}

let site: Site;
let child: ChildProcess;
let sinks: Sink[];
const output = { out: "", err: "" };
const errors: Buffer[] = [];
const answers: Buffer[] = [];
const reasons = new Set<string>();

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

async function scrape(port: number): Promise<Buffer> {
  const [response] = await once(get({ host: "127.0.0.1", port, path: "/metrics", agent: false }), "response");
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function start(): Promise<string> {
  child = site.start("serve");
  child.stderr?.on("data", (chunk: Buffer) => {
    output.err += chunk.toString("latin1");
  });
  return new Promise((resolve, reject) => {
    child.once("exit", () => reject(new Error(`the service ended: ${output.err}`)));
    child.stdout?.on("data", (chunk: Buffer) => {
      output.out += chunk.toString("latin1");
      const [, address] = /serves on (\S+) /.exec(output.out) ?? [];
      if (address !== undefined) resolve(address);
    });
  });
}

function clientOf(name: string, address: string): TestClient {
  const [ca, privateKey, certificate] = ["ca.crt", `${name}.key`, `${name}.crt`].map((file) =>
    readFileSync(site.path(`tls/${file}`)),
  );
  return new TestClient(Number(address.split(":").at(-1)), credentials.createSsl(ca, privateKey, certificate));
}

/** Sends a request whose answer must not hold a secret, and its error nothing at all. */
async function send(call: Promise<unknown>): Promise<void> {
  try {
    const text = JSON.stringify(await call, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));
    answers.push(Buffer.from(text));
  } catch (error) {
    const { wire, details, reason, metadata } = await errorOf(Promise.reject(error));
    reasons.add(reason ?? "none");
    errors.push(wire, Buffer.from(details), Buffer.from(JSON.stringify(metadata)));
  }
}

const zoneSource = (changes: Partial<SourcePinBlock> = {}): SourcePinBlock => ({
  key: key("zone-tdes"),
  ksn: NONE,
  format: PinBlockFormat.PIN_BLOCK_FORMAT_ISO_0,
  pinBlock: hex(ZONE_BLOCK),
  ...changes,
});

function translation(source: SourcePinBlock, pan = PAN): TranslatePinRequest {
  return { source, target: { key: key("zone-aes"), format: PinBlockFormat.PIN_BLOCK_FORMAT_ISO_4 }, pan };
}

const dukptTranslation = () => translation(zoneSource({ key: key("bdk"), ksn: hex(ksnOf(1)), pinBlock: hex(DUKPT_BLOCK) }));
const macOf = (mac: string) => ({ key: key("mac"), ksn: NONE, message: MESSAGE, mac: hex(mac) });

/** Every method, where it succeeds. */
async function succeed(switchClient: TestClient, operator: TestClient): Promise<void> {
  const before = errors.length;
  const outbound = { key: key("mac"), ksn: NONE, message: MESSAGE, pinBlock: undefined };
  await send(switchClient.translatePin(translation(zoneSource())));
  await send(switchClient.translatePin(dukptTranslation()));
  await send(switchClient.generateMac({ key: key("mac"), ksn: NONE, message: MESSAGE }));
  await send(switchClient.verifyMac(macOf(MAC)));
  await send(switchClient.verifyMac(macOf("CA4ACA4ACA4ACA4A")));
  const steps = { verifyMac: macOf(MAC), translatePin: translation(zoneSource()), generateMac: outbound };
  await send(switchClient.authorize(authorizeRequest(steps)));
  await send(stream(switchClient, BigInt(PAN), authorizeRequest(steps)));
  const pvv = { $case: "visaPvv", value: { key: key("pvk"), keyIndex: 1, pvv: "8642" } } as const;
  const ibm = { $case: "ibm3624Offset", value: { key: key("ibm"), offset: OFFSET } } as const;
  await send(switchClient.verifyPin({ source: zoneSource(), pan: PAN, method: pvv }));
  await send(switchClient.verifyPin({ source: zoneSource(), pan: PAN, method: ibm }));
  await send(switchClient.signOn(signOnRequest()));
  await send(operator.exportKey(exportKeyRequest()));
  await send(operator.deriveInitialKey(deriveInitialKeyRequest({ initialKeyId: hex(ksnOf(0)) })));
  await send(switchClient.listKeys({ pageSize: 100, pageToken: "" }));
  await send(switchClient.getKey({ key: key("bdk") }));
  expect(errors.length - before).toBe(0);
}

function stream(client: TestClient, correlationId: bigint, request: AuthorizeRequest): Promise<AuthorizeStreamResponse> {
  const method = AuthorizationServiceService.authorizeStream;
  const call = client.raw.makeBidiStreamRequest(method.path, method.requestSerialize, method.responseDeserialize);
  return new Promise((resolve, reject) => {
    // Its number is the caller's own, and is what it gave.
    call.on("data", (answer: AuthorizeStreamResponse) => resolve({ ...answer, correlationId: 0n }));
    call.on("error", reject);
    call.write({ correlationId, request, timeoutMs: 0 });
    call.end();
  });
}

/** Refusals of every layer, with the values in every place that a caller can put them. */
async function fail(switchClient: TestClient, operator: TestClient): Promise<void> {
  const { path } = MacServiceService.generateMac;
  const everything = Buffer.concat([
    Buffer.from(PAN),
    Buffer.from(PIN),
    MESSAGE,
    ...Object.values(KEYS).map(([text]) => hex(text)),
  ]);
  const metadata = new Metadata();
  metadata.set("x-pan", PAN);
  metadata.set("x-key-bin", hex(material("mac")));
  const target = { key: key("zone-tdes"), format: PinBlockFormat.PIN_BLOCK_FORMAT_ISO_3 };
  await send(switchClient.translatePin({ ...dukptTranslation(), target }));
  await send(switchClient.translatePin(translation(zoneSource({ pinBlock: hex(CLEAR_BLOCK) }))));
  await send(switchClient.translatePin(translation(zoneSource({ pinBlock: Buffer.from(PAN) }))));
  await send(switchClient.translatePin(translation(zoneSource(), `${PAN}${PAN}`)));
  await send(switchClient.translatePin(translation(zoneSource(), OFFSET)));
  await send(switchClient.translatePin(translation(zoneSource({ key: key("mac") }))));
  await send(switchClient.translatePin(translation(zoneSource({ key: bySealedKey(everything) }))));
  await send(switchClient.generateMac({ key: byName(PAN), ksn: NONE, message: MESSAGE }));
  await send(switchClient.generateMac({ key: byName(`canary/${material("mac").toLowerCase()}`), ksn: NONE, message: MESSAGE }));
  await send(switchClient.generateMac({ key: byName(`${PAN} ${PIN}`), ksn: NONE, message: MESSAGE }));
  await send(switchClient.importKey(importKeyRequest()));
  await send(operator.importKey(importKeyRequest({ keyBlock: `D0112P0AB00S0000${material("zone-aes")}${"0".repeat(32)}` })));
  await send(operator.deriveInitialKey(deriveInitialKeyRequest({ initialKeyId: hex(ksnOf(0)) })));
  await send(switchClient.sendBytes(path, everything));
  // grpc-js repeats an unknown path in its own answer: to the caller who sent it.
  await expect(switchClient.sendBytes(`/pinmac.v1.MacService/${PAN}`, everything)).rejects.toThrow("UNIMPLEMENTED");
  await send(switchClient.sendBytes(path, Buffer.alloc(200_000, everything)));
  const listing = { path: "/pinmac.v1.KeyService/ListKeys", requestStream: false, responseStream: false } as const;
  const bytes = (value: Buffer) => value;
  const codec = { requestSerialize: bytes, requestDeserialize: bytes, responseSerialize: bytes, responseDeserialize: bytes };
  await send(
    new Promise((resolve, reject) => {
      switchClient.raw.makeUnaryRequest(
        listing.path,
        codec.requestSerialize,
        codec.responseDeserialize,
        everything,
        metadata,
        (error, answer) => (error === null ? resolve(answer) : reject(error)),
      );
    }),
  );
  // Until the budget is used up.
  for (let guess = 0; guess < 6; guess += 1) await send(switchClient.verifyMac(macOf("CA4ACA4ACA4ACA4A")));
}

/** Enough calls for the audit log to close a file, which is then compressed. */
async function fill(client: TestClient): Promise<void> {
  const call = () => send(client.generateMac({ key: key("mac"), ksn: NONE, message: MESSAGE }));
  for (let round = 0; round < 10; round += 1) await Promise.all(Array.from({ length: 40 }, call));
  await vi.waitUntil(() => readdirSync(site.path("audit")).some((name) => name.endsWith(".gz")), { timeout: 20_000 });
}

/** A token that fails under calls: what was in flight is refused. */
async function loseLanes(client: TestClient): Promise<void> {
  const lanes = execFileSync("pgrep", ["-P", String(child.pid)], { encoding: "utf8" })
    .trim()
    .split("\n");
  const calls = Array.from({ length: 50 }, () => send(client.translatePin(translation(zoneSource()))));
  for (const lane of lanes) process.kill(Number(lane), "SIGKILL");
  await Promise.all(calls);
  await vi.waitUntil(() => output.err.includes('"LANES_LOST"'), { timeout: 20_000 });
}

/** Every file that the service wrote; what the test wrote for it is left out. */
function files(folder: string): Sink[] {
  const own = /^(tokens|tls|secrets)(\/|$)|^(pin|so-pin)$/;
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !own.test(path.slice(folder.length + 1)))
    .map((path) => {
      const content = readFileSync(path);
      const name = path.slice(folder.length + 1);
      return { name, content: name.endsWith(".gz") ? gunzipSync(content) : content, isStore: name.includes(".sqlite") };
    });
}

beforeAll(async () => {
  site = createSite();
  const port = await freePort();
  site.write("policy.yaml", readFileSync("hsm-config/development.policy.yaml", "utf8"));
  site.configure({
    lanes: "2",
    logLevel: "debug",
    policy: "policy.yaml",
    ledger: "{ path: ledger.sqlite, mode: enforce }",
    budgets:
      "{ path: budgets.sqlite, pinBlock: { failures: 50, windowSeconds: 600 }, pinVerification: { failures: 50, windowSeconds: 600 }, mac: { failures: 3, windowSeconds: 600 }, pinBlockPanWindowSeconds: 600 }",
    audit: "{ directory: audit, checkpointEveryRecords: 50, rotateEveryBytes: 65536 }",
    metrics: `{ listen: "127.0.0.1:${port}" }`,
    operations: "{ verifyPin: true, importKey: true, exportKey: true, signOn: true, deriveInitialKey: true }",
  });
  for (const args of [
    ["init", "--create-token", "--so-pin-file", site.path("so-pin")],
    ["development", "certificates", "--out", site.path("tls")],
  ]) {
    expect(site.run(...args)).toMatchObject({ code: 0 });
  }
  const secrets = execFileSync("mktemp", ["-d"], { encoding: "utf8" }).trim();
  try {
    for (const [label, [text, usage, ...options]] of Object.entries(KEYS)) {
      execFileSync("sh", ["-c", 'umask 077; printf %s "$1" > "$2"', "sh", text, join(secrets, label)]);
      const args = ["--name", `canary/${label}`, "--usage", usage, "--from-file", join(secrets, label), ...options];
      expect(site.run("key", "import", ...args)).toMatchObject({ code: 0 });
    }
  } finally {
    execFileSync("rm", ["-r", secrets]);
  }
  const address = await start();
  const [switchClient, operator] = [clientOf("switch", address), clientOf("operator", address)];
  await succeed(switchClient, operator);
  await fail(switchClient, operator);
  await fill(switchClient);
  await loseLanes(switchClient);
  const cmdline = readFileSync(`/proc/${child.pid}/cmdline`);
  const environ = readFileSync(`/proc/${child.pid}/environ`);
  const metrics = await scrape(port);
  // While it runs, with the write-ahead logs; and again when it has ended.
  const running = files(site.folder);
  switchClient.close();
  operator.close();
  child.kill("SIGTERM");
  await once(child, "exit");
  sinks = [
    ...running,
    ...files(site.folder).map((sink) => ({ ...sink, name: `${sink.name} at the end` })),
    ...Object.entries({ metrics, cmdline, environ }).map(([name, content]) => ({ name, content, isStore: false })),
    { name: "standard output", content: Buffer.from(output.out, "latin1"), isStore: false },
    { name: "standard error", content: Buffer.from(output.err, "latin1"), isStore: false },
    { name: "errors that clients saw", content: Buffer.concat(errors), isStore: false },
  ];
}, 240_000);

afterAll(() => {
  child.kill("SIGKILL");
  site.remove();
});

const forbiddenIn = ({ isStore }: Sink) => [...SECRETS, ...OPERANDS, ...(isStore ? [] : NOT_IN_STORES)];

describe("PANs, PINs, PIN blocks, keys, KSNs, messages and MACs", () => {
  it("are in nothing that the service writes, shows or answers an error with", () => {
    const names = sinks.map(({ name }) => name);
    for (const one of [
      /^ledger\.sqlite-wal$/,
      /^budgets\.sqlite-wal$/,
      /^register\.sqlite$/,
      /^audit\/.*\.jsonl$/,
      /^audit\/.*\.gz$/,
    ]) {
      expect(names.filter((name) => one.test(name))).not.toEqual([]);
    }
    const finds = sinks.flatMap((sink) => found(sink.content, forbiddenIn(sink)).map((name) => `${name} in ${sink.name}`));
    expect(finds).toEqual([]);
  });

  it("were sent to a service that did its work, refused for many reasons, raised alarms and wrote of it", () => {
    const sink = (name: string) => sinks.find((one) => one.name === name)?.content.toString("latin1") ?? "";
    for (const reason of ["KSN_REPLAYED", "PIN_BLOCK_INVALID", "PAN_INVALID", "KEY_USAGE_MISMATCH", "SEALED_KEY_INVALID"]) {
      expect(reasons).toContain(reason);
    }
    for (const reason of ["KEY_NOT_FOUND", "REQUEST_INVALID", "PERMISSION_DENIED", "BUDGET_EXHAUSTED", "INITIAL_KEY_EXISTS"]) {
      expect(reasons).toContain(reason);
    }
    for (const alarm of ["KSN_REPLAYED", "BUDGET_EXHAUSTED", "LANES_LOST"]) {
      expect(sink("metrics")).toMatch(new RegExp(`pinmac_alarms_total\\{kind="${alarm}"\\} [1-9]`));
      expect(sink("standard error")).toContain(`"alarm":"${alarm}"`);
      expect(sinks.some(({ name, content }) => name.startsWith("audit/") && content.includes(`Alarm.${alarm}`))).toBe(true);
    }
    expect(sink("metrics")).toMatch(/pinmac_calls_total\{method="PinService\/TranslatePin",result="OK"\} [1-9]/);
    expect(sink("metrics")).toMatch(/pinmac_lanes_replaced_total\{cause="ended"\} [0-9]/);
    expect(sink("standard error").split('"msg":"call"').length).toBeGreaterThan(400);
    expect(answers.length).toBeGreaterThan(400);
  });

  it("of a secret are in no answer either", () => {
    expect(found(Buffer.concat(answers), SECRETS)).toEqual([]);
  });

  it("would be found in each of them: every piece, planted in a copy, is", () => {
    for (const sink of sinks.filter(({ content }) => content.length < 200_000)) {
      const half = Math.floor(sink.content.length / 2);
      for (const canary of forbiddenIn(sink)) {
        const piece = canary.pieces[sink.content.length % canary.pieces.length] ?? NONE;
        const copy = Buffer.concat([sink.content.subarray(0, half), piece, sink.content.subarray(half)]);
        expect(found(copy, [canary])).toEqual([canary.name]);
      }
    }
    const planted = [
      `a ${PAN} b`,
      `x${Buffer.from(`pan=${PAN}`).toString("base64")}`,
      `x${Buffer.concat([Buffer.from("ab"), hex(material("mac"))]).toString("base64url")}`,
      JSON.stringify(hex(material("bdk"))),
      `0x${material("zone-aes").toLowerCase()}`,
      PIN.slice(2, 11),
      String(hex(CLEAR_BLOCK).readBigUInt64BE()),
    ];
    const names = ["PAN", "PAN", "key mac", "key bdk", "key zone-aes", "PIN", "clear PIN block"];
    expect(planted.map((text) => found(Buffer.from(text), SECRETS))).toEqual(names.map((name) => [name]));
  });
});
