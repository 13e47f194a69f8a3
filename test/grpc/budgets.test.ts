import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Refusal } from "../../src/base/index.js";
import type { EngineCommand, EngineOutcome } from "../../src/engine/commands/command.js";
import type { TranslatePinRequest, VerifyPinRequest } from "../../src/gen/pinmac/v1/pin.js";
import { clientCredentials, errorOf, TestClient } from "./support/clients.js";
import { expectWholeRefusal } from "./support/expect-refusal.js";
import { authorizeRequest, byName, translatePinRequest, verifyMacRequest, verifyPinRequest } from "./support/requests.js";
import { ScriptedEngine, succeed } from "./support/scripted-engine.js";
import { sampleHeader, sealUnopenable } from "./support/sealed-keys.js";
import { openTestSpending, type TestSpending } from "./support/spending.js";
import { startTestServer, type TestServer } from "./support/test-server.js";

let engine: ScriptedEngine;
let spending: TestSpending;
let server: TestServer;

beforeEach(async () => {
  engine = new ScriptedEngine();
  spending = openTestSpending();
  server = await startTestServer(engine, { spending: spending.options, operations: { verifyPin: true } });
  for (const header of [
    sampleHeader("bdk", { name: "canary/bdk" }),
    sampleHeader("zonePinTdes", { name: "canary/zone-tdes" }),
    sampleHeader("retailMac", { name: "canary/retail-mac" }),
    sampleHeader("pvk", { name: "canary/pvk" }),
  ]) {
    await server.register.add(sealUnopenable(header));
  }
});

afterEach(async () => {
  await server.stop();
  await spending.remove();
});

/** The test's budgets allow three failures. */
const BUDGET = 3;
const invalidPinBlock = (): EngineOutcome => ({ kind: "refused", reason: "PIN_BLOCK_INVALID" });
const mismatch = ({ kind }: EngineCommand): EngineOutcome => {
  if (kind === "authorize") return { kind, completed: false };
  return kind === "verifyPin" ? { kind, verified: false } : { kind: "verifyMac", verified: false };
};
const block = (index: number): Buffer => Buffer.from(`block ${String(index).padStart(2, "0")}`);
const pan = (index: number): string => `49999888877700${String(index).padStart(2, "0")}`;
const translation = (pinBlock: Buffer, card = pan(0)): TranslatePinRequest => ({
  ...translatePinRequest({ pinBlock }),
  pan: card,
});
const under = (ksn: string): TranslatePinRequest =>
  translatePinRequest({ key: byName("canary/bdk"), ksn: Buffer.from(ksn, "hex") });

async function exhaust(call: () => Promise<unknown>): Promise<void> {
  for (let failure = 0; failure < BUDGET; failure++) await call();
}

