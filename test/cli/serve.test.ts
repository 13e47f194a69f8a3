import { type ChildProcess, execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { copyFileSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { connect } from "node:net";
import { credentials } from "@grpc/grpc-js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestClient } from "../grpc/support/clients.js";
import { createSite, type Site } from "./support/site.js";

const BUDGET = "{ failures: 5, windowSeconds: 60 }";

let site: Site;
const running: ChildProcess[] = [];

beforeAll(() => {
  site = createSite();
  expect(site.run("init", "--create-token", "--so-pin-file", site.path("so-pin")).code).toBe(0);
  expect(site.run("development", "certificates", "--out", site.path("tls")).code).toBe(0);
});
afterAll(() => {
  for (const child of running) child.kill("SIGKILL");
  site.remove();
});

interface Served {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly address: string;
  readonly log: () => string;
}

/** Starts the service and waits for the line that says where. */
async function serve(...args: string[]): Promise<Served> {
  const child = site.start("serve", ...args);
  running.push(child);
  let out = "";
  let log = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    log += chunk.toString();
  });
  const address = await new Promise<string>((resolve, reject) => {
    child.stdout?.on("data", (chunk: Buffer) => {
      out += chunk.toString();
      const [, found] = /serves on (\S+) /.exec(out) ?? [];
      if (found !== undefined) resolve(found);
    });
    child.once("exit", () => reject(new Error(`the service ended: ${log}`)));
  });
  return { child, pid: child.pid ?? 0, address, log: () => log };
}

async function end({ child }: Served, signal: NodeJS.Signals): Promise<unknown> {
  child.kill(signal);
  const [code] = await once(child, "exit");
  return code;
}

function health(address: string) {
  const [ca, certificate, key] = ["tls/ca.crt", "tls/switch.crt", "tls/switch.key"].map((name) => site.path(name));
  return site.run("health", "--address", address, "--ca", `${ca}`, "--certificate", `${certificate}`, "--key", `${key}`);
}

describe("the audit log", () => {
  it("of a service that has ended verifies with the key in the token; a changed byte does not", async () => {
    site.configure({ audit: "{ directory: audit }" });
    copyFileSync(site.path("server.yaml"), site.path("audited.yaml"));
    try {
      const service = await serve();
      for (let call = 0; call < 3; call += 1) await listKeys(service.address);
      expect(await end(service, "SIGTERM")).toBe(0);
    } finally {
      site.configure();
    }
    expect(statSync(site.path("audit")).mode & 0o777).toBe(0o700);
    const verify = () => site.run("audit", "verify", site.path("audit"), "--key", site.path("audit/audit-key.pem"), "--json");
    const verdict = verify();
    expect(verdict).toMatchObject({ code: 0, err: "" });
    expect(JSON.parse(verdict.out)).toMatchObject({ holds: true, calls: 3, signedCheckpoint: { seq: expect.any(Number) } });
    const segment = readdirSync(site.path("audit")).find((name) => name.endsWith(".jsonl")) ?? "";
    const content = readFileSync(site.path(`audit/${segment}`), "utf8");
    expect(content).toContain("KeyService.ListKeys");
    const [, opened] = content.split("\n").map((line) => JSON.parse(line || "{}") as { kind?: string; service?: unknown });
    const configuration = createHash("sha256")
      .update(readFileSync(site.path("audited.yaml")))
      .digest("hex");
    expect(opened).toMatchObject({
      kind: "opened",
      service: {
        version: JSON.parse(readFileSync("package.json", "utf8")).version,
        token: {
          label: "cli-test",
          description: expect.stringContaining("SoftHSM"),
          serial: expect.stringMatching(/^[0-9a-f]+$/),
        },
        files: { configuration },
      },
    });
    expect(content).toMatch(/"digests":\{\}/);
    expect(statSync(site.path("audit.secret")).mode & 0o777).toBe(0o600);
    site.write(`audit/${segment}`, content.replace("KeyService.ListKeys", "KeyService.ListKeyz"));
    expect(verify().code).toBe(4);
  });

  function listKeys(address: string): Promise<unknown> {
    const [authority, key, certificate] = ["ca.crt", "switch.key", "switch.crt"].map((name) =>
      readFileSync(site.path(`tls/${name}`)),
    );
    const channel = credentials.createSsl(authority, key, certificate);
    const client = new TestClient(Number(address.split(":").at(-1)), channel);
    return client.listKeys({ pageSize: 10, pageToken: "" }).finally(() => client.close());
  }
});

