import type { ClientDuplexStream } from "@grpc/grpc-js";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AuditEntry } from "../../src/audit/index.js";
import { Refusal } from "../../src/base/index.js";
import type { EngineOutcome } from "../../src/engine/commands/command.js";
import {
  AuthorizationServiceService,
  type AuthorizeStreamRequest,
  type AuthorizeStreamResponse,
} from "../../src/gen/pinmac/v1/authorization.js";
import type { ServerOptions } from "../../src/service/index.js";
import { clientCredentials, errorOf, TestClient } from "./support/clients.js";
import { authorizeRequest, translatePinRequest, verifyMacRequest } from "./support/requests.js";
import { ScriptedEngine, succeed } from "./support/scripted-engine.js";
import { sampleHeader, sealUnopenable } from "./support/sealed-keys.js";
import { startTestServer, type TestServer } from "./support/test-server.js";

const METHOD = AuthorizationServiceService.authorizeStream;

type Stream = ClientDuplexStream<AuthorizeStreamRequest, AuthorizeStreamResponse>;

let engine: ScriptedEngine;
let server: TestServer;
let others: TestClient[];

async function start(limits: ServerOptions["limits"] = {}, more: Partial<ServerOptions> = {}): Promise<void> {
  engine = new ScriptedEngine();
  server = await startTestServer(engine, { limits, ...more });
  await server.register.add(sealUnopenable(sampleHeader("zonePinTdes", { name: "canary/zone-tdes" })));
  await server.register.add(sealUnopenable(sampleHeader("retailMac", { name: "canary/retail-mac" })));
}

beforeEach(() => {
  others = [];
});
afterEach(async () => {
  for (const other of others) other.close();
  await server.stop();
});

/** A further connection of the client of that name, which is another client when it is another name. */
function connect(name: string): TestClient {
  const uri = `spiffe://acquirer.example/${name}`;
  const client = new TestClient(
    server.port,
    clientCredentials(server.authority.certificate, server.authority.issueClient(name, uri)),
  );
  others.push(client);
  return client;
}

/** The commands wait until they are let go. */
function hold(): (() => void)[] {
  const held: (() => void)[] = [];
  engine.answer = (command) => new Promise<EngineOutcome>((resolve) => held.push(() => resolve(succeed(command))));
  return held;
}

function letGo(held: (() => void)[]): void {
  engine.answer = succeed;
  for (const answer of held.splice(0)) answer();
}

const translate = (client: TestClient) => client.translatePin(translatePinRequest());

function openStream(client: TestClient): { readonly stream: Stream; readonly answers: AuthorizeStreamResponse[] } {
  const stream: Stream = client.raw.makeBidiStreamRequest(METHOD.path, METHOD.requestSerialize, METHOD.responseDeserialize);
  const answers: AuthorizeStreamResponse[] = [];
  stream.on("data", (answer: AuthorizeStreamResponse) => answers.push(answer));
  stream.on("error", () => undefined);
  return { stream, answers };
}

const item = (id: number, timeoutMs = 0): AuthorizeStreamRequest => ({
  correlationId: BigInt(id),
  request: authorizeRequest({ verifyMac: verifyMacRequest() }),
  timeoutMs,
});

const until = (condition: () => boolean) => expect.poll(condition, { timeout: 10_000 }).toBe(true);
const kindsOf = (answers: readonly AuthorizeStreamResponse[]) => answers.map(({ result }) => result?.$case);

describe("three times the load that there is room for", () => {
  it("is shed while the rest is worked on, the rest is answered, and then all is well again", async () => {
    const room = 16;
    await start({ maxInFlight: room, maxInFlightPerClient: room });
    const held = hold();
    let answered = 0;
    const calls = Array.from({ length: 3 * room }, () =>
      translate(server.client).then(
        () => {
          answered += 1;
          return undefined;
        },
        (error: unknown) => errorOf(Promise.reject(error)),
      ),
    );
    // At once: nobody who is shed has waited for anyone who is answered.
    const shed = await new Promise<unknown[]>((resolve) => {
      const errors: unknown[] = [];
      for (const call of calls) {
        void call.then((error) => {
          if (error !== undefined && errors.push(error) === 2 * room) resolve(errors);
        });
      }
    });
    expect(answered).toBe(0);
    for (const error of shed) expect(error).toMatchObject({ code: "RESOURCE_EXHAUSTED", reason: "OVERLOADED", retryMs: 50 });
    expect(held).toHaveLength(room);
    letGo(held);
    await Promise.all(calls);
    expect(answered).toBe(room);
    await Promise.all(Array.from({ length: room }, () => translate(server.client)));
  });
});

