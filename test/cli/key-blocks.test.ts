import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openSqliteRegister } from "../../src/store/index.js";
import { referenceSubject as reference } from "../reference/index.js";
import { openKeyBlock, rebuildHeader, sealKeyBlock } from "../reference/tr31.js";
import { softwareHeadSealer } from "../support/head-sealer.js";
import { createSite, type Site } from "./support/site.js";

const randomHex = (bytes: number) => randomBytes(bytes).toString("hex").toUpperCase();

const KBPK = randomHex(32);
const MATERIAL = randomHex(16);

let site: Site;

/** A block of version D as a peer makes it: a TDES key of 16 bytes. */
function peerBlock(usage: string, mode: string, exportability = "E", material = randomHex(16)): string {
  const header = rebuildHeader(`D0000${usage}T${mode}00${exportability}0000`, 2 * 32 + 32);
  return sealKeyBlock(header, material, randomHex(32 - 2 - 16), KBPK);
}

function importBlock(block: string, name: string, ...more: string[]) {
  const file = site.write("block", `${block}\n`);
  return site.run("key", "import", "--name", name, "--key-block", file, "--key-encryption-key", "peer/kbpk", ...more);
}

const showJson = (name: string, ...more: string[]) => JSON.parse(site.run("key", "show", name, "--json", ...more).out);

beforeAll(() => {
  site = createSite();
  site.run("init", "--create-token", "--so-pin-file", site.path("so-pin"));
  const file = site.write("kbpk", KBPK);
  expect(site.run("key", "import", "--name", "peer/kbpk", "--usage", "K1", "--from-file", file)).toMatchObject({ code: 0 });
});
afterAll(() => site.remove());

describe("key blocks on the command line", () => {
  it("come in, with what they say", () => {
    const { code, out } = importBlock(peerBlock("P0", "D", "E", MATERIAL), "peer/zone", "--owner", "peer");
    expect({ code, out }).toEqual({
      code: 0,
      out: `peer/zone@1 P0 TDES-128 KCV ${reference.checkValue("TDES", MATERIAL)}\n`,
    });
    expect(showJson("peer/zone")).toMatchObject({ modeOfUse: "D", exportability: "E", owner: "peer" });
  });

  it("are known by the key that they came under, which lists them when it is compromised", () => {
    const { keys } = JSON.parse(site.run("key", "compromised", "peer/kbpk", "--json").out) as { keys: unknown[] };
    const { id } = showJson("peer/kbpk");
    expect(keys).toMatchObject([{ name: "peer/kbpk" }, { name: "peer/zone", version: 1, usage: "P0", cameUnder: id }]);
    expect(keys).toHaveLength(2);
    expect(site.run("key", "show", "peer/zone").out).toContain(id);
    const below = JSON.parse(site.run("key", "compromised", "peer/zone", "--json").out) as { keys: unknown[] };
    expect(below.keys).toHaveLength(1);
  });

  it("are listed page by page where that is asked for", () => {
    const list = (...args: string[]) => site.run("key", "list", ...args);
    const page = (...args: string[]) =>
      JSON.parse(list("--json", "--page-size", "1", ...args).out) as { keys: { name: string }[]; nextPageToken?: string };
    const first = page();
    const second = page("--page-token", first.nextPageToken ?? "");
    expect([first, second].map(({ keys }) => keys.map(({ name }) => name))).toEqual([["peer/kbpk"], ["peer/zone"]]);
    expect(second.nextPageToken).toBeUndefined();
    expect(list("--page-size", "1")).toMatchObject({ code: 2, err: expect.stringContaining("need --json") });
    expect(list("--json", "--page-size", "1001")).toMatchObject({ code: 2, out: "" });
    expect(list("--json", "--page-token", "none")).toMatchObject({ code: 1, err: expect.stringContaining("REQUEST_INVALID") });
  });

  it("come in with the parameters that they do not say", () => {
    expect(importBlock(peerBlock("M3", "C"), "peer/mac", "--mac-padding", "2")).toMatchObject({ code: 0 });
    expect(showJson("peer/mac").mac).toEqual({ scheme: "ISO9797_1_ALG3", paddingMethod: 2, length: 8 });
    const table = ["--decimalization-table", "plain:0123456789012345", "--validation-data", "0:12:F"];
    expect(importBlock(peerBlock("V1", "V"), "issuer/ibm", ...table)).toMatchObject({ code: 0 });
    expect(site.run("key", "show", "issuer/ibm").out).toMatch(/Decimalization +plain\nValidation data +0:12:F\n/);
  });

  it("come and go by a ceremony in production", () => {
    site.configure({ environment: "production" });
    const result = importBlock(peerBlock("P0", "B"), "peer/production");
    const exported = site.run("key", "export", "peer/zone", "--key-encryption-key", "peer/kbpk");
    site.configure();
    expect(result).toMatchObject({ code: 2, out: "", err: expect.stringContaining("a plan of kind import-key-block") });
    expect(exported).toMatchObject({ code: 2, out: "", err: expect.stringContaining("a plan of kind export-key-block") });
  });

  it("go out to standard output, or into a new file of mode 0600", () => {
    const args = ["key", "export", "peer/zone", "--key-encryption-key", "peer/kbpk"];
    const { code, out } = site.run(...args);
    expect(code).toBe(0);
    expect(openKeyBlock(out.trim(), KBPK)?.key).toBe(MATERIAL);
    const file = site.path("out.tr31");
    expect(site.run(...args, "--out", file)).toMatchObject({ code: 0, out: "" });
    expect(openKeyBlock(readFileSync(file, "latin1").trim(), KBPK)?.key).toBe(MATERIAL);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(site.run(...args, "--out", file)).toMatchObject({ code: 2, err: expect.stringContaining("EEXIST") });
  });

  it.each([
    ["that were changed", () => importBlock(peerBlock("P0", "B").replace(/.$/, "?"), "bad"), 1, "KEY_BLOCK_INVALID"],
    ["of a usage that is not served", () => importBlock(peerBlock("G0", "G"), "bad"), 1, "KEY_MATERIAL_INVALID"],
    ["without what they do not say", () => importBlock(peerBlock("M3", "C"), "bad"), 2, "needs --mac-padding"],
    ["with what they say", () => importBlock(peerBlock("P0", "B"), "bad", "--usage", "P0"), 2, "leave them out"],
    ["beside a clear key", () => importBlock(peerBlock("P0", "B"), "bad", "--from-file", "kbpk"), 2, "--key-block with"],
    ["without a key", () => site.run("key", "import", "--name", "bad", "--key-block", "block"), 2, "--key-encryption-key"],
    [
      "that are not there",
      () => site.run("key", "import", "--name", "bad", "--key-block", "none", "--key-encryption-key", "a"),
      2,
      "ENOENT",
    ],
    [
      "for keys that must stay",
      () => site.run("key", "export", "peer/kbpk", "--key-encryption-key", "peer/kbpk"),
      1,
      "KEY_NOT_EXPORTABLE",
    ],
    [
      "under what is no K1",
      () => site.run("key", "export", "peer/zone", "--key-encryption-key", "peer/zone"),
      1,
      "KEY_USAGE_MISMATCH",
    ],
  ] as const)("%s are refused", (_what, run, code, message) => {
    const result = run();
    expect(result).toMatchObject({ code, out: "" });
    expect(result.err).toContain(message);
    expect(site.run("key", "show", "bad").code).toBe(1);
  });
});

