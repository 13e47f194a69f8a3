import type { ClientDuplexStream, MethodDefinition } from "@grpc/grpc-js";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { EngineCommand, EngineOutcome } from "../../src/engine/commands/command.js";
import { ErrorInfo } from "../../src/gen/google/rpc/error_details.js";
import {
  AuthorizationServiceService,
  type AuthorizeRequest,
  type AuthorizeStreamRequest,
  type AuthorizeStreamResponse,
} from "../../src/gen/pinmac/v1/authorization.js";
import { STREAM_WINDOW } from "../../src/service/calls/item-stream.js";
import { byName, CANARIES, generateMacRequest, translatePinRequest, verifyMacRequest } from "./support/requests.js";
import { ScriptedEngine, succeed } from "./support/scripted-engine.js";
import { sampleHeader, sealUnopenable } from "./support/sealed-keys.js";
import { startTestServer, type TestServer } from "./support/test-server.js";

const METHOD: MethodDefinition<AuthorizeStreamRequest, AuthorizeStreamResponse> = AuthorizationServiceService.authorizeStream;

type Stream = ClientDuplexStream<AuthorizeStreamRequest | Buffer, AuthorizeStreamResponse>;

let engine: ScriptedEngine;
let server: TestServer;

beforeEach(async () => {
  engine = new ScriptedEngine();
  server = await startTestServer(engine);
  await server.register.add(sealUnopenable(sampleHeader("retailMac", { name: "canary/retail-mac" })));
  await server.register.add(sealUnopenable(sampleHeader("zonePinTdes", { name: "canary/zone-tdes" })));
});

afterEach(() => server.stop());

const macOnly = (): AuthorizeRequest => ({
  verifyMac: verifyMacRequest(),
  translatePin: undefined,
  generateMac: undefined,
});

const item = (id: number, request: AuthorizeRequest = macOnly(), timeoutMs = 0): AuthorizeStreamRequest => ({
  correlationId: BigInt(id),
  request,
  timeoutMs,
});

function open(): { readonly stream: Stream; readonly answers: AuthorizeStreamResponse[]; readonly ended: Promise<number> } {
  const serialize = (value: AuthorizeStreamRequest | Buffer): Buffer =>
    Buffer.isBuffer(value) ? value : METHOD.requestSerialize(value);
  const stream: Stream = server.client.raw.makeBidiStreamRequest(METHOD.path, serialize, METHOD.responseDeserialize);
  const answers: AuthorizeStreamResponse[] = [];
  stream.on("data", (answer: AuthorizeStreamResponse) => answers.push(answer));
  stream.on("error", () => undefined);
  const ended = new Promise<number>((resolve) => {
    stream.on("status", ({ code }: { code: number }) => resolve(code));
  });
  return { stream, answers, ended };
}

async function until(condition: () => boolean): Promise<void> {
  await expect.poll(condition, { timeout: 10_000 }).toBe(true);
}

function reasonOf(answer: AuthorizeStreamResponse | undefined): string | undefined {
  if (answer?.result?.$case !== "error") return undefined;
  const [info] = answer.result.value.details;
  return info && ErrorInfo.decode(info.value).reason;
}

const later = (milliseconds: number, outcome: EngineOutcome): Promise<EngineOutcome> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds, outcome));

/** The commands wait until they are let go, in whatever order. */
function hold(): { readonly held: (() => void)[] } {
  const held: (() => void)[] = [];
  engine.answer = (command: EngineCommand) =>
    new Promise((resolve) => {
      held.push(() => resolve(succeed(command)));
    });
  return { held };
}

