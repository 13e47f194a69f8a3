import { chmodSync, cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import forge from "node-forge";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ServerConfig } from "../../src/cli/config/index.js";
import { makeCertificates } from "../../src/cli/development/index.js";
import { findStartProblems } from "../../src/cli/serve/find-problems.js";

const NOW = new Date();
const CONDITIONS = { now: NOW, insecureAllowed: false, nodeArguments: [] };

let made: string;
let folder: string;

beforeAll(() => {
  made = mkdtempSync(join(tmpdir(), "pinmac-made-"));
  makeCertificates(made, NOW);
  return () => rmSync(made, { recursive: true });
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pinmac-start-"));
  cpSync(made, folder, { recursive: true });
  writeFileSync(join(folder, "pin"), "1234", { mode: 0o600 });
  writeFileSync(join(folder, "module.so"), "");
});
afterEach(() => rmSync(folder, { recursive: true }));

const path = (name: string) => join(folder, name);

function config(more: Partial<ServerConfig> = {}): ServerConfig {
  return {
    file: "server.yaml",
    environment: "test",
    listen: { host: "127.0.0.1", port: 0 },
    tls: { certificate: path("server.crt"), privateKey: path("server.key"), clientAuthorities: path("ca.crt") },
    insecureLoopback: false,
    hsm: {
      file: "hsm.yaml",
      name: "a",
      module: path("module.so"),
      moduleEnvironment: {},
      tokenLabel: "t",
      pinFile: path("pin"),
    },
    register: path("register.sqlite"),
    officers: "officers.jsonl",
    fronts: 1,
    lanes: 1,
    keyCacheSize: 10,
    reflection: false,
    logLevel: "info",
    drainSeconds: 1,
    limits: {},
    operations: {
      verifyPin: false,
      importKey: false,
      exportKey: false,
      changeKeyState: false,
      signOn: false,
      deriveInitialKey: false,
    },
    ...more,
  };
}

/** The configuration without TLS. */
function plain(more: Partial<ServerConfig> = {}): ServerConfig {
  const { tls: _, ...rest } = config({ insecureLoopback: true, ...more });
  return rest;
}

