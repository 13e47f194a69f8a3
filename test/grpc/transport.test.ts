import { type ConnectionOptions, connect } from "node:tls";
import { credentials } from "@grpc/grpc-js";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ServerOptions, startServer } from "../../src/service/index.js";
import { createTestAuthority, type TestCertificate } from "../support/certificates.js";
import { clientCredentials, errorOf, TestClient } from "./support/clients.js";
import { ScriptedEngine } from "./support/scripted-engine.js";
import { startTestServer, type TestServer } from "./support/test-server.js";

const engine = new ScriptedEngine();
const PAGE = { pageSize: 10, pageToken: "" };
let server: TestServer;
let trusted: TestCertificate;

beforeAll(async () => {
  server = await startTestServer(engine);
  trusted = server.authority.issueClient("switch-2");
});

afterAll(() => server.stop());

async function listWith(channel: ReturnType<typeof clientCredentials>): Promise<unknown> {
  const client = new TestClient(server.port, channel);
  try {
    return await client.listKeys(PAGE, { deadline: Date.now() + 5_000 });
  } finally {
    client.close();
  }
}

describe("mutual TLS", () => {
  it("serves a client of the configured authority, known in the log by its common name", async () => {
    await listWith(clientCredentials(server.authority.certificate, trusted));
    await expect.poll(() => server.log.at(-1) ?? "{}").toContain('"caller":"CN:switch-2"');
  });

  it.each([
    ["without a certificate", () => undefined],
    ["with a certificate of another authority", () => createTestAuthority().issueClient("switch-1")],
    [
      "with a certificate of another authority of the same name",
      () => createTestAuthority("pinmac test authority").issueClient("switch-1"),
    ],
  ])("turns away a client %s", async (_what, certificate) => {
    const error = await errorOf(listWith(clientCredentials(server.authority.certificate, certificate())));
    expect(error.code).toBe("UNAVAILABLE");
  });

  it("turns away a client without TLS", async () => {
    expect((await errorOf(listWith(credentials.createInsecure()))).code).toBe("UNAVAILABLE");
  });

  function protocolWith(options: ConnectionOptions): Promise<string | null> {
    return new Promise((resolve, reject) => {
      const socket = connect({
        host: "127.0.0.1",
        port: server.port,
        servername: "localhost",
        ca: server.authority.certificate,
        cert: trusted.certificate,
        key: trusted.privateKey,
        ALPNProtocols: ["h2"],
        ...options,
      });
      socket.once("secureConnect", () => {
        resolve(socket.getProtocol());
        socket.destroy();
      });
      socket.once("error", reject);
    });
  }

  it.each(["TLSv1.2", "TLSv1.3"] as const)("speaks %s", async (version) => {
    expect(await protocolWith({ minVersion: version, maxVersion: version })).toBe(version);
  });

  it.each([
    ["TLS 1.1", { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" }],
    ["TLS 1.2 without forward secrecy", { maxVersion: "TLSv1.2", ciphers: "AES256-GCM-SHA384" }],
    ["TLS 1.2 with CBC", { maxVersion: "TLSv1.2", ciphers: "ECDHE-RSA-AES256-SHA384" }],
  ] as const)("does not speak %s", async (_what, options) => {
    await expect(protocolWith(options)).rejects.toThrow(/alert|version|handshake/i);
  });
});

describe("what does not start", () => {
  function start(changes: Partial<ServerOptions>) {
    return startServer({
      engine,
      register: server.register,
      environment: "test",
      listen: "127.0.0.1:0",
      transport: { kind: "insecureLoopback" },
      logger: pino({ level: "silent" }),
      ...changes,
    });
  }

  const authority = createTestAuthority();
  const tls = { kind: "mutualTls", clientAuthorities: authority.certificate, ...authority.issueServer() } as const;

  it.each([
    ["without TLS on every address", { listen: "0.0.0.0:0" }, "INSECURE_NOT_ALLOWED"],
    ["without TLS on every IPv6 address", { listen: "[::]:0" }, "INSECURE_NOT_ALLOWED"],
    ["without TLS in production", { environment: "production" }, "INSECURE_NOT_ALLOWED"],
    ["on a name", { listen: "localhost:0" }, "LISTEN_INVALID"],
    ["on no address", { listen: ":50051" }, "LISTEN_INVALID"],
    ["on a port that is none", { listen: "127.0.0.1:65536" }, "LISTEN_INVALID"],
    ["on an address in brackets that is not IPv6", { listen: "[127.0.0.1]:0" }, "LISTEN_INVALID"],
    ["on an address of another machine", { listen: "192.0.2.1:0", transport: tls }, "LISTEN_FAILED"],
    [
      "with reflection in production",
      { environment: "production", transport: tls, reflection: true },
      "REFLECTION_NOT_ALLOWED",
    ],
    ["without client authorities", { transport: { ...tls, clientAuthorities: Buffer.alloc(0) } }, "TLS_CREDENTIALS_INVALID"],
    [
      "with another's private key",
      { transport: { ...tls, privateKey: authority.issueServer().privateKey } },
      "TLS_CREDENTIALS_INVALID",
    ],
    ["without a certificate", { transport: { ...tls, certificate: Buffer.from("none") } }, "TLS_CREDENTIALS_INVALID"],
    ["with a limit of nothing", { limits: { maxInFlight: 0 } }, "LIMIT_INVALID"],
    ["with half a stream", { limits: { maxConcurrentStreams: 0.5 } }, "LIMIT_INVALID"],
  ] as const)("a server %s", async (_what, changes, code) => {
    await expect(start(changes)).rejects.toMatchObject({ name: "ServerStartError", code });
  });

  it("a second server on the same port", async () => {
    await expect(start({ listen: `127.0.0.1:${server.port}` })).rejects.toMatchObject({ code: "LISTEN_FAILED" });
  });

  it("is not a server without TLS on loopback in the test environment", async () => {
    const insecure = await start({});
    const client = new TestClient(insecure.port, credentials.createInsecure());
    expect(await client.listKeys(PAGE)).toEqual({ keys: [], nextPageToken: "" });
    client.close();
    await insecure.shutdown(1_000);
  });
});
