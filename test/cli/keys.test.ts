import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSite, profile, type Site } from "./support/site.js";

const BDK = "0123456789ABCDEFFEDCBA9876543210".replace(/^01/, "02");

let site: Site;

beforeAll(() => {
  site = createSite();
});
afterAll(() => site.remove());

describe("a new token", () => {
  it("is missing at first: exit code 3", () => {
    expect(site.run("doctor")).toMatchObject({ code: 3, err: expect.stringContaining("TOKEN_NOT_FOUND") });
    expect(site.run("init")).toMatchObject({ code: 2, err: expect.stringContaining("SO_PIN_REQUIRED") });
  });

  it("is made once; the second time nothing is changed: exit code 1", () => {
    const args = ["init", "--create-token", "--so-pin-file", site.path("so-pin")];
    expect(site.run(...args)).toMatchObject({ code: 0, out: expect.stringContaining("Token cli-test is ready") });
    expect(site.run(...args)).toMatchObject({ code: 1, err: expect.stringContaining("KEYS_EXIST") });
  });
});

describe("doctor", () => {
  it("finds the token healthy", () => {
    const { code, out } = site.run("doctor", "--json");
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      healthy: true,
      masterKeys: { sound: true },
      otherObjects: [],
      token: { isSoftware: true },
    });
    expect(site.run("doctor").out).toContain("Healthy");
  });

  it("takes the PIN from a hidden prompt when there is no file, and shows nothing of it", async () => {
    site.write("hsm.yaml", profile(""));
    try {
      const asked = await site.runOnTerminal(`9\x7f${site.pin}\r`, "doctor");
      expect(asked.code).toBe(0);
      expect(asked.out).not.toContain(site.pin.slice(0, 4));
      expect(await site.runOnTerminal("12\x03", "doctor")).toMatchObject({ code: 1, out: expect.stringContaining("Aborted") });
      const wrong = await site.runOnTerminal("999999\r", "doctor");
      expect(wrong).toMatchObject({ code: 3, out: expect.stringContaining("PIN_INVALID") });
    } finally {
      site.write("hsm.yaml", profile("pinFile: pin\n"));
    }
  });

  it("refuses a PIN file that others can read: exit code 2", () => {
    const { code, err } = site.run("doctor", "--pin-file", site.write("open", site.pin, 0o644));
    expect({ code, err }).toEqual({
      code: 2,
      err: `pinmac: ${site.path("open")}: may be used by others than its owner; chmod 600 it.\n`,
    });
  });
});

describe("keys", () => {
  it("are imported in development, with their check value", () => {
    const args = ["key", "import", "--name", "pos/bdk", "--usage", "B0", "--from-file", site.write("bdk", `${BDK}\n`)];
    expect(site.run(...args)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^pos\/bdk@1 B0 TDES-128 KCV [0-9A-F]{6}\n$/),
    });
  });

  it.each([
    ["its next version", "pos/bdk", ["--usage", "B0"]],
    ["another name", "pos/other", ["--usage", "B0"]],
    ["another owner", "pos/other", ["--usage", "B0", "--owner", "somebody else"]],
    ["another usage", "zone/pin", ["--usage", "P0"]],
  ])("are not imported a second time, as %s", (_what, name, options) => {
    const result = site.run("key", "import", "--name", name, "--from-file", site.write("bdk", BDK), ...options);
    expect(result).toMatchObject({ code: 1, out: "", err: expect.stringContaining("KEY_DUPLICATE") });
    expect(result.err).toContain("pos/bdk@1");
  });

  it("get the next version of their name", () => {
    const other = site.write("other", BDK.split("").reverse().join(""));
    expect(site.run("key", "import", "--name", "pos/bdk", "--usage", "B0", "--from-file", other).out).toContain("pos/bdk@2");
  });

  it("are generated with what their usage needs", () => {
    const args = ["key", "generate", "--name", "issuer/mac", "--usage", "M6", "--json"];
    const { code, out } = site.run(...args);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      version: 1,
      lengthBits: 256,
      mac: { scheme: "CMAC", length: 8 },
      exportability: "N",
    });
  });

  it("are listed and shown without the token, and without more than a check value", () => {
    const { keys } = JSON.parse(site.run("key", "list", "--json").out) as { keys: Record<string, unknown>[] };
    expect(keys.map((key) => `${key["name"]}@${key["version"]}`)).toEqual(["issuer/mac@1", "pos/bdk@1", "pos/bdk@2"]);
    expect(site.run("key", "list").out.split("\n")).toHaveLength(5);
    expect(JSON.parse(site.run("key", "show", "pos/bdk@1", "--json").out)).toMatchObject({
      version: 1,
      dukptType: "TDES_2KEY",
    });
    expect(site.run("key", "show", "pos/bdk").out).toMatch(/Version +2/);
    expect(JSON.stringify(keys).toUpperCase()).not.toContain(BDK.slice(0, 8));
  });

  it.each([
    [["show", "nobody"], 1, "KEY_NOT_FOUND"],
    [["show", "a@0"], 2, "NAME or NAME@VERSION"],
    [["generate", "--name", "a", "--usage", "M3"], 2, "needs --mac-padding 1 or 2"],
    [["generate", "--name", "a", "--usage", "Z9"], 2, "Allowed choices"],
    [["generate", "--name", "a", "--usage", "P0", "--algorithm", "HMAC"], 1, "KEY_MATERIAL_INVALID"],
    [["generate", "--usage", "P0"], 2, "--name"],
    [["import", "--name", "a", "--usage", "P0", "--from-file", "none"], 2, "cannot be read (ENOENT)"],
  ] as const)("%j ends with %i: %s", (args, code, message) => {
    const result = site.run("key", ...args);
    expect(result).toMatchObject({ code, out: "" });
    expect(result.err).toContain(message);
  });

  it("are refused when the material is weak, and nothing is registered", () => {
    const weak = site.write("weak", "01".repeat(16));
    expect(site.run("key", "import", "--name", "weak", "--usage", "P0", "--from-file", weak)).toMatchObject({ code: 1 });
    expect(site.run("key", "show", "weak").code).toBe(1);
  });

  it("come by a ceremony in production, as the token's own do", () => {
    site.configure({ environment: "production" });
    expect(site.run("init")).toMatchObject({ code: 2, err: expect.stringContaining("a plan of kind found") });
    const generated = site.run("key", "generate", "--name", "a", "--usage", "P0");
    expect(generated).toMatchObject({ code: 2, err: expect.stringContaining("a plan of kind generate-key") });
    const { code, err } = site.run("key", "import", "--name", "a", "--usage", "P0", "--from-file", site.path("bdk"));
    site.configure();
    expect(code).toBe(2);
    expect(err).toContain("a plan of kind load-key");
  });
});