describe("a budget", () => {
  it("of PIN blocks ends translations, before the engine is asked", async () => {
    engine.answer = invalidPinBlock;
    await exhaust(() => errorOf(server.client.translatePin(translation(block(0)))));
    engine.reset();
    const error = await errorOf(server.client.translatePin(translation(block(1))));
    expectWholeRefusal(error, server.log, "BUDGET_EXHAUSTED");
    expect(await errorOf(server.client.authorize(authorizeRequest({ translatePin: translation(block(1)) })))).toMatchObject({
      reason: "BUDGET_EXHAUSTED",
    });
    expect(engine.commands).toHaveLength(0);
  });

  it("is each caller's own, and each device's under a BDK", async () => {
    engine.answer = invalidPinBlock;
    await exhaust(() => errorOf(server.client.translatePin(translation(block(0)))));
    await exhaust(() => errorOf(server.client.translatePin(under("ffff9876543210e00001"))));
    engine.answer = succeed;
    expect(await errorOf(server.client.translatePin(under("ffff9876543210e00002")))).toMatchObject({
      reason: "BUDGET_EXHAUSTED",
    });
    await expect(server.client.translatePin(under("ffff9876543211000001"))).resolves.toBeDefined();
    const other = server.authority.issueClient("switch-2", "spiffe://acquirer.example/switch-2");
    const client = new TestClient(server.port, clientCredentials(server.authority.certificate, other));
    await expect(client.translatePin(translation(block(1)))).resolves.toBeDefined();
    client.close();
  });

  it("of MACs ends verifications, alone and in authorizations", async () => {
    engine.answer = mismatch;
    await server.client.verifyMac(verifyMacRequest());
    await server.client.authorize(authorizeRequest({ verifyMac: verifyMacRequest() }));
    await server.client.verifyMac(verifyMacRequest());
    engine.answer = succeed;
    expect(await errorOf(server.client.verifyMac(verifyMacRequest()))).toMatchObject({ reason: "BUDGET_EXHAUSTED" });
  });

  it("of PINs is a card's, whoever asks", async () => {
    engine.answer = mismatch;
    await exhaust(() => server.client.verifyPin(verifyPinRequest({ pan: pan(1) })).catch(() => undefined));
    const other = server.authority.issueClient("switch-2", "spiffe://acquirer.example/switch-2");
    const client = new TestClient(server.port, clientCredentials(server.authority.certificate, other));
    expect(await errorOf(client.verifyPin(verifyPinRequest({ pan: pan(1) })))).toMatchObject({ reason: "BUDGET_EXHAUSTED" });
    client.close();
  });

  it("is not overdrawn by calls that come at once, and none of them tells which guess was right", async () => {
    const guesses = 12;
    let release = (): void => undefined;
    const allAsked = new Promise<void>((resolve) => {
      release = resolve;
    });
    engine.answer = async (command) => {
      const isRight = engine.commands.length === guesses;
      if (isRight) release();
      await allAsked;
      return isRight ? succeed(command) : mismatch(command);
    };
    const answers = await Promise.all(
      Array.from({ length: guesses }, async (_, guess) => {
        const source = { ...verifyPinRequest().source, pinBlock: block(guess) } as VerifyPinRequest["source"];
        return server.client.verifyPin(verifyPinRequest({ source, pan: pan(1) })).then(
          ({ verified }) => (verified ? "right" : "wrong"),
          ({ details }) => String(details),
        );
      }),
    );
    expect(engine.commands).toHaveLength(guesses);
    expect(answers.filter((answer) => answer === "wrong")).toHaveLength(BUDGET);
    expect(answers).not.toContain("right");
    expect(new Set(answers).size).toBe(2);
  });

  it("of PIN blocks tells no more of those that come at once than of those that come one by one", async () => {
    const blocks = 12;
    let release = (): void => undefined;
    const allAsked = new Promise<void>((resolve) => {
      release = resolve;
    });
    engine.answer = async (command) => {
      const isValid = engine.commands.length === blocks;
      if (isValid) release();
      await allAsked;
      return isValid ? succeed(command) : invalidPinBlock();
    };
    const answers = await Promise.all(
      Array.from({ length: blocks }, (_, index) =>
        server.client.translatePin(translation(block(index))).then(
          () => "answered",
          ({ details }) => String(details),
        ),
      ),
    );
    expect(answers.filter((answer) => answer === "The PIN block is not valid.")).toHaveLength(BUDGET);
    expect(answers).not.toContain("answered");
  });

  it("that cannot be written gives no failing answer", async () => {
    engine.answer = mismatch;
    spending.budgets.fail = () => Promise.reject(new Refusal("LEDGER_UNAVAILABLE"));
    expect(await errorOf(server.client.verifyMac(verifyMacRequest()))).toMatchObject({ reason: "LEDGER_UNAVAILABLE" });
  });
});

describe("one PIN block under a static key", () => {
  it("is translated for one PAN of those that come at once, and the others learn nothing", async () => {
    const answers = await Promise.all(
      Array.from({ length: BUDGET }, (_, index) =>
        server.client.translatePin(translation(block(0), pan(index))).then(
          () => "answered",
          ({ metadata: _, ...error }) => error.details as string,
        ),
      ),
    );
    expect(answers.filter((answer) => answer === "answered")).toHaveLength(1);
    expect(new Set(answers)).toEqual(new Set(["answered", "The PIN block is not valid."]));
    expect(await errorOf(server.client.translatePin(translation(block(0), pan(BUDGET))))).toMatchObject({
      reason: "PIN_BLOCK_INVALID",
    });
    expect(await errorOf(server.client.translatePin(translation(block(1))))).toMatchObject({ reason: "BUDGET_EXHAUSTED" });
  });

  it("is refused exactly as an invalid one", async () => {
    const undated = ({ wire: _, ...error }: Awaited<ReturnType<typeof errorOf>>) => error;
    await server.client.translatePin(translation(block(0), pan(0)));
    const bound = await errorOf(server.client.translatePin(translation(block(0), pan(1))));
    engine.answer = invalidPinBlock;
    const invalid = await errorOf(server.client.translatePin(translation(block(2), pan(1))));
    expect(undated(bound)).toEqual(undated(invalid));
  });

  it("stays bound by a translation that failed, but not by a MAC that did", async () => {
    engine.answer = invalidPinBlock;
    await errorOf(server.client.translatePin(translation(block(0), pan(0))));
    engine.answer = mismatch;
    const translatePin = translation(block(1), pan(0));
    await server.client.authorize(authorizeRequest({ verifyMac: verifyMacRequest(), translatePin }));
    engine.answer = succeed;
    expect(await errorOf(server.client.translatePin(translation(block(0), pan(1))))).toMatchObject({
      reason: "PIN_BLOCK_INVALID",
    });
    await expect(server.client.translatePin(translation(block(1), pan(1)))).resolves.toBeDefined();
  });

  it("is translated for its PAN as often as it comes", async () => {
    for (let time = 0; time < 5; time++) await server.client.translatePin(translation(block(0)));
    expect(engine.commands).toHaveLength(5);
  });
});
