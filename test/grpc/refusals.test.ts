import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { REASONS, type Reason } from "../../src/base/index.js";
import type { EngineOutcome } from "../../src/engine/commands/command.js";
import { PinBlockEncoding } from "../../src/gen/pinmac/v1/authorization.js";
import { PinBlockFormat } from "../../src/gen/pinmac/v1/pin.js";
import { errorOf, type SeenError } from "./support/clients.js";
import { expectWholeRefusal } from "./support/expect-refusal.js";
import {
  authorizeRequest,
  byName,
  bySealedKey,
  CANARIES,
  generateMacRequest,
  translatePinRequest,
  verifyMacRequest,
} from "./support/requests.js";
import { ScriptedEngine } from "./support/scripted-engine.js";
import { sampleHeader, sealUnopenable } from "./support/sealed-keys.js";
import { startTestServer, type TestServer } from "./support/test-server.js";

const HOUR = 3_600;
const NOW = Math.floor(Date.now() / 1_000);
const NONE = Buffer.alloc(0);

const engine = new ScriptedEngine();
let server: TestServer;

beforeAll(async () => {
  server = await startTestServer(engine);
  for (const header of [
    sampleHeader("zonePinTdes", { name: "canary/zone-tdes" }),
    sampleHeader("zonePinAes", { name: "canary/zone-aes" }),
    sampleHeader("retailMac", { name: "canary/retail-mac" }),
    sampleHeader("bdk", { name: "canary/bdk" }),
    sampleHeader("zonePinTdes", { name: "canary/decrypt-only", modeOfUse: "D" }),
    sampleHeader("zonePinTdes", { name: "canary/encrypt-only", modeOfUse: "E" }),
    sampleHeader("retailMac", { name: "canary/verify-only", modeOfUse: "V" }),
    sampleHeader("retailMac", { name: "canary/generate-only", modeOfUse: "G" }),
    sampleHeader("zonePinTdes", { name: "canary/later", notBefore: NOW + HOUR }),
    sampleHeader("zonePinTdes", { name: "canary/expired", notAfter: NOW - HOUR }),
    sampleHeader("zonePinTdes", { name: "canary/production", environment: "production" }),
  ]) {
    await server.register.add(sealUnopenable(header));
  }
});

afterAll(() => server.stop());
beforeEach(() => engine.reset());

/** The refusal, whole, without a byte of the request in it or in the log. */
function expectRefusal(error: SeenError, reason: Reason, metadata: Record<string, string> = {}): void {
  expectWholeRefusal(error, server.log, reason, metadata);
}

type Source = NonNullable<ReturnType<typeof translatePinRequest>["source"]>;
type Target = NonNullable<ReturnType<typeof translatePinRequest>["target"]>;

function translate(source: Partial<Source> = {}, target: Partial<Target> = {}): () => Promise<unknown> {
  return () => server.client.translatePin(translatePinRequest(source, target));
}

function generate(changes: Parameters<typeof generateMacRequest>[0]): () => Promise<unknown> {
  return () => server.client.generateMac(generateMacRequest(changes));
}

function verify(changes: Parameters<typeof verifyMacRequest>[0]): () => Promise<unknown> {
  return () => server.client.verifyMac(verifyMacRequest(changes));
}

function authorize(steps: Parameters<typeof authorizeRequest>[0]): () => Promise<unknown> {
  return () => server.client.authorize(authorizeRequest(steps));
}

function outbound(offset: number, encoding: number, message = Buffer.from("canary  0000000000000000")) {
  const pinBlock = { offset, encoding: encoding as PinBlockEncoding };
  return { ...generateMacRequest({ message }), pinBlock };
}

const TDES = byName("canary/zone-tdes");
const AES = byName("canary/zone-aes");
const BDK = byName("canary/bdk");
const MAC = byName("canary/retail-mac");
const ISO = {
  0: PinBlockFormat.PIN_BLOCK_FORMAT_ISO_0,
  1: PinBlockFormat.PIN_BLOCK_FORMAT_ISO_1,
  2: PinBlockFormat.PIN_BLOCK_FORMAT_ISO_2,
  3: PinBlockFormat.PIN_BLOCK_FORMAT_ISO_3,
  4: PinBlockFormat.PIN_BLOCK_FORMAT_ISO_4,
} as const;