describe("keys of the new usages", () => {
  it.each([
    ["D0", [], { algorithm: "AES", lengthBits: 256, modeOfUse: "B" }],
    ["K0", [], { algorithm: "TDES", lengthBits: 128, modeOfUse: "B" }],
    ["K1", [], { algorithm: "AES", keyBlockVersion: "D" }],
    ["V2", [], { algorithm: "TDES", modeOfUse: "V" }],
    ["B0", ["--algorithm", "AES", "--dukpt-pin-key", "AES_128"], { dukptType: "AES_256", dukptPinKey: "AES_128" }],
    ["P0", ["--exportability", "S"], { exportability: "S" }],
  ] as const)("%s %j is generated", (usage, more, expected) => {
    const { code, out } = site.run(
      "key",
      "generate",
      "--name",
      `new/${usage.toLowerCase()}`,
      "--usage",
      usage,
      "--json",
      ...more,
    );
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject(expected);
  });

  it("show less of a check value, and never more", () => {
    const whole: string = showJson("peer/kbpk").checkValue;
    expect(whole).toBe(reference.checkValue("AES", KBPK));
    expect(showJson("peer/kbpk", "--check-value-length", "3").checkValue).toBe(whole.slice(0, 6));
    for (const [name, length] of [
      ["peer/kbpk", "6"],
      ["peer/kbpk", "1"],
      ["peer/zone", "4"],
    ] as const) {
      const { code, out, err } = site.run("key", "show", name, "--check-value-length", length);
      expect({ code, out }).toEqual({ code: 1, out: "" });
      expect(err).toContain("check_value_length");
    }
  });
});

describe("initial keys on the command line", () => {
  it("are released once they were noted", async () => {
    const file = site.write("bdk", randomHex(16));
    expect(site.run("key", "import", "--name", "pos/bdk", "--usage", "B0", "--from-file", file)).toMatchObject({ code: 0 });
    const args = ["initial-key", "release", "pos/bdk@1", "9876543210E00000"];
    expect(site.run(...args)).toMatchObject({ code: 2, err: expect.stringContaining("no device of that id") });
    expect(existsSync(site.path("register.sqlite"))).toBe(true);
    const register = openSqliteRegister(site.path("register.sqlite"), softwareHeadSealer());
    const { header } = await register.get("pos/bdk");
    const entry = { bdkId: header.id, initialKeyId: Buffer.from("FFFF9876543210E00000", "hex") };
    await register.reserveInitialKey(entry);
    expect(site.run(...args)).toMatchObject({ code: 0, out: expect.stringContaining("Released: pos/bdk@1") });
    expect(await register.releaseInitialKey(entry)).toBe(false);
    register.close();
  });

  it.each([
    [["pos/bdk", "xyz"], 2, "written in hex"],
    [["pos/bdk", "FFFF9876543210E00001"], 1, "INITIAL_KEY_ID_INVALID"],
    [["peer/kbpk", "FFFF9876543210E00000"], 1, "KEY_USAGE_MISMATCH"],
    [["nobody", "FFFF9876543210E00000"], 1, "KEY_NOT_FOUND"],
  ] as const)("%j: exit code %i", (args, code, message) => {
    const result = site.run("initial-key", "release", ...args);
    expect(result).toMatchObject({ code, out: "" });
    expect(result.err).toContain(message);
  });
});
