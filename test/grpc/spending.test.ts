import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { EngineOutcome } from "../../src/engine/commands/command.js";
import { ErrorInfo } from "../../src/gen/google/rpc/error_details.js";
import {
  AuthorizationServiceService,
  type AuthorizeRequest,
  type AuthorizeStreamResponse,
} from "../../src/gen/pinmac/v1/authorization.js";
import type { TranslatePinRequest } from "../../src/gen/pinmac/v1/pin.js";
import type { LedgerMode } from "../../src/service/spending/index.js";
import { errorOf } from "./support/clients.js";
import { expectWholeRefusal } from "./support/expect-refusal.js";
import {
  authorizeRequest,
  byName,
  CANARIES,
  generateMacRequest,
  translatePinRequest,
  verifyMacRequest,
} from "./support/requests.js";
import { ScriptedEngine, succeed } from "./support/scripted-engine.js";
import { sampleHeader, sealUnopenable } from "./support/sealed-keys.js";
import { openTestSpending, type TestSpending } from "./support/spending.js";
import { startTestServer, type TestServer } from "./support/test-server.js";

const bdk = sampleHeader("bdk", { name: "canary/bdk" });
const DEVICE = Buffer.from("ffff9876543210e00000", "hex");

let engine: ScriptedEngine;
let spending: TestSpending;
let server: TestServer;

async function start(mode: LedgerMode = "enforce", modes: Record<string, LedgerMode> = {}): Promise<void> {
  engine = new ScriptedEngine();
  spending = openTestSpending(mode, modes);
  server = await startTestServer(engine, { spending: spending.options });
  await server.register.add(sealUnopenable(bdk));
  await server.register.add(sealUnopenable(sampleHeader("zonePinTdes", { name: "canary/zone-tdes" })));
  await server.register.add(sealUnopenable(sampleHeader("retailMac", { name: "canary/retail-mac" })));
}

async function restart(mode: LedgerMode, modes: Record<string, LedgerMode> = {}): Promise<void> {
  await end();
  await start(mode, modes);
}

async function end(): Promise<void> {
  await server.stop();
  await spending.remove();
}

beforeEach(() => start());
afterEach(end);

function ksn(counter: number): Buffer {
  const bytes = Buffer.from(DEVICE);
  bytes.writeUInt16BE(counter, 8);
  return bytes;
}

const BDK = byName("canary/bdk");
const mac = (counter: number, message = CANARIES.message) => verifyMacRequest({ key: BDK, ksn: ksn(counter), message });
const pin = (counter: number, pan: string = CANARIES.pan): TranslatePinRequest => ({
  ...translatePinRequest({ key: BDK, ksn: ksn(counter) }),
  pan,
});
const whole = (counter: number, pinCounter = counter): AuthorizeRequest =>
  authorizeRequest({ verifyMac: mac(counter), translatePin: pin(pinCounter) });
const device = () => spending.ledger.device(bdk.id, DEVICE);

describe("a KSN", () => {
  it("serves once, and an identical request is answered again", async () => {
    await expect(server.client.translatePin(pin(1))).resolves.toBeDefined();
    await expect(server.client.translatePin(pin(1))).resolves.toBeDefined();
    const error = await errorOf(server.client.translatePin(pin(1, "4999988887777671")));
    expectWholeRefusal(error, server.log, "KSN_REPLAYED", { field: "source.ksn" });
    expect(await device()).toEqual({ pin: { counter: 1, spent: 1, replays: 1 } });
    expect(spending.replays).toEqual(["enforce"]);
  });

  it("is the same KSN without its leading FFFF", async () => {
    await server.client.verifyMac(mac(1));
    await expect(server.client.verifyMac({ ...mac(1), ksn: ksn(1).subarray(2) })).resolves.toMatchObject({ verified: true });
    const other = { ...mac(1, Buffer.from("other")), ksn: ksn(1).subarray(2) };
    expect(await errorOf(server.client.verifyMac(other))).toMatchObject({ reason: "KSN_REPLAYED", metadata: { field: "ksn" } });
  });

  it("below the mark is refused", async () => {
    await server.client.verifyMac(mac(5));
    expect(await errorOf(server.client.verifyMac(mac(4)))).toMatchObject({ reason: "KSN_REPLAYED" });
    await expect(server.client.verifyMac(mac(6))).resolves.toMatchObject({ verified: true });
  });

  it("serves a PIN and a MAC, each once", async () => {
    await server.client.verifyMac(mac(1));
    await server.client.translatePin(pin(1));
    expect(await device()).toMatchObject({ pin: { counter: 1 }, mac: { counter: 1 } });
    expect(await errorOf(server.client.authorize(whole(1)))).toMatchObject({ reason: "KSN_REPLAYED" });
  });

  it("is not spent by an answer's MAC", async () => {
    await server.client.generateMac(generateMacRequest({ key: BDK, ksn: ksn(1) }));
    expect(await device()).toBeUndefined();
  });

  it("is spent by one of 64 requests at once: the others are refused", async () => {
    const pans = Array.from({ length: 64 }, (_, index) => `49999888877700${String(index).padStart(2, "0")}`);
    const results = await Promise.allSettled(pans.map((pan) => server.client.translatePin(pin(1, pan))));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(engine.commands).toHaveLength(64);
    expect(await device()).toEqual({ pin: { counter: 1, spent: 1, replays: 63 } });
  });

  it("is spent by one of 64 items of a stream", async () => {
    const { path, requestSerialize, responseDeserialize } = AuthorizationServiceService.authorizeStream;
    const stream = server.client.raw.makeBidiStreamRequest(path, requestSerialize, responseDeserialize);
    const answers: AuthorizeStreamResponse[] = [];
    stream.on("data", (answer: AuthorizeStreamResponse) => answers.push(answer));
    for (let id = 1; id <= 64; id++) {
      const request = authorizeRequest({ verifyMac: mac(1, Buffer.from(`message ${id}`)), translatePin: pin(1) });
      stream.write({ correlationId: BigInt(id), request, timeoutMs: 0 });
    }
    stream.end();
    await expect.poll(() => answers.length, { timeout: 10_000 }).toBe(64);
    const refused = answers.flatMap(({ result }) => (result?.$case === "error" ? [result.value] : []));
    expect(refused).toHaveLength(63);
    for (const { details } of refused) {
      expect(details.map(({ value }) => ErrorInfo.decode(value).reason)).toEqual(["KSN_REPLAYED"]);
    }
    expect(await device()).toMatchObject({ pin: { counter: 1, spent: 1 }, mac: { counter: 1, spent: 1 } });
  });
});