interface Case {
  readonly what: string;
  readonly send: () => Promise<unknown>;
  readonly reason: Reason;
  readonly metadata?: Record<string, string>;
}

const field = (name: string, requirement?: string) => ({
  metadata: requirement === undefined ? { field: name } : { field: name, requirement },
});

const CASES: readonly Case[] = [
  {
    what: "no source",
    send: () => server.client.translatePin({ ...translatePinRequest(), source: undefined }),
    reason: "REQUEST_INVALID",
    ...field("source"),
  },
  {
    what: "no target",
    send: () => server.client.translatePin({ ...translatePinRequest(), target: undefined }),
    reason: "REQUEST_INVALID",
    ...field("target"),
  },
  { what: "no key", send: translate({ key: undefined }), reason: "REQUEST_INVALID", ...field("source.key") },
  {
    what: "an empty key reference",
    send: translate({}, { key: { reference: undefined } }),
    reason: "REQUEST_INVALID",
    ...field("target.key"),
  },
  {
    what: "a name that no key can have",
    send: generate({ key: byName("Canary/ZONE") }),
    reason: "REQUEST_INVALID",
    ...field("key.name.name"),
  },
  {
    what: "a name with SQL in it",
    send: verify({ key: byName("canary' OR 1=1 --") }),
    reason: "REQUEST_INVALID",
    ...field("key.name.name"),
  },
  { what: "an authorization without a step", send: authorize({}), reason: "REQUEST_INVALID" },
  {
    what: "a placement without a translation",
    send: authorize({ generateMac: outbound(8, PinBlockEncoding.PIN_BLOCK_ENCODING_HEX) }),
    reason: "REQUEST_INVALID",
    ...field("generate_mac.pin_block"),
  },
  {
    what: "a placement without an encoding",
    send: authorize({ translatePin: translatePinRequest(), generateMac: outbound(8, 0) }),
    reason: "REQUEST_INVALID",
    ...field("generate_mac.pin_block.encoding"),
  },
  {
    what: "a placement with an unknown encoding",
    send: authorize({ translatePin: translatePinRequest(), generateMac: outbound(8, 77) }),
    reason: "REQUEST_INVALID",
    ...field("generate_mac.pin_block.encoding"),
  },
  {
    what: "a placement over bytes that are no placeholder",
    send: authorize({ translatePin: translatePinRequest(), generateMac: outbound(7, 2) }),
    reason: "REQUEST_INVALID",
    ...field("generate_mac.pin_block.offset"),
  },
  {
    what: "a placement beyond the message",
    send: authorize({ translatePin: translatePinRequest(), generateMac: outbound(0xffff_ffff, 2) }),
    reason: "REQUEST_INVALID",
    ...field("generate_mac.pin_block.offset"),
  },
  {
    what: "a page that is too large",
    send: () => server.client.listKeys({ pageSize: 1_001, pageToken: "" }),
    reason: "REQUEST_INVALID",
    ...field("page_size"),
  },
  {
    what: "a page token of another's making",
    send: () => server.client.listKeys({ pageSize: 10, pageToken: "canary" }),
    reason: "REQUEST_INVALID",
    ...field("page_token"),
  },
  ...["", "49999888877", "4999988887777663x", "49999888877776634444", "４９９９９８８８８７７７７６６３"].map(
    (pan): Case => ({
      what: `the PAN ${JSON.stringify(pan)}`,
      send: () => server.client.translatePin({ ...translatePinRequest(), pan }),
      reason: "PAN_INVALID",
      ...field("pan"),
    }),
  ),
  ...([0, 6, 99, -1, 2_147_483_647] as const).map(
    (format): Case => ({
      what: `the PIN block format ${format}`,
      send: translate({ format: format as PinBlockFormat }),
      reason: "PIN_BLOCK_FORMAT_INVALID",
      ...field("source.format"),
    }),
  ),
  {
    what: "an unknown target format",
    send: translate({}, { format: 6 as PinBlockFormat }),
    reason: "PIN_BLOCK_FORMAT_INVALID",
    ...field("target.format"),
  },
  ...[0, 7, 9, 16].map(
    (length): Case => ({
      what: `a PIN block of ${length} bytes`,
      send: translate({ pinBlock: Buffer.alloc(length, 0xc1) }),
      reason: "PIN_BLOCK_LENGTH_INVALID",
      ...field("source.pin_block"),
    }),
  ),
  {
    what: "a format 4 block of 8 bytes",
    send: translate({ key: AES, format: ISO[4] }, {}),
    reason: "PIN_BLOCK_LENGTH_INVALID",
    ...field("source.pin_block"),
  },
  { what: "a BDK without a KSN", send: translate({ key: BDK }), reason: "KSN_REQUIRED", ...field("source.ksn") },
  {
    what: "a KSN with a zone key",
    send: translate({ ksn: CANARIES.ksn }),
    reason: "KSN_NOT_ALLOWED",
    ...field("source.ksn"),
  },
  {
    what: "a KSN with a MAC key, within an authorization",
    send: authorize({ verifyMac: verifyMacRequest({ ksn: CANARIES.ksn }) }),
    reason: "KSN_NOT_ALLOWED",
    ...field("verify_mac.ksn"),
  },
  ...["ffff9876543210e000", "ffff9876543210e00000", "ffff9876543210ffffff"].map(
    (ksn): Case => ({
      what: `the KSN ${ksn}`,
      send: generate({ key: BDK, ksn: Buffer.from(ksn, "hex") }),
      reason: "KSN_INVALID",
      ...field("ksn"),
    }),
  ),
  { what: "an empty message", send: generate({ message: NONE }), reason: "MESSAGE_LENGTH_INVALID", ...field("message") },
  {
    what: "a message of 65,537 bytes",
    send: verify({ message: Buffer.alloc(65_537, 0x41) }),
    reason: "MESSAGE_LENGTH_INVALID",
    ...field("message"),
  },
  ...[0, 1, 4, 7, 9].map(
    (length): Case => ({
      what: `a MAC of ${length} bytes`,
      send: verify({ mac: Buffer.alloc(length, 0xd7) }),
      reason: "MAC_LENGTH_INVALID",
      ...field("mac"),
    }),
  ),
  {
    what: "a key that is not there",
    send: translate({ key: byName("canary/absent") }),
    reason: "KEY_NOT_FOUND",
    ...field("source.key"),
  },
  {
    what: "a version that is not there",
    send: authorize({ translatePin: translatePinRequest({}, { key: byName("canary/zone-tdes", 9) }) }),
    reason: "KEY_NOT_FOUND",
    ...field("translate_pin.target.key"),
  },
  {
    what: "a key that is not there, of GetKey",
    send: () => server.client.getKey({ key: byName("canary/absent") }),
    reason: "KEY_NOT_FOUND",
    ...field("key"),
  },
  { what: "a MAC key for a PIN", send: translate({ key: MAC }), reason: "KEY_USAGE_MISMATCH", ...field("source.key") },
  { what: "a PIN key for a MAC", send: generate({ key: TDES }), reason: "KEY_USAGE_MISMATCH", ...field("key") },
  { what: "a BDK as a target", send: translate({}, { key: BDK }), reason: "KEY_USAGE_MISMATCH", ...field("target.key") },
  {
    what: "a source key that may only encrypt",
    send: translate({ key: byName("canary/encrypt-only") }),
    reason: "KEY_MODE_MISMATCH",
    ...field("source.key"),
  },
  {
    what: "a target key that may only decrypt",
    send: translate({}, { key: byName("canary/decrypt-only") }),
    reason: "KEY_MODE_MISMATCH",
    ...field("target.key"),
  },
  {
    what: "a MAC generated under a key that may only verify",
    send: generate({ key: byName("canary/verify-only") }),
    reason: "KEY_MODE_MISMATCH",
    ...field("key"),
  },
  {
    what: "a MAC verified under a key that may only generate",
    send: verify({ key: byName("canary/generate-only") }),
    reason: "KEY_MODE_MISMATCH",
    ...field("key"),
  },
  {
    what: "a format 0 block under AES",
    send: translate({ key: AES }),
    reason: "KEY_ALGORITHM_MISMATCH",
    ...field("source.key", "PCI PIN 3-2"),
  },
  {
    what: "a format 4 block under TDES",
    send: translate({}, { format: ISO[4] }),
    reason: "KEY_ALGORITHM_MISMATCH",
    ...field("target.key", "PCI PIN 3-2"),
  },
  {
    what: "a key of tomorrow",
    send: translate({ key: byName("canary/later") }),
    reason: "KEY_NOT_YET_VALID",
    ...field("source.key"),
  },
  {
    what: "a key of yesterday",
    send: translate({}, { key: byName("canary/expired") }),
    reason: "KEY_EXPIRED",
    ...field("target.key"),
  },
  {
    what: "a production key",
    send: translate({ key: byName("canary/production") }),
    reason: "KEY_ENVIRONMENT_MISMATCH",
    ...field("source.key"),
  },
  {
    what: "a sealed key that is none",
    send: verify({ key: bySealedKey(Buffer.from("canary")) }),
    reason: "SEALED_KEY_INVALID",
    ...field("key"),
  },
  {
    what: "an empty sealed key",
    send: () => server.client.getKey({ key: bySealedKey(NONE) }),
    reason: "SEALED_KEY_INVALID",
    ...field("key"),
  },
  ...([0, 1, 2, 3, 4] as const).flatMap((from) =>
    ([0, 1, 2, 3, 4] as const)
      .filter((to) => from === 2 || to === 1 || to === 2)
      .map(
        (to): Case => ({
          what: `a translation from format ${from} to ${to}`,
          send: translate({ format: ISO[from] }, { format: ISO[to] }),
          reason: "TRANSLATION_NOT_ALLOWED",
          metadata: {
            requirement: from === 1 && to === 1 ? "ISO 9564-1 format 1 as a target is not offered" : "PCI PIN 3-3",
          },
        }),
      ),
  ),
  ...["translatePin", "generateMac", "verifyMac", "authorize", "listKeys", "getKey"].map(
    (method): Case => ({
      what: `bytes that are no message, to ${method}`,
      send: () => server.client.sendBytes(PATHS[method as keyof typeof PATHS], Buffer.from("0aff", "hex")),
      reason: "REQUEST_INVALID",
    }),
  ),
];