describe("the service does not start", () => {
  it("but starts when all is well", () => {
    expect(findStartProblems(config(), CONDITIONS)).toEqual([]);
  });

  it("with a private key or PIN that others can read", () => {
    chmodSync(path("server.key"), 0o644);
    chmodSync(path("pin"), 0o640);
    expect(findStartProblems(config(), CONDITIONS)).toEqual([
      `${path("server.key")}: may be used by others than its owner; chmod 600 it.`,
      `${path("pin")}: may be used by others than its owner; chmod 600 it.`,
    ]);
  });

  it("with a certificate that expired, or is not valid yet", () => {
    const late = { ...CONDITIONS, now: new Date(NOW.getTime() + 900 * 86_400_000) };
    expect(findStartProblems(config(), late).join("\n")).toMatch(/server.crt: expired on .*\n.*ca.crt: expired on/);
    const early = { ...CONDITIONS, now: new Date(NOW.getTime() - 86_400_000) };
    expect(findStartProblems(config(), early).join("\n")).toMatch(/server.crt: is not valid before/);
  });

  it("with a certificate of another key", () => {
    cpSync(path("switch.key"), path("server.key"));
    expect(findStartProblems(config(), CONDITIONS)).toEqual([
      `${path("server.crt")}: is not the certificate of ${path("server.key")}.`,
    ]);
  });

  it("with a weak RSA key", () => {
    const keys = forge.pki.rsa.generateKeyPair(1024);
    const weak = forge.pki.createCertificate();
    weak.publicKey = keys.publicKey;
    weak.validity.notBefore = new Date(NOW.getTime() - 1000);
    weak.validity.notAfter = new Date(NOW.getTime() + 86_400_000);
    weak.sign(keys.privateKey, forge.md.sha256.create());
    writeFileSync(path("server.crt"), forge.pki.certificateToPem(weak));
    writeFileSync(path("server.key"), forge.pki.privateKeyToPem(keys.privateKey), { mode: 0o600 });
    expect(findStartProblems(config(), CONDITIONS)).toEqual([
      `${path("server.crt")}: has an RSA key of 1024 bits; 2048 is the least.`,
    ]);
  });

  it("without client authorities, or with ones that are none", () => {
    writeFileSync(path("ca.crt"), "");
    expect(findStartProblems(config(), CONDITIONS)).toEqual([
      `${path("ca.crt")}: holds no certificate of a client authority in PEM.`,
    ]);
    cpSync(path("switch.crt"), path("ca.crt"));
    expect(findStartProblems(config(), CONDITIONS)).toEqual([`${path("ca.crt")}: holds a certificate that is no authority's.`]);
  });

  it("without TLS, unless on loopback, in test, and asked for twice", () => {
    const allowed = { ...CONDITIONS, insecureAllowed: true };
    expect(findStartProblems(plain(), allowed)).toEqual([]);
    expect(findStartProblems(plain({ insecureLoopback: false }), allowed)[0]).toContain("tls is missing");
    expect(findStartProblems(plain(), CONDITIONS)[0]).toContain("--allow-insecure-development");
    expect(findStartProblems(plain({ environment: "production" }), allowed)[0]).toContain("test environment only");
    expect(findStartProblems(plain({ listen: { host: "0.0.0.0", port: 1 } }), allowed)[0]).toContain(
      "can be reached by other machines",
    );
    expect(findStartProblems(config({ insecureLoopback: true }), allowed)[0]).toContain("exclude each other");
  });

  it("with metrics in plain text where others can reach them", () => {
    const open = { host: "0.0.0.0", port: 9464 };
    const tls = { certificate: path("server.crt"), privateKey: path("server.key"), clientAuthorities: path("ca.crt") };
    const problem =
      "server.yaml: metrics: 0.0.0.0:9464 can be reached by other machines; without metrics.tls only loopback is allowed.";
    expect(findStartProblems(config({ metrics: { listen: open } }), CONDITIONS)).toEqual([problem]);
    expect(findStartProblems(config({ metrics: { listen: { host: "::1", port: 9464 } } }), CONDITIONS)).toEqual([]);
    expect(findStartProblems(config({ metrics: { listen: open, tls } }), CONDITIONS)).toEqual([]);
    chmodSync(path("server.key"), 0o644);
    expect(findStartProblems(config({ metrics: { listen: open, tls } }), CONDITIONS).length).toBe(2);
  });

  it("in production without a policy, with reflection or an open door into the process", () => {
    const production = config({ environment: "production", reflection: true });
    const nodeArguments = ["--inspect=0.0.0.0:9229", "--max-old-space-size=100", "--report-on-signal"];
    expect(findStartProblems(production, { ...CONDITIONS, nodeArguments })).toEqual([
      "server.yaml: reflection: is not for production.",
      "server.yaml: policy is missing. Without one every client may do everything: not in production.",
      "server.yaml: audit is missing. Without it nobody can tell later who did what: not in production.",
      "server.yaml: officers: officers.jsonl does not exist. Officers put keys into use: not without them in production.",
      "Node was started with --inspect, which lets others read memory: not in production.",
      "Node was started with --report-on-signal, which lets others read memory: not in production.",
      "server.yaml: ledger is missing. Without one a KSN can be used again and again: not in production.",
      "server.yaml: budgets is missing. Without it PINs and MACs can be guessed for ever: not in production.",
    ]);
  });

  it("in production without the officers' directory, which a test need not have", () => {
    const problems = (environment: "test" | "production", officers: string) =>
      findStartProblems(config({ environment, officers }), CONDITIONS).filter((problem) => problem.includes("officers: "));
    const missing = path("none.jsonl");
    expect(problems("production", missing)).toEqual([
      `server.yaml: officers: ${missing} does not exist. Officers put keys into use: not without them in production.`,
    ]);
    expect(problems("test", missing)).toEqual([]);
    writeFileSync(path("officers.jsonl"), "");
    expect(problems("production", path("officers.jsonl"))).toEqual([]);
  });

  it("without a module, a PIN file or the register's folder", () => {
    const { pinFile: _, ...hsm } = { ...config().hsm, module: "/none.so" };
    expect(findStartProblems(config({ hsm, register: path("none/register.sqlite") }), CONDITIONS)).toEqual([
      "hsm.yaml: module: /none.so does not exist.",
      "hsm.yaml: pinFile is missing: the service logs in without anyone at a terminal.",
      `server.yaml: register: the folder ${path("none")} does not exist.`,
    ]);
  });
});
