import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readServerConfig } from "../../src/cli/config/index.js";
import { ConfigurationError } from "../../src/cli/errors/index.js";

const PROFILE = `name: a token
module: /usr/lib/softhsm/libsofthsm2.so
moduleEnvironment:
  SOFTHSM2_CONF: ./softhsm2.conf
  PLAIN: value
tokenLabel: token
pinFile: pin
`;

const CONFIG = `environment: test
listen: 127.0.0.1:50051
tls: { certificate: tls/server.crt, privateKey: tls/server.key, clientAuthorities: /etc/ca.crt }
hsm: hsm.yaml
register: ../register.sqlite
`;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pinmac-config-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function read(config: string, profile = PROFILE) {
  writeFileSync(join(folder, "hsm.yaml"), profile);
  writeFileSync(join(folder, "server.yaml"), config);
  return readServerConfig(join(folder, "server.yaml"));
}

function problemsOf(config: string, profile = PROFILE): readonly string[] {
  try {
    read(config, profile);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}

describe("the server's configuration", () => {
  it("resolves every path against the file that names it, and fills in the defaults", () => {
    const config = read(CONFIG);
    expect(config.tls).toEqual({
      certificate: join(folder, "tls/server.crt"),
      privateKey: join(folder, "tls/server.key"),
      clientAuthorities: "/etc/ca.crt",
    });
    expect(config.register).toBe(join(folder, "..", "register.sqlite"));
    expect(config.hsm.pinFile).toBe(join(folder, "pin"));
    expect(config.hsm.moduleEnvironment).toEqual({ SOFTHSM2_CONF: join(folder, "softhsm2.conf"), PLAIN: "value" });
    expect(config).toMatchObject({ lanes: 2, reflection: false, insecureLoopback: false, limits: {} });
    expect(config.operations).toEqual({
      verifyPin: false,
      importKey: false,
      exportKey: false,
      changeKeyState: false,
      signOn: false,
      deriveInitialKey: false,
    });
    expect(config.listen).toEqual({ host: "127.0.0.1", port: 50051 });
  });

  it("switches on the operations that it names, and no other", () => {
    const { operations } = read(`${CONFIG}operations: { verifyPin: true, signOn: false }\n`);
    expect(operations).toEqual({
      verifyPin: true,
      importKey: false,
      exportKey: false,
      changeKeyState: false,
      signOn: false,
      deriveInitialKey: false,
    });
  });

  it.each([
    ["an unknown key", `${CONFIG}reflections: true\n`, "server.yaml: reflections: there is no such key."],
    [
      "an unknown key inside",
      CONFIG.replace("{ cert", "{ ciphers: all, cert"),
      "server.yaml: tls.ciphers: there is no such key.",
    ],
    ["a duplicate key", `${CONFIG}environment: production\n`, "server.yaml:6: Map keys must be unique"],
    ["a missing key", CONFIG.replace(/^register.*\n/m, ""), "server.yaml: register: must be a path."],
    ["a wrong environment", CONFIG.replace("test", "staging"), "server.yaml: environment: must be test or production."],
    ["a host name", CONFIG.replace("127.0.0.1", "localhost"), "server.yaml: listen: must be a literal address"],
    ["a wrong number", `${CONFIG}lanes: 0\n`, "server.yaml: lanes: must be at least 1."],
    ["no whole number", `${CONFIG}lanes: many\n`, "server.yaml: lanes: must be a whole number from 1 to 64."],
    ["a wrong limit", `${CONFIG}limits: { maxInFlight: -1 }\n`, "server.yaml: limits.maxInFlight: must be at least 1."],
    ["an unknown operation", `${CONFIG}operations: { computePvv: true }\n`, "operations.computePvv: there is no such key."],
    ["a wrong switch", `${CONFIG}operations: { verifyPin: 1 }\n`, "operations.verifyPin: must be true or false."],
    ["no YAML", "environment: [test", "server.yaml:1:"],
    ["an empty file", "", "server.yaml: the file:"],
  ])("refuses %s and names it", (_, config, expected) => {
    const problems = problemsOf(config);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(expected);
  });

  it("refuses a profile with a module that would be searched for", () => {
    expect(problemsOf(CONFIG, PROFILE.replace("/usr/lib/softhsm/", ""))[0]).toContain(
      "hsm.yaml: module: must be an absolute path",
    );
  });

  it("refuses a PIN in the profile", () => {
    expect(problemsOf(CONFIG, `${PROFILE}pin: 1234\n`)[0]).toContain("hsm.yaml: pin: there is no such key.");
  });

  it("says that a file is missing", () => {
    expect(() => readServerConfig(join(folder, "none.yaml"))).toThrow("none.yaml: cannot be read (ENOENT).");
  });
});