const PATHS = {
  translatePin: "/pinmac.v1.PinService/TranslatePin",
  generateMac: "/pinmac.v1.MacService/GenerateMac",
  verifyMac: "/pinmac.v1.MacService/VerifyMac",
  authorize: "/pinmac.v1.AuthorizationService/Authorize",
  listKeys: "/pinmac.v1.KeyService/ListKeys",
  getKey: "/pinmac.v1.KeyService/GetKey",
} as const;

describe("refused without asking the engine", () => {
  it.each(CASES)("$what: $reason", async ({ send, reason, metadata }) => {
    const error = await errorOf(send());
    expectRefusal(error, reason, metadata);
    expect(engine.commands).toEqual([]);
  });
});

describe("refused by the engine", () => {
  const reasons = (Object.keys(REASONS) as Reason[]).filter((reason) => reason !== "SEALED_KEY_INVALID");

  it.each(reasons)("%s goes to the client with its own code and text", async (reason) => {
    engine.answer = () => ({ kind: "refused", reason, field: "source.key", requirement: "PCI PIN 3-3" });
    const error = await errorOf(translate()());
    expectRefusal(error, reason, { field: "source.key", requirement: "PCI PIN 3-3" });
    expect(engine.commands).toHaveLength(1);
  });

  it.each([
    ["OVERLOADED", 50],
    ["TOKEN_UNAVAILABLE", 500],
    ["PIN_BLOCK_INVALID", undefined],
  ] as const)("%s says when to come back: %s ms", async (reason, retryMs) => {
    engine.answer = () => ({ kind: "refused", reason });
    expect(await errorOf(translate()())).toMatchObject({ reason, retryMs });
  });

  const broken: EngineOutcome = { kind: "refused", reason: "SEALED_KEY_INVALID" };
  const mine = sealUnopenable(sampleHeader("zonePinTdes", { name: "canary/mine" }));

  it("a broken seal is the register's fault when the key came from there", async () => {
    engine.answer = () => broken;
    expectRefusal(await errorOf(translate()()), "KEY_RECORD_CORRUPT");
    engine.answer = () => ({ ...broken, field: "target.key" });
    const error = await errorOf(translate({ key: bySealedKey(mine) })());
    expectRefusal(error, "KEY_RECORD_CORRUPT", { field: "target.key" });
  });

  it("a broken seal is the caller's fault when the key came with the request", async () => {
    engine.answer = () => ({ ...broken, field: "source.key" });
    expectRefusal(await errorOf(translate({ key: bySealedKey(mine) })()), "SEALED_KEY_INVALID", { field: "source.key" });
    engine.answer = () => broken;
    expectRefusal(await errorOf(translate({ key: bySealedKey(mine) })()), "SEALED_KEY_INVALID");
  });
});

