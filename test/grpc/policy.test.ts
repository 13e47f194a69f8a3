import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AuthorizationServiceService, type AuthorizeStreamResponse } from "../../src/gen/pinmac/v1/authorization.js";
import { type Policy, parsePolicy } from "../../src/policy/index.js";
import { clientCredentials, errorOf, TestClient } from "./support/clients.js";
import { byName, bySealedKey, generateMacRequest, translatePinRequest, verifyMacRequest } from "./support/requests.js";
import { ScriptedEngine } from "./support/scripted-engine.js";
import { sampleHeader, sealUnopenable } from "./support/sealed-keys.js";
import { startTestServer, type TestServer } from "./support/test-server.js";

const MACS_ONLY = `
version: 1
grants:
  - name: switch-macs
    identities: ["uri:spiffe://acquirer.example/switch-1"]
    operations:
      verifyMac: { keys: ["canary/*"] }
      generateMac: { keys: ["canary/retail-mac"] }
      listKeys: { keys: ["canary/retail-mac"] }
`;

const WITH_PINS = `${MACS_ONLY}      translatePin: { source: ["canary/*"], target: ["canary/*"] }\n`;

const policyOf = (text: string): Policy => parsePolicy(text, "policy.yaml", Math.floor(Date.now() / 1000)).policy;

let engine: ScriptedEngine;
let server: TestServer;
let source: { policy: Policy };

beforeEach(async () => {
  engine = new ScriptedEngine();
  source = { policy: policyOf(MACS_ONLY) };
  server = await startTestServer(engine, { policy: source });
  await server.register.add(sealUnopenable(sampleHeader("retailMac", { name: "canary/retail-mac" })));
  await server.register.add(sealUnopenable(sampleHeader("zonePinTdes", { name: "canary/zone-tdes" })));
});

afterEach(() => server.stop());

const authorize = () => ({
  verifyMac: verifyMacRequest(),
  translatePin: translatePinRequest(),
  generateMac: { ...generateMacRequest(), pinBlock: undefined },
});

describe("the policy", () => {
  it("lets a caller do what a grant permits", async () => {
    await expect(server.client.verifyMac(verifyMacRequest())).resolves.toMatchObject({ verified: true });
    await expect(server.client.generateMac(generateMacRequest())).resolves.toBeDefined();
  });

  it("denies everything else, before any key is looked up, and says the same of keys that exist and that do not", async () => {
    const withoutDate = ({ wire: _, ...rest }: Awaited<ReturnType<typeof errorOf>>) => rest;
    const there = await errorOf(server.client.generateMac(generateMacRequest({ key: byName("canary/zone-tdes") })));
    const absent = await errorOf(server.client.generateMac(generateMacRequest({ key: byName("canary/absent") })));
    expect(there).toMatchObject({ reason: "PERMISSION_DENIED", metadata: {} });
    expect(withoutDate(absent)).toEqual(withoutDate(there));
    expect(engine.commands).toHaveLength(0);
  });

  it("knows a sealed key by the name in its header", async () => {
    const mine = sealUnopenable(sampleHeader("retailMac", { name: "canary/retail-mac" }));
    const other = sealUnopenable(sampleHeader("retailMac", { name: "elsewhere/retail-mac" }));
    await expect(server.client.generateMac(generateMacRequest({ key: bySealedKey(mine) }))).resolves.toBeDefined();
    expect(await errorOf(server.client.generateMac(generateMacRequest({ key: bySealedKey(other) })))).toMatchObject({
      reason: "PERMISSION_DENIED",
    });
  });

  it("decides every step of an authorization", async () => {
    expect(await errorOf(server.client.authorize(authorize()))).toMatchObject({ reason: "PERMISSION_DENIED" });
    expect(engine.commands).toHaveLength(0);
    source.policy = policyOf(WITH_PINS);
    await expect(server.client.authorize(authorize())).resolves.toMatchObject({ outcome: 1 });
  });

  it("shows a caller the keys that it may list, and no others", async () => {
    const { keys } = await server.client.listKeys({ pageSize: 0, pageToken: "" });
    expect(keys.map(({ name }) => name)).toEqual(["canary/retail-mac"]);
    expect(await errorOf(server.client.getKey({ key: byName("canary/retail-mac") }))).toMatchObject({
      reason: "PERMISSION_DENIED",
    });
  });

  it("permits nothing to a certificate that it does not name", async () => {
    const stranger = server.authority.issueClient("switch-1", "spiffe://acquirer.example/switch-2");
    const client = new TestClient(server.port, clientCredentials(server.authority.certificate, stranger));
    expect(await errorOf(client.verifyMac(verifyMacRequest()))).toMatchObject({ reason: "PERMISSION_DENIED" });
    expect(await errorOf(client.listKeys({ pageSize: 0, pageToken: "" }))).toMatchObject({ reason: "PERMISSION_DENIED" });
    client.close();
  });

  it("refuses items of a stream without ending it, and a new policy decides the next item", async () => {
    const { path, requestSerialize, responseDeserialize } = AuthorizationServiceService.authorizeStream;
    const stream = server.client.raw.makeBidiStreamRequest(path, requestSerialize, responseDeserialize);
    const answers: AuthorizeStreamResponse[] = [];
    stream.on("data", (answer: AuthorizeStreamResponse) => answers.push(answer));
    stream.write({ correlationId: 1n, request: authorize(), timeoutMs: 0 });
    await expect.poll(() => answers.length).toBe(1);
    source.policy = policyOf(WITH_PINS);
    stream.write({ correlationId: 2n, request: authorize(), timeoutMs: 0 });
    await expect.poll(() => answers.length).toBe(2);
    expect(answers.map(({ result }) => result?.$case)).toEqual(["error", "response"]);
    stream.end();
  });
});
