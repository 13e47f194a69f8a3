import { readFileSync } from "node:fs";
import type { MethodDefinition } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEFAULT_LIMITS, SWITCHED_OPERATIONS } from "../../src/service/index.js";
import { errorOf } from "./support/clients.js";
import { ScriptedEngine } from "./support/scripted-engine.js";
import { sampleHeader, sealUnopenable } from "./support/sealed-keys.js";
import { openTestSpending, type TestSpending } from "./support/spending.js";
import { startTestServer, type TestServer } from "./support/test-server.js";

const API = readFileSync("docs/api.md", "utf8");
const EXAMPLES = [...API.matchAll(/-d '(\{[^']*\})' 127\.0\.0\.1:50051 (pinmac\.v1\.\w+)\/(\w+)/g)].map(
  ([, json, service, method]) => ({ json: json ?? "", service: service ?? "", method: method ?? "" }),
);

let server: TestServer;
let spending: TestSpending;

beforeAll(async () => {
  const operations = Object.fromEntries(SWITCHED_OPERATIONS.map((operation) => [operation, true]));
  spending = openTestSpending("detect");
  server = await startTestServer(new ScriptedEngine(), { operations, spending: spending.options });
  for (const header of [
    sampleHeader("bdk", { name: "pos/bdk" }),
    sampleHeader("bdk", { name: "pos/bdk", version: 2 }),
    sampleHeader("zonePinTdes", { name: "zone/issuer-pin" }),
    sampleHeader("zonePinAes", { name: "zone/issuer-aes" }),
    sampleHeader("retailMac", { name: "zone/issuer-mac" }),
    sampleHeader("zonePinTdes", { name: "zone/shared-pin", exportability: "S" }),
    sampleHeader("pvk", { name: "issuer/pvk" }),
    sampleHeader("blockKeyAes", { name: "scheme/kbpk" }),
    sampleHeader("blockKeyAes", { name: "injection/kbpk" }),
    sampleHeader("masterKey", { name: "terminal/4711/tmk" }),
  ]) {
    await server.register.add(sealUnopenable(header));
  }
});

afterAll(async () => {
  await server.stop();
  await spending.remove();
});

describe("docs/api.md", () => {
  it("has an example of every method", () => {
    expect(EXAMPLES.map(({ method }) => method).toSorted()).toEqual([
      "Authorize",
      "AuthorizeStream",
      "ChangeKeyState",
      "DeriveInitialKey",
      "ExportKey",
      "GenerateMac",
      "GetDevice",
      "GetKey",
      "ImportKey",
      "ListKeys",
      "SignOn",
      "TranslatePin",
      "VerifyMac",
      "VerifyPin",
    ]);
  });

  it.each(EXAMPLES)("has an example of $method that the server takes, field for field", async ({ json, service, method }) => {
    const files = ["pin", "mac", "authorization", "key", "terminal"].map((file) => `pinmac/v1/${file}.proto`);
    const loaded = loadSync(files, { includeDirs: ["proto"], keepCase: true, enums: String, longs: Number });
    const methods = loaded[service] as unknown as Record<string, MethodDefinition<object, object>>;
    const definition = methods[method];
    if (definition === undefined) throw new Error("the example's method does not exist");
    const request: unknown = JSON.parse(json);
    const encoded = definition.requestSerialize(request as object);
    // A field that the schema does not know would be lost here.
    expect(toJson(definition.requestDeserialize(encoded))).toEqual(request);
    const answer = firstAnswer(definition, request as object);
    // What officers sign is of its day, and here are none: it is read, its key found, and it is refused.
    if (method === "ChangeKeyState") expect(await errorOf(answer)).toMatchObject({ reason: "KEY_STATE_REFUSED" });
    else expect(await answer).toBeDefined();
  });

  it("tells the limits as they are", () => {
    for (const [name, value] of Object.entries(DEFAULT_LIMITS)) {
      expect(API).toMatch(new RegExp(`^\\| \`${name}\` \\| ${value.toLocaleString("en-US")}\\b`, "m"));
    }
  });
});

/** Of a unary method its answer, of a stream the first one. */
function firstAnswer(definition: MethodDefinition<object, object>, request: object): Promise<object> {
  if (!definition.requestStream) return server.client.call(definition, request);
  const { path, requestSerialize, responseDeserialize } = definition;
  const stream = server.client.raw.makeBidiStreamRequest(path, requestSerialize, responseDeserialize);
  return new Promise((resolve, reject) => {
    stream.on("data", (answer: object & { readonly error?: unknown }) => {
      if (answer.error == null) resolve(answer);
      else reject(new Error("the example is refused"));
    });
    stream.on("error", reject);
    stream.end(request);
  });
}

/** As grpcurl writes JSON: bytes in base64. */
function toJson(message: object): unknown {
  return JSON.parse(
    JSON.stringify(message, function (this: Record<string, unknown>, key: string, value: unknown) {
      const original = this[key];
      return Buffer.isBuffer(original) ? original.toString("base64") : value;
    }),
  );
}