describe("a defect of the engine", () => {
  const leaky = `text with ${CANARIES.pan} and\n    at ${CANARIES.pan} (canary:1:1)`;

  it.each([
    ["an error", () => Promise.reject(Object.assign(new Error(leaky), { code: leaky, cause: new TypeError(leaky) }))],
    ["a thrown text", () => Promise.reject(leaky)],
    ["an outcome of another kind", () => ({ kind: "done" }) as EngineOutcome],
    ["no outcome", () => undefined as unknown as EngineOutcome],
  ] as const)("is answered without its text and logged with its place: %s", async (_what, answer) => {
    engine.answer = answer;
    const error = await errorOf(translate()());
    expect(error.metadata["incident"]).toMatch(/^[0-9a-f-]{36}$/);
    expectRefusal(error, "INTERNAL", { incident: error.metadata["incident"] ?? "" });
    const logged = server.log.filter((line) => line.includes(error.metadata["incident"] ?? ""));
    expect(logged).toHaveLength(1);
    expect(JSON.parse(logged[0] ?? "")).toMatchObject({ level: 50, msg: "defect", method: PATHS.translatePin });
  });

  it("logs the frames of the stack, and the names of the causes", async () => {
    engine.answer = () =>
      Promise.reject(new RangeError("outer", { cause: Object.assign(new Error("inner"), { code: "EPIPE" }) }));
    await errorOf(translate()());
    const { error } = JSON.parse(server.log.findLast((line) => line.includes('"defect"')) ?? "");
    expect(error).toMatchObject({ name: "RangeError", cause: { name: "Error", code: "EPIPE" } });
    expect(error.frames[0]).toMatch(/^ {4}at .*refusals\.test\.ts/);
  });
});

describe("the log of calls", () => {
  it("says who, what, how long and how it ended, and nothing else", async () => {
    server.log.length = 0;
    await server.client.translatePin(translatePinRequest());
    await errorOf(translate({ key: MAC })());
    await expect.poll(() => server.log.length).toBe(2);
    const lines = server.log.map((line) => JSON.parse(line));
    const common = {
      level: 20,
      time: expect.any(Number),
      pid: process.pid,
      name: "pinmac",
      hostname: expect.any(String),
      msg: "call",
      method: PATHS.translatePin,
      milliseconds: expect.any(Number),
      caller: "URI:spiffe://acquirer.example/switch-1",
    };
    expect(lines).toEqual([
      { ...common, result: "OK" },
      { ...common, result: "KEY_USAGE_MISMATCH" },
    ]);
  });
});
