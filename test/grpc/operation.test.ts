import type { MethodDefinition } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { service as healthService } from "grpc-health-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { EngineOutcome } from "../../src/engine/commands/command.js";
import { errorOf } from "./support/clients.js";
import { generateMacRequest } from "./support/requests.js";
import { ScriptedEngine } from "./support/scripted-engine.js";
import { sampleHeader, sealUnopenable } from "./support/sealed-keys.js";
import { startTestServer, type TestServer } from "./support/test-server.js";

let engine: ScriptedEngine;
let server: TestServer;

beforeEach(async () => {
  engine = new ScriptedEngine();
  server = await startTestServer(engine, {
    reflection: true,
    additionalServices: [{ definition: { echo: ECHO }, implementation: { echo } }],
  });
});

afterEach(() => server.stop());

const same = (value: Buffer): Buffer => value;

const ECHO = {
  path: "/bench.Echo/Echo",
  requestStream: false,
  responseStream: false,
  requestSerialize: same,
  requestDeserialize: same,
  responseSerialize: same,
  responseDeserialize: same,
} as const satisfies MethodDefinition<Buffer, Buffer>;

const echo = ({ request }: { request: Buffer }, callback: (error: null, answer: Buffer) => void) => callback(null, request);

interface HealthAnswer {
  readonly status: string;
}

const HEALTH_METHODS = healthService as unknown as Record<
  "Check" | "Watch",
  MethodDefinition<{ service: string }, HealthAnswer>
>;

async function healthOf(service: string): Promise<string> {
  const { status } = await server.client.call(HEALTH_METHODS.Check, { service });
  return status;
}

describe("health", () => {
  const services = [
    "",
    "pinmac.v1.AuthorizationService",
    "pinmac.v1.KeyService",
    "pinmac.v1.MacService",
    "pinmac.v1.PinService",
    "pinmac.v1.TerminalService",
  ];

  it("is that of the engine, for the server and for each service", async () => {
    for (const serving of [true, false, true]) {
      engine.setServing(serving);
      const seen = await Promise.all(services.map(healthOf));
      expect(seen).toEqual(services.map(() => (serving ? "SERVING" : "NOT_SERVING")));
    }
    expect((await errorOf(healthOf("pinmac.v1.Nothing"))).code).toBe("NOT_FOUND");
  });

  it("names every service of the API", () => {
    const api = loadSync(
      ["pin", "mac", "authorization", "key", "terminal"].map((file) => `pinmac/v1/${file}.proto`),
      { includeDirs: ["proto"] },
    );
    const defined = Object.keys(api).filter((name) => name.endsWith("Service"));
    expect(services.slice(1)).toEqual(defined.toSorted());
  });

  it("is watched", async () => {
    const { path, requestSerialize, responseDeserialize } = HEALTH_METHODS.Watch;
    const seen: string[] = [];
    const watch = server.client.raw.makeServerStreamRequest(path, requestSerialize, responseDeserialize, { service: "" });
    watch.on("data", ({ status }: HealthAnswer) => seen.push(status));
    watch.on("error", () => undefined);
    await expect.poll(() => seen).toEqual(["SERVING"]);
    engine.setServing(false);
    await expect.poll(() => seen).toEqual(["SERVING", "NOT_SERVING"]);
    engine.setServing(true);
    const stopping = server.shutdown(200);
    await expect.poll(() => seen).toEqual(["SERVING", "NOT_SERVING", "SERVING", "NOT_SERVING"]);
    await stopping;
  });
});

describe("shutdown", () => {
  async function holdCall() {
    let release: () => void = () => undefined;
    engine.answer = () =>
      new Promise<EngineOutcome>((resolve) => {
        release = () => resolve({ kind: "generateMac", mac: Buffer.alloc(8) });
      });
    await server.register.add(sealUnopenable(sampleHeader("retailMac", { name: "canary/retail-mac" })));
    const call = server.client.generateMac(generateMacRequest());
    const settled = call.then(
      () => "answered",
      () => "broken off",
    );
    await expect.poll(() => engine.commands.length).toBe(1);
    return { settled, release: () => release() };
  }

  it("waits for the calls in flight and takes no new one", async () => {
    const { settled, release } = await holdCall();
    const stopped = server.shutdown(10_000);
    expect((await errorOf(server.client.generateMac(generateMacRequest(), { deadline: Date.now() + 2_000 }))).code).toMatch(
      /UNAVAILABLE|DEADLINE_EXCEEDED/,
    );
    expect(engine.commands).toHaveLength(1);
    release();
    expect(await settled).toBe("answered");
    await stopped;
  });

  it("breaks off what does not end in time", async () => {
    const { settled } = await holdCall();
    const startedAt = performance.now();
    await server.shutdown(200);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect(await settled).toBe("broken off");
  });

  it("may be asked for twice", async () => {
    await Promise.all([server.shutdown(1_000), server.shutdown(1)]);
  });
});

describe("further services", () => {
  it("are served beside the API", async () => {
    expect(await server.client.call(ECHO, Buffer.from("bench"))).toEqual(Buffer.from("bench"));
  });
});

describe("reflection", () => {
  const REFLECTION_PROTO = `${new URL(".", import.meta.resolve("@grpc/reflection/package.json")).pathname}build/proto/grpc/reflection/v1/reflection.proto`;

  it("names the services and gives their schema", async () => {
    const loaded = loadSync(REFLECTION_PROTO, { oneofs: true });
    const reflection = loaded["grpc.reflection.v1.ServerReflection"] as unknown as Record<
      "ServerReflectionInfo",
      MethodDefinition<object, { listServicesResponse?: { service: { name: string }[] }; fileDescriptorResponse?: object }>
    >;
    const { path, requestSerialize, responseDeserialize } = reflection.ServerReflectionInfo;
    const stream = server.client.raw.makeBidiStreamRequest(path, requestSerialize, responseDeserialize);
    const answers: { listServicesResponse?: { service: { name: string }[] }; fileDescriptorResponse?: object }[] = [];
    stream.on("data", (answer) => answers.push(answer));
    stream.write({ listServices: "" });
    stream.write({ fileContainingSymbol: "pinmac.v1.PinService.TranslatePin" });
    await expect.poll(() => answers.length).toBe(2);
    stream.end();
    const names = answers[0]?.listServicesResponse?.service.map(({ name }) => name);
    expect(names?.filter((name) => name.startsWith("pinmac.")).toSorted()).toEqual([
      "pinmac.v1.AuthorizationService",
      "pinmac.v1.KeyService",
      "pinmac.v1.MacService",
      "pinmac.v1.PinService",
      "pinmac.v1.TerminalService",
    ]);
    expect(answers[1]?.fileDescriptorResponse).toBeDefined();
  });

  it("is off unless it is asked for", async () => {
    const plain = await startTestServer(engine);
    const error = await errorOf(
      plain.client.sendBytes("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", Buffer.alloc(1)),
    );
    expect(error.code).toBe("UNIMPLEMENTED");
    await plain.stop();
  });
});

it("channelz is off", async () => {
  const error = await errorOf(server.client.sendBytes("/grpc.channelz.v1.Channelz/GetServers", Buffer.alloc(1)));
  expect(error.code).toBe("UNIMPLEMENTED");
});