describe("serve", () => {
  it("serves over mutual TLS, says so, and drains at SIGTERM", async () => {
    const service = await serve();
    expect(health(service.address)).toEqual({ code: 0, out: "SERVING\n", err: "" });
    expect(site.run("health", "--address", service.address, "--plaintext", "--timeout", "500").code).toBe(4);
    expect(await end(service, "SIGTERM")).toBe(0);
    const messages = service
      .log()
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as { msg: string }).msg);
    expect(messages).toEqual(expect.arrayContaining(["stopping", "stopped"]));
    expect(health(service.address)).toMatchObject({ code: 4, out: "UNREACHABLE\n" });
  });

  it("ends in order when Ctrl-C reaches the service and its lanes at once", async () => {
    const service = await serve();
    const lanes = execFileSync("pgrep", ["-P", String(service.pid)], { encoding: "utf8" })
      .trim()
      .split("\n")
      .map(Number);
    expect(lanes).toHaveLength(1);
    for (const lane of lanes) process.kill(lane, "SIGINT");
    expect(await end(service, "SIGINT")).toBe(0);
    expect(service.log()).not.toContain("lanes lost");
  });

  it("ends although somebody holds a connection open without finishing its handshake", async () => {
    const service = await serve();
    const [host, port] = service.address.split(":");
    const stranger = connect(Number(port), host);
    stranger.on("error", () => undefined);
    await once(stranger, "connect");
    const ended = await Promise.race([
      end(service, "SIGTERM"),
      new Promise((resolve) => setTimeout(resolve, 20_000, "still running").unref()),
    ]);
    stranger.destroy();
    expect(ended).toBe(0);
  });

  it("does not open the inspector at SIGUSR1", async () => {
    const service = await serve();
    service.child.kill("SIGUSR1");
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(service.log()).not.toContain("Debugger listening");
    await expect(once(connect(9229, "127.0.0.1"), "connect")).rejects.toThrow("ECONNREFUSED");
    expect(await end(service, "SIGTERM")).toBe(0);
  });

  it("has the token PIN neither in its arguments nor in its environment", async () => {
    const service = await serve();
    const lanes = execFileSync("pgrep", ["-P", String(service.pid)], { encoding: "utf8" })
      .trim()
      .split("\n");
    for (const pid of [String(service.pid), ...lanes]) {
      for (const file of ["cmdline", "environ"]) expect(readFileSync(`/proc/${pid}/${file}`, "latin1")).not.toContain(site.pin);
    }
    expect(await end(service, "SIGTERM")).toBe(0);
  });

  it("stops before the start, with every reason: exit code 2", () => {
    site.configure({ tls: "", insecureLoopback: "true", listen: "0.0.0.0:0", environment: "production", reflection: "true" });
    const { code, out, err } = site.run("serve");
    site.configure();
    expect({ code, out }).toEqual({ code: 2, out: "" });
    for (const reason of ["reached by other machines", "test environment only", "--allow-insecure-development", "reflection"]) {
      expect(err).toContain(reason);
    }
  });

  it("does not serve production from a software token: exit code 2", () => {
    site.write("policy.yaml", "version: 1\ngrants: []\n");
    // It is there, and read only once the token is open.
    site.write("officers.jsonl", "");
    site.configure({
      environment: "production",
      officers: "officers.jsonl",
      policy: "policy.yaml",
      ledger: "{ path: ledger.sqlite, mode: enforce }",
      budgets: `{ path: budgets.sqlite, pinBlock: ${BUDGET}, pinVerification: ${BUDGET}, mac: ${BUDGET}, pinBlockPanWindowSeconds: 60 }`,
      audit: "{ directory: audit }",
    });
    const { code, err } = site.run("serve");
    site.configure();
    expect(code).toBe(2);
    expect(err).toContain("SOFTWARE_TOKEN_IN_PRODUCTION");
    rmSync(site.path("officers.jsonl"));
  });

  it("does not serve production without policy, ledger, budgets, audit log and officers: exit code 2", () => {
    site.configure({ environment: "production" });
    const { code, err } = site.run("serve");
    site.configure();
    expect(code).toBe(2);
    for (const part of ["policy", "ledger", "budgets", "audit"]) expect(err).toContain(`${part} is missing`);
    expect(err).toContain("officers.jsonl does not exist");
  });

  it("serves without TLS on loopback when asked for twice", async () => {
    site.configure({ tls: "", insecureLoopback: "true" });
    expect(site.run("serve").code).toBe(2);
    const service = await serve("--allow-insecure-development");
    expect(site.run("health", "--address", service.address, "--plaintext", "--json")).toMatchObject({ code: 0 });
    site.configure();
    expect(await end(service, "SIGTERM")).toBe(0);
  });

  it("says that the port is taken: exit code 2", async () => {
    const service = await serve();
    site.configure({ listen: service.address });
    const { code, err } = site.run("serve");
    site.configure({ metrics: `{ listen: "${service.address}" }` });
    const metrics = site.run("serve");
    site.configure();
    expect(code).toBe(2);
    expect(err).toContain("cannot be bound");
    expect(metrics).toMatchObject({ code: 2, err: expect.stringContaining("address for metrics") });
    expect(await end(service, "SIGTERM")).toBe(0);
  });

  it("says that the token is gone: exit code 3", () => {
    site.write(
      "hsm.yaml",
      "name: a\nmodule: /usr/lib/softhsm/libsofthsm2.so\nmoduleEnvironment: { SOFTHSM2_CONF: ./softhsm2.conf }\ntokenLabel: other\npinFile: pin\n",
    );
    expect(site.run("serve")).toMatchObject({ code: 3, err: expect.stringContaining("TOKEN_NOT_FOUND") });
  });
});
