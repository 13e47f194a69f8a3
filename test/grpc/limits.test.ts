import { gzipSync } from "node:zlib";
import { compressionAlgorithms } from "@grpc/grpc-js";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { EngineOutcome } from "../../src/engine/commands/command.js";
import { AuthorizeRequest } from "../../src/gen/pinmac/v1/authorization.js";
import { PinServiceService, TranslatePinRequest } from "../../src/gen/pinmac/v1/pin.js";
import { DEFAULT_LIMITS } from "../../src/service/index.js";
import { clientCredentials, errorOf, TestClient } from "./support/clients.js";
import { authorizeRequest, generateMacRequest, translatePinRequest, verifyMacRequest } from "./support/requests.js";
import { ScriptedEngine } from "./support/scripted-engine.js";
import { sampleHeader, sealUnopenable } from "./support/sealed-keys.js";
import { startTestServer, type TestServer } from "./support/test-server.js";

const MAX_IN_FLIGHT = 4;
const engine = new ScriptedEngine();
let server: TestServer;

beforeAll(async () => {
  server = await startTestServer(engine, { limits: { maxInFlight: MAX_IN_FLIGHT } });
  await server.register.add(sealUnopenable(sampleHeader("zonePinTdes", { name: "canary/zone-tdes" })));
  await server.register.add(sealUnopenable(sampleHeader("retailMac", { name: "canary/retail-mac" })));
});

afterAll(() => server.stop());
beforeEach(() => engine.reset());

/** An engine that answers when it is told to. */
function holdEngine(): { release: () => void } {
  const waiting: (() => void)[] = [];
  engine.answer = () =>
    new Promise<EngineOutcome>((resolve) => {
      waiting.push(() => resolve({ kind: "translatePin", pinBlock: Buffer.alloc(8) }));
    });
  return { release: () => waiting.splice(0).forEach((answer) => void answer()) };
}

describe("calls in flight", () => {
  it("are bounded over all connections, and the next one is refused at once", async () => {
    const held = holdEngine();
    const second = new TestClient(
      server.port,
      clientCredentials(server.authority.certificate, server.authority.issueClient("b")),
    );
    const calls = Array.from({ length: MAX_IN_FLIGHT }, (_, index) =>
      (index % 2 === 0 ? server.client : second).translatePin(translatePinRequest()),
    );
    await expect.poll(() => engine.commands.length).toBe(MAX_IN_FLIGHT);
    const startedAt = performance.now();
    const error = await errorOf(second.translatePin(translatePinRequest()));
    expect(error).toMatchObject({ code: "RESOURCE_EXHAUSTED", reason: "OVERLOADED", retryMs: 50 });
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect(engine.commands).toHaveLength(MAX_IN_FLIGHT);
    held.release();
    expect(await Promise.all(calls)).toHaveLength(MAX_IN_FLIGHT);
    engine.reset();
    await second.translatePin(translatePinRequest());
    second.close();
  });

  it("are given back after refusals and defects", async () => {
    engine.answer = () => Promise.reject(new Error("defect"));
    for (let call = 0; call <= MAX_IN_FLIGHT; call++) {
      expect(await errorOf(server.client.translatePin(translatePinRequest()))).toMatchObject({ reason: "INTERNAL" });
    }
  });
});

describe("a deadline", () => {
  it("that passed while the key was looked up keeps the call from the engine", async () => {
    const { register } = server;
    const get = register.get.bind(register);
    register.get = async (...key) => {
      await new Promise((resolve) => setTimeout(resolve, 150));
      return get(...key);
    };
    const error = await errorOf(server.client.translatePin(translatePinRequest(), { deadline: Date.now() + 100 }));
    expect(error.code).toBe("DEADLINE_EXCEEDED");
    await expect.poll(() => server.log.at(-1)).toContain('"result":"DEADLINE_EXCEEDED"');
    register.get = get;
    expect(engine.commands).toEqual([]);
  });

  it("that passes while the engine works ends the call", async () => {
    const held = holdEngine();
    const error = await errorOf(server.client.translatePin(translatePinRequest(), { deadline: Date.now() + 100 }));
    expect(error.code).toBe("DEADLINE_EXCEEDED");
    held.release();
  });
});

describe("a cancelled call", () => {
  it("does not reach the engine", async () => {
    const { register } = server;
    const get = register.get.bind(register);
    let lookedUp = 0;
    register.get = async (...key) => {
      lookedUp += 1;
      await new Promise((resolve) => setTimeout(resolve, 150));
      return get(...key);
    };
    const { call, response } = server.client.start(PinServiceService.translatePin, translatePinRequest());
    const failed = errorOf(response);
    await expect.poll(() => lookedUp).toBe(1);
    call.cancel();
    expect((await failed).code).toBe("CANCELLED");
    await expect.poll(() => server.log.at(-1)).toContain('"result":"CANCELLED"');
    register.get = get;
    expect(engine.commands).toEqual([]);
  });
});