describe("a device's mark", () => {
  it("is not raised by who cannot make a MAC", async () => {
    engine.answer = (command) =>
      command.kind === "verifyMac" ? { kind: "verifyMac", verified: false } : { kind: "authorize", completed: false };
    await expect(server.client.verifyMac(mac(0x100))).resolves.toMatchObject({ verified: false });
    await expect(server.client.authorize(whole(0x100))).resolves.toMatchObject({ verifyMac: { verified: false } });
    expect(await device()).toBeUndefined();
  });

  it("is not raised by who cannot make a PIN block", async () => {
    engine.answer = () => ({ kind: "refused", reason: "PIN_BLOCK_INVALID" });
    expect(await errorOf(server.client.authorize(whole(0x100)))).toMatchObject({ reason: "PIN_BLOCK_INVALID" });
    expect(await device()).toBeUndefined();
  });

  it("rises for both uses of an authorization or for none", async () => {
    await server.client.translatePin(pin(7));
    const error = await errorOf(server.client.authorize(whole(9, 7)));
    expect(error).toMatchObject({ reason: "KSN_REPLAYED", metadata: { field: "translate_pin.source.ksn" } });
    expect(await device()).toEqual({ pin: { counter: 7, spent: 1, replays: 1 } });
    await server.client.authorize(whole(9));
    expect(await device()).toMatchObject({ pin: { counter: 9 }, mac: { counter: 9 } });
  });
});

describe("the result of the engine", () => {
  it("is wiped when its KSN is refused", async () => {
    await server.client.authorize(whole(1));
    const results: Buffer[] = [];
    engine.answer = (command) => {
      const outcome: EngineOutcome = succeed(command);
      if (outcome.kind === "authorize" && outcome.completed && outcome.pinBlock) results.push(outcome.pinBlock);
      return outcome;
    };
    const again = { ...whole(1), translatePin: pin(1, "4999988887777671") };
    expect(await errorOf(server.client.authorize(again))).toMatchObject({ reason: "KSN_REPLAYED" });
    expect(results).toEqual([Buffer.alloc(8)]);
  });

  it("is not given when the ledger cannot be written", async () => {
    await spending.ledger.close();
    spending.ledger.close = async () => undefined;
    for (const call of [
      server.client.verifyMac(mac(1)),
      server.client.translatePin(pin(1)),
      server.client.authorize(whole(1)),
    ]) {
      expect(await errorOf(call)).toMatchObject({ reason: "LEDGER_UNAVAILABLE", code: "UNAVAILABLE" });
    }
  });

  it("spends nothing when nobody waits for it", async () => {
    engine.answer = (command) => new Promise((resolve) => setTimeout(resolve, 300, succeed(command)));
    const error = await errorOf(
      server.client.call(AuthorizationServiceService.authorize, whole(1), { deadline: Date.now() + 100 }),
    );
    expect(error.code).toBe("DEADLINE_EXCEEDED");
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(await device()).toBeUndefined();
  });
});

describe("the mode of a BDK", () => {
  it("detect: a replay is answered, counted and reported", async () => {
    await restart("enforce", { "canary/*": "detect" });
    const another = translatePinRequest({ key: BDK, ksn: ksn(1), pinBlock: Buffer.from("another!") });
    await server.client.translatePin(pin(1));
    await expect(server.client.translatePin(another)).resolves.toBeDefined();
    expect(await device()).toMatchObject({ pin: { counter: 1, replays: 1 } });
    expect(spending.replays).toEqual(["detect"]);
  });

  it("off: nothing is recorded; a name goes before its folder", async () => {
    await restart("enforce", { "canary/*": "enforce", "canary/bdk": "off" });
    await server.client.verifyMac(mac(1));
    await server.client.verifyMac(mac(1, Buffer.from("other")));
    expect(await device()).toBeUndefined();
  });

  it("does not concern keys that are no BDK", async () => {
    await server.client.verifyMac(verifyMacRequest());
    await server.client.verifyMac(verifyMacRequest());
    expect(spending.replays).toEqual([]);
  });
});
