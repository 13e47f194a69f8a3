import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Engine } from "../../../src/engine/engine.js";
import { createServiceLogger, type EngineHealth, type ServerOptions, startServer } from "../../../src/service/index.js";
import { type KeyRegister, openSqliteRegister } from "../../../src/store/index.js";
import { createTestAuthority, type TestAuthority } from "../../support/certificates.js";
import { softwareHeadSealer } from "../../support/head-sealer.js";
import { clientCredentials, TestClient } from "./clients.js";

/** A server with real TLS on a free port, a client that it trusts, and everything it logs. */
export interface TestServer {
  readonly authority: TestAuthority;
  readonly port: number;
  readonly register: KeyRegister;
  /** Of the register's file. */
  readonly registerPath: string;
  readonly client: TestClient;
  /** Lines of JSON. */
  readonly log: string[];
  shutdown(deadlineMs: number): Promise<void>;
  stop(): Promise<void>;
}

type Overrides = Partial<Omit<ServerOptions, "engine" | "register">>;

/** Starts one; the engine stays the test's to close. */
export async function startTestServer(engine: Engine & EngineHealth, overrides: Overrides = {}): Promise<TestServer> {
  const authority = createTestAuthority();
  const folder = mkdtempSync(join(tmpdir(), "pinmac-grpc-"));
  const registerPath = join(folder, "register.sqlite");
  const register = openSqliteRegister(registerPath, softwareHeadSealer());
  const log: string[] = [];
  const server = await startServer({
    engine,
    register,
    environment: "test",
    listen: "127.0.0.1:0",
    transport: { kind: "mutualTls", clientAuthorities: authority.certificate, ...authority.issueServer() },
    logger: createServiceLogger("trace", { write: (line: string) => log.push(line) }),
    ...overrides,
  });
  const trusted = authority.issueClient("switch-1", "spiffe://acquirer.example/switch-1");
  const client = new TestClient(server.port, clientCredentials(authority.certificate, trusted));
  return {
    authority,
    port: server.port,
    register,
    registerPath,
    client,
    log,
    shutdown: (deadlineMs) => server.shutdown(deadlineMs),
    stop: async () => {
      client.close();
      await server.shutdown(1_000);
      register.close();
      rmSync(folder, { recursive: true });
    },
  };
}