describe("a message", () => {
  const longest = Buffer.alloc(65_536, 0x41);

  it("of the longest kind gets through, twice in one call", async () => {
    engine.answer = () => ({ kind: "authorize", completed: true, mac: Buffer.alloc(8) });
    await server.client.authorize(
      authorizeRequest({
        verifyMac: verifyMacRequest({ message: longest }),
        generateMac: { ...generateMacRequest({ message: longest }), pinBlock: undefined },
      }),
    );
    expect(engine.commands).toHaveLength(1);
  });

  it("that is longer is refused before it is read", async () => {
    const request = generateMacRequest({ message: Buffer.alloc(DEFAULT_LIMITS.maxMessageBytes, 0x41) });
    expect((await errorOf(server.client.generateMac(request))).code).toBe("RESOURCE_EXHAUSTED");
    expect(engine.commands).toEqual([]);
  });

  it("that unpacks to more is refused too", async () => {
    const request = generateMacRequest({ message: Buffer.alloc(50_000_000, 0x41) });
    expect(gzipSync(request.message).length).toBeLessThan(DEFAULT_LIMITS.maxMessageBytes);
    const trusted = server.authority.issueClient("packer");
    const packer = new TestClient(server.port, clientCredentials(server.authority.certificate, trusted), {
      "grpc.default_compression_algorithm": compressionAlgorithms.gzip,
    });
    expect((await errorOf(packer.generateMac(request))).code).toBe("RESOURCE_EXHAUSTED");
    expect(engine.commands).toEqual([]);
    packer.close();
  });

  it("to a method that is not there is refused", async () => {
    expect((await errorOf(server.client.sendBytes("/pinmac.v1.PinService/ShowPin", Buffer.alloc(1)))).code).toBe(
      "UNIMPLEMENTED",
    );
  });
});

describe("1,000 broken requests", () => {
  const ALLOWED = ["INVALID_ARGUMENT", "NOT_FOUND", "FAILED_PRECONDITION"];
  const TARGETS = {
    "/pinmac.v1.PinService/TranslatePin": Buffer.from(TranslatePinRequest.encode(translatePinRequest()).finish()),
    "/pinmac.v1.AuthorizationService/Authorize": Buffer.from(
      AuthorizeRequest.encode({
        verifyMac: verifyMacRequest(),
        translatePin: translatePinRequest(),
        generateMac: { ...generateMacRequest(), pinBlock: { offset: 3, encoding: 2 } },
      }).finish(),
    ),
  } as const;

  interface Mutation {
    readonly at: number;
    readonly byte: number;
    readonly keep: number;
  }

  const mutation: fc.Arbitrary<Mutation> = fc.record({
    at: fc.nat(),
    byte: fc.nat(255),
    keep: fc.double({ min: 0.2, max: 1, noNaN: true }),
  });
  const broken = fc.record({
    path: fc.constantFrom(...(Object.keys(TARGETS) as (keyof typeof TARGETS)[])),
    mutations: fc.array(mutation, { minLength: 1, maxLength: 6 }),
    garbage: fc.option(fc.uint8Array({ maxLength: 300 }), { freq: 4 }),
  });

  function breakBytes(original: Buffer, mutations: readonly Mutation[]): Buffer {
    let bytes = Buffer.from(original);
    for (const { at, byte, keep } of mutations) {
      bytes = Buffer.from(bytes.subarray(0, Math.max(1, Math.ceil(bytes.length * Math.sqrt(keep)))));
      bytes[at % bytes.length] = byte;
    }
    return bytes;
  }

  it("are each answered with OK or a refusal, and the server goes on serving", async () => {
    const seen = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(broken, async ({ path, mutations, garbage }) => {
        const bytes = garbage === null ? breakBytes(TARGETS[path], mutations) : Buffer.from(garbage);
        const code = await server.client.sendBytes(path, bytes).then(
          () => "OK",
          async (error: unknown) => (await errorOf(Promise.reject(error))).code,
        );
        seen.set(code, (seen.get(code) ?? 0) + 1);
        expect(["OK", ...ALLOWED]).toContain(code);
      }),
      { numRuns: 1_000 },
    );
    expect(seen.get("INVALID_ARGUMENT")).toBeGreaterThan(100);
    engine.reset();
    expect((await server.client.translatePin(translatePinRequest())).pinBlock).toHaveLength(8);
    expect(server.log.filter((line) => line.includes('"defect"') && !line.includes("limits.test"))).toEqual([]);
  });
});