describe("AuthorizeStream", () => {
  it("answers each request once, by its number, and ends when the caller has ended", async () => {
    const { stream, answers, ended } = open();
    for (let id = 1; id <= 200; id++) stream.write(item(id));
    stream.end();
    expect(await ended).toBe(0);
    expect(answers.map(({ correlationId }) => Number(correlationId)).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 200 }, (_, index) => index + 1),
    );
    expect(answers.every(({ result }) => result?.$case === "response")).toBe(true);
  });

  it("answers in the order in which answers are ready", async () => {
    engine.answer = (command) => later(engine.commands.length === 1 ? 200 : 0, succeed(command));
    const { stream, answers } = open();
    stream.write(item(1));
    stream.write(item(2));
    await until(() => answers.length === 2);
    expect(answers.map(({ correlationId }) => correlationId)).toEqual([2n, 1n]);
    stream.end();
  });

  it("does all steps of an authorization", async () => {
    const { stream, answers, ended } = open();
    stream.write(
      item(7, {
        verifyMac: verifyMacRequest(),
        translatePin: translatePinRequest(),
        generateMac: { ...generateMacRequest(), pinBlock: undefined },
      }),
    );
    stream.end();
    await ended;
    const [answer] = answers;
    expect(answer?.result).toMatchObject({
      $case: "response",
      value: { outcome: 1, verifyMac: { verified: true }, translatePin: {}, generateMac: {} },
    });
  });

  it("refuses a request with the details of a unary call, echoes nothing, and goes on", async () => {
    const { stream, answers, ended } = open();
    stream.write(item(1, { ...macOnly(), verifyMac: verifyMacRequest({ key: byName("canary/absent") }) }));
    stream.write(item(2, { ...macOnly(), verifyMac: verifyMacRequest({ mac: CANARIES.mac.subarray(1) }) }));
    stream.write(item(3));
    stream.end();
    expect(await ended).toBe(0);
    const byId = new Map(answers.map((answer) => [Number(answer.correlationId), answer]));
    expect(reasonOf(byId.get(1))).toBe("KEY_NOT_FOUND");
    expect(reasonOf(byId.get(2))).toBe("MAC_LENGTH_INVALID");
    expect(byId.get(3)?.result?.$case).toBe("response");
    const text = JSON.stringify(answers, (_, value) => (typeof value === "bigint" ? Number(value) : value));
    expect(text).not.toContain("canary/absent");
  });

  it("refuses what has no number, no request or no form, and goes on", async () => {
    const { stream, answers, ended } = open();
    stream.write(item(0));
    stream.write({ correlationId: 4n, request: undefined, timeoutMs: 0 });
    stream.write(Buffer.from([0xff, 0xff, 0xff]));
    stream.write(item(5));
    stream.end();
    expect(await ended).toBe(0);
    const reasons = answers.map((answer) => [Number(answer.correlationId), reasonOf(answer)]);
    expect(reasons.sort()).toEqual(
      [
        [0, "REQUEST_INVALID"],
        [0, "REQUEST_INVALID"],
        [4, "REQUEST_INVALID"],
        [5, undefined],
      ].sort(),
    );
    expect(engine.commands).toHaveLength(1);
  });

  it("answers a defect as INTERNAL and goes on", async () => {
    engine.answer = () => Promise.reject(new Error(CANARIES.pan));
    const { stream, answers, ended } = open();
    stream.write(item(1));
    await until(() => answers.length === 1);
    engine.answer = succeed;
    stream.write(item(2));
    stream.end();
    await ended;
    expect(answers.map(reasonOf)).toEqual(["INTERNAL", undefined]);
    expect(server.log.join("")).not.toContain(CANARIES.pan);
  });

  it("does not begin a request whose answer is not wanted any more", async () => {
    const { stream, answers } = open();
    const original = server.register.get.bind(server.register);
    server.register.get = async (...args) => {
      await later(30, { kind: "done" });
      return original(...args);
    };
    stream.write(item(1, macOnly(), 5));
    await until(() => answers.length === 1);
    expect(reasonOf(answers[0])).toBe("DEADLINE_EXCEEDED");
    expect(engine.commands).toHaveLength(0);
    stream.end();
  });

  it("reads no more than its window holds, and goes on when it empties", async () => {
    const { held } = hold();
    const { stream, answers, ended } = open();
    const total = STREAM_WINDOW + 300;
    for (let id = 1; id <= total; id++) stream.write(item(id));
    await until(() => held.length >= STREAM_WINDOW);
    await later(200, { kind: "done" });
    expect(held.length).toBeLessThan(STREAM_WINDOW + 5);
    engine.answer = succeed;
    for (const letGo of held.splice(0)) letGo();
    await until(() => {
      for (const letGo of held.splice(0)) letGo();
      return answers.length === total;
    });
    stream.end();
    expect(await ended).toBe(0);
  });

  it("answers what it has begun when the server stops, and begins nothing more", async () => {
    const { held } = hold();
    const { stream, answers, ended } = open();
    for (let id = 1; id <= 3; id++) stream.write(item(id));
    await until(() => held.length === 3);
    const stopped = server.shutdown(5_000);
    stream.write(item(4));
    await later(100, { kind: "done" });
    expect(answers).toHaveLength(0);
    for (const letGo of held) letGo();
    expect(await ended).toBe(0);
    expect(answers.map(({ correlationId }) => Number(correlationId)).sort()).toEqual([1, 2, 3]);
    expect(engine.commands).toHaveLength(3);
    stream.end();
    await stopped;
  });

  it("survives callers that vanish in the middle", async () => {
    const { held } = hold();
    const { stream } = open();
    for (let id = 1; id <= 10; id++) stream.write(item(id));
    await until(() => held.length === 10);
    stream.cancel();
    await later(50, { kind: "done" });
    for (const letGo of held) letGo();
    engine.answer = succeed;
    const second = open();
    second.stream.write(item(1));
    second.stream.end();
    expect(await second.ended).toBe(0);
    expect(second.answers).toHaveLength(1);
  });
});
