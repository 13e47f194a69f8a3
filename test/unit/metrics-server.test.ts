import { once } from "node:events";
import { request } from "node:http";
import { request as requestOverTls } from "node:https";
import { connect } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { type MetricsServer, startMetricsServer } from "../../src/service/metrics/index.js";
import { createTestAuthority } from "../support/certificates.js";

const LISTEN = { host: "127.0.0.1", port: 0 };
const TEXT = "pinmac_build_info 1\n";
let server: MetricsServer | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

interface Answer {
  readonly status: number | undefined;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

async function ask(path: string, options: object = {}, over: typeof request = request): Promise<Answer> {
  const outgoing = over({ host: "127.0.0.1", port: server?.port, path, agent: false, ...options });
  outgoing.end();
  const [incoming] = (await once(outgoing, "response")) as [
    NodeJS.ReadableStream & { statusCode?: number; headers: NodeJS.Dict<string> },
  ];
  let body = "";
  for await (const chunk of incoming) body += String(chunk);
  return { status: incoming.statusCode, headers: incoming.headers, body };
}

describe("the listener for metrics", () => {
  it("answers GET /metrics, and closes the connection", async () => {
    server = await startMetricsServer({ listen: LISTEN, text: async () => TEXT });
    const { status, headers, body } = await ask("/metrics");
    expect({ status, body }).toEqual({ status: 200, body: TEXT });
    expect(headers).toMatchObject({ connection: "close", "content-type": "text/plain; version=0.0.4; charset=utf-8" });
  });

  it.each(["/", "/metrics/", "/metrics?x=1", "/../metrics", "/healthz"])("has nothing at %s", async (path) => {
    server = await startMetricsServer({ listen: LISTEN, text: async () => TEXT });
    expect(await ask(path)).toMatchObject({ status: 404, body: "" });
  });

  it.each(["POST", "PUT", "DELETE", "HEAD", "OPTIONS"])("takes no %s", async (method) => {
    server = await startMetricsServer({ listen: LISTEN, text: async () => TEXT });
    expect(await ask("/metrics", { method })).toMatchObject({ status: 405, headers: { allow: "GET" }, body: "" });
  });

  it("says nothing of why it failed", async () => {
    server = await startMetricsServer({ listen: LISTEN, text: () => Promise.reject(new Error("4999988887777663")) });
    expect(await ask("/metrics")).toMatchObject({ status: 500, body: "" });
  });

  it("lets go of who sends nothing, and of those who are too many", async () => {
    server = await startMetricsServer({ listen: LISTEN, text: async () => TEXT });
    const { port } = server;
    const silent = Array.from({ length: 20 }, () => connect(port, "127.0.0.1").on("error", () => undefined));
    const ended = silent.map((socket) => once(socket, "close"));
    for (const socket of silent) socket.resume();
    await Promise.all(ended);
    expect(await ask("/metrics")).toMatchObject({ status: 200 });
  });

  it("that is closed breaks off what it has", async () => {
    server = await startMetricsServer({ listen: LISTEN, text: () => new Promise(() => undefined) });
    const outcome = ask("/metrics").then(
      () => "answered",
      () => "broken off",
    );
    await new Promise((resolve) => setTimeout(resolve, 100));
    await server.close();
    expect(await outcome).toBe("broken off");
  });

  it("refuses an address that is taken", async () => {
    server = await startMetricsServer({ listen: LISTEN, text: async () => TEXT });
    const again = startMetricsServer({ listen: { ...LISTEN, port: server.port }, text: async () => TEXT });
    await expect(again).rejects.toMatchObject({ code: "METRICS_LISTEN_FAILED" });
  });

  it("over TLS answers those only whose certificate is of its authority", async () => {
    const authority = createTestAuthority();
    const stranger = createTestAuthority().issueClient("scraper");
    const tls = { ...authority.issueServer(), clientAuthorities: authority.certificate };
    server = await startMetricsServer({ listen: LISTEN, tls, text: async () => TEXT });
    const ca = authority.certificate;
    const own = authority.issueClient("scraper");
    const over = requestOverTls as typeof request;
    const credentialsOf = ({ certificate: cert, privateKey: key }: typeof own) => ({ ca, cert, key });
    expect(await ask("/metrics", credentialsOf(own), over)).toMatchObject({ status: 200, body: TEXT });
    await expect(ask("/metrics", { ca }, over)).rejects.toThrow();
    await expect(ask("/metrics", credentialsOf(stranger), over)).rejects.toThrow();
    await expect(ask("/metrics")).rejects.toThrow();
  });
});