describe("refusals for overload", () => {
  it("are recorded together: one record for each caller and method, with their number, before the server has stopped", async () => {
    const entries: AuditEntry[] = [];
    await start({ maxInFlight: 2, maxInFlightPerClient: 1 }, { audit: { append: async (entry) => void entries.push(entry) } });
    const held = hold();
    const first = translate(server.client);
    await until(() => held.length === 1);
    for (let call = 0; call < 25; call++) await errorOf(translate(server.client));
    letGo(held);
    await first;
    await server.shutdown(1_000);
    const refused = entries.filter(({ outcome }) => outcome === "OVERLOADED");
    expect(refused.length).toBeLessThan(25);
    expect(refused.reduce((sum, { count = 1 }) => sum + count, 0)).toBe(25);
    expect(refused[0]).toMatchObject({
      operation: "PinService.TranslatePin",
      caller: "URI:spiffe://acquirer.example/switch-1",
    });
    expect(entries.filter(({ outcome }) => outcome === "OK")).toHaveLength(1);
  });
});

describe("a client that floods", () => {
  it("takes no room from another one, over however many connections and streams it comes", async () => {
    await start({ maxInFlight: 12, maxInFlightPerClient: 8 });
    const held = hold();
    const flood = [server.client, connect("switch-1"), connect("switch-1")];
    const streams = flood.map(openStream);
    for (const { stream } of streams) for (let id = 1; id <= 20; id++) stream.write(item(id));
    await until(() => held.length === 7);
    const own = translate(server.client);
    await until(() => held.length === 8);
    expect(await errorOf(translate(flood[1] ?? server.client))).toMatchObject({ reason: "OVERLOADED", retryMs: 50 });
    const quiet = connect("switch-2");
    const calls = [1, 2, 3, 4].map(() => translate(quiet));
    await until(() => held.length === 12);
    letGo(held);
    await Promise.all([own, ...calls]);
    await until(() => streams.every(({ answers }) => answers.length === 20));
    for (const { stream, answers } of streams) {
      expect(new Set(kindsOf(answers))).toEqual(new Set(["response"]));
      stream.end();
    }
  });

  it("with two streams has both of them served in turn", async () => {
    await start({ maxInFlight: 12, maxInFlightPerClient: 1 });
    const [one, two] = [openStream(server.client), openStream(connect("switch-1"))];
    for (let id = 1; id <= 50; id++) one.stream.write(item(id));
    for (let id = 1; id <= 50; id++) two.stream.write(item(id));
    let whenFirstEnded = 0;
    one.stream.on("data", () => {
      if (one.answers.length === 50) whenFirstEnded = two.answers.length;
    });
    await until(() => one.answers.length === 50 && two.answers.length === 50);
    expect(whenFirstEnded).toBeGreaterThan(10);
    expect(new Set(kindsOf([...one.answers, ...two.answers]))).toEqual(new Set(["response"]));
  });
});

describe("a deadline", () => {
  it("goes on while an item of a stream waits for its client's room", async () => {
    await start({ maxInFlight: 12, maxInFlightPerClient: 1 });
    const held = hold();
    const { stream, answers } = openStream(server.client);
    stream.write(item(1));
    await until(() => held.length === 1);
    stream.write(item(2, 1));
    await new Promise((resolve) => setTimeout(resolve, 50));
    letGo(held);
    await until(() => answers.length === 2);
    const late = answers.find(({ correlationId }) => correlationId === 2n);
    expect(late?.result?.$case).toBe("error");
    expect(engine.commands).toHaveLength(1);
    stream.end();
  });

  it("that passes while the record waits for the disk leaves the record all the same, once", async () => {
    const entries: AuditEntry[] = [];
    const written: (() => void)[] = [];
    const append = (entry: AuditEntry) =>
      new Promise<void>((resolve) => {
        entries.push(entry);
        written.push(resolve);
      });
    await start({}, { audit: { append } });
    const error = await errorOf(server.client.translatePin(translatePinRequest(), { deadline: Date.now() + 150 }));
    expect(error.code).toBe("DEADLINE_EXCEEDED");
    await until(() => written.length === 1);
    for (const resolve of written) resolve();
    expect(entries.map(({ outcome }) => outcome)).toEqual(["OK"]);
  });
});

describe("an answer that tells of a full or failing disk", () => {
  it.each(["LEDGER_UNAVAILABLE", "AUDIT_UNAVAILABLE"] as const)("says when to come again: %s", async (reason) => {
    const append = reason === "AUDIT_UNAVAILABLE" ? () => Promise.reject(new Refusal(reason)) : () => Promise.resolve();
    await start({}, { audit: { append } });
    if (reason === "LEDGER_UNAVAILABLE") engine.answer = () => Promise.reject(new Refusal(reason));
    expect(await errorOf(translate(server.client))).toMatchObject({ code: "UNAVAILABLE", reason, retryMs: 1_000 });
  });
});
