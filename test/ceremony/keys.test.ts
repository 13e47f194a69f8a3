import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Deviation } from "../../examples/ceremony/officers/script.js";
import { rebuildHeader, sealKeyBlock } from "../reference/tr31.js";
import { CeremonyPlace } from "./support/ceremony-place.js";
import { checkValueOfKey, writePartnersLetters } from "./support/partner.js";
import { foundingPlan, generatingPlan, loadingPlan, NAMES } from "./support/plans.js";
import { checkValueOf, keysOf, lastLine, play } from "./support/play.js";

let place: CeremonyPlace;

/** The K1 key, which the partner puts together from its components. */
let keyBlockKey = "";

const partner = writePartnersLetters();
const verify = (transcript: string) =>
  place.run(
    "ceremony",
    "verify",
    place.path(transcript),
    "--key",
    place.path("audit-key.pem"),
    "--officers",
    place.path("officers.jsonl"),
  );

const stateOf = (key: string): unknown => JSON.parse(place.run("key", "show", key, "--json").out).state;

/** The ceremony is ended by its last officer, where the name is to be typed that makes it real. */
async function abort(name: string, ceremony: string, body: string): Promise<void> {
  const instead: Deviation = ({ kind, step }) => (kind === "phrase" && step > 3 ? "\x03" : undefined);
  expect(await play(place, place.plan(name, ceremony, body), {}, instead)).toMatchObject({ code: 1 });
  expect(lastLine(place, `${name}.jsonl`)).toMatchObject({ kind: "aborted", reason: "interrupted" });
  expect(verify(`${name}.jsonl`)).toMatchObject({ code: 0 });
}

beforeAll(async () => {
  place = CeremonyPlace.create(NAMES);
  expect(await play(place, foundingPlan(place))).toMatchObject({ code: 0 });
}, 300_000);
afterAll(() => place.remove());

describe("one ceremony after the other", { timeout: 300_000 }, () => {
  it("a key is loaded from components", async () => {
    const plan = loadingPlan(place, `expectedCheckValue: "${partner.checkValue}"\n`);
    expect(await play(place, plan, partner)).toMatchObject({ code: 0 });
    expect(keysOf(place)).toEqual(["pos/bdk@1"]);
    expect(verify("load.jsonl")).toMatchObject({ code: 0 });
    expect(checkValueOf(place, "load.jsonl")).toBe(partner.checkValue);
    for (const component of partner.components) {
      expect(place.read("load.jsonl")).not.toContain(component.slice(0, 8));
    }
  });

  it("a name that is taken is refused before anything is touched", async () => {
    const { code, err, prompts } = await play(place, loadingPlan(place, "", "twice"), partner);
    expect({ code, prompts }).toEqual({ code: 2, prompts: [] });
    expect(err).toContain("a key of that name already");
  });

  it("a transcript that is there is never written over", async () => {
    const before = place.read("load.jsonl");
    const { code, err } = await play(place, place.path("load.yaml"), partner);
    expect({ code, err }).toMatchObject({ code: 2, err: expect.stringContaining("transcript's place already") });
    expect(place.read("load.jsonl")).toBe(before);
  });

  it("the same key under another name is refused, and not registered", async () => {
    const plan = loadingPlan(place, "", "other");
    place.replaceIn("other.yaml", "pos/bdk", "pos/other");
    expect(await play(place, plan, partner)).toMatchObject({ code: 1 });
    expect(lastLine(place, "other.jsonl")).toMatchObject({ kind: "aborted", reason: "entryRefused" });
    expect(keysOf(place)).toEqual(["pos/bdk@1"]);
  });

  it("a key-encryption key is made with components for a partner", async () => {
    const more = "  keyBlockVersion: D\n  exportability: N\nnewComponents: 2\n";
    const plan = generatingPlan(place, "partner/kbpk", "K1", more, "kbpk", ["eva", "carla"]);
    const { code, written } = await play(place, plan);
    expect({ code, count: written.length }).toEqual({ code: 0, count: 2 });
    const sum = written.map(({ digits }) => Buffer.from(digits, "hex"));
    const key = Buffer.from(sum[0]?.map((byte, at) => byte ^ (sum[1]?.[at] ?? 0)) ?? []);
    keyBlockKey = key.toString("hex").toUpperCase();
    expect(checkValueOf(place, "kbpk.jsonl")).toBe(checkValueOfKey("AES", key));
  });

  it("a key is generated, and leaves in a key block under it", async () => {
    expect(await play(place, generatingPlan(place, "zone/pin", "P0", "  exportability: E\n"))).toMatchObject({ code: 0 });
    const body =
      "officers: { keyManagers: [ben, anna] }\nkey: { name: zone/pin, version: 1 }\n" +
      "keyEncryptionKey: { name: partner/kbpk, version: 1 }\nkeyBlock: zone-pin.tr31\n";
    await abort("export-ended", "export-key-block", body);
    expect(place.has("zone-pin.tr31")).toBe(false);
    expect(await play(place, place.plan("export", "export-key-block", body))).toMatchObject({ code: 0 });
    expect(place.read("zone-pin.tr31")).toMatch(/^D0\d{3}P0AB/);
    expect(verify("export.jsonl")).toMatchObject({ code: 0 });
  });

  describe("a key comes in a key block of the partner's", () => {
    const material = randomBytes(16).toString("hex").toUpperCase();
    const checkValue = checkValueOfKey("TDES", Buffer.from(material, "hex"));
    const importing = (name: string, more = "") => {
      const header = rebuildHeader("D0000P0TD00N0000", 2 * 32 + 32);
      const block = sealKeyBlock(header, material, randomBytes(14).toString("hex").toUpperCase(), keyBlockKey);
      writeFileSync(place.path("in.tr31"), `${block}\n`);
      const key = "key: { name: issuer/zone, usage: P0, algorithm: TDES }\nkeyBlock: in.tr31\n";
      const body = `officers: { keyManagers: [anna, ben] }\n${key}keyEncryptionKey: { name: partner/kbpk, version: 1 }\n${more}`;
      return place.plan(name, "import-key-block", body);
    };

    it("and is not there when the block was changed on its way", async () => {
      const plan = importing("import-changed");
      const [last = ""] = place.read("in.tr31").trimEnd().slice(-1);
      writeFileSync(place.path("in.tr31"), `${place.read("in.tr31").trimEnd().slice(0, -1)}${last === "0" ? "1" : "0"}\n`);
      expect(await play(place, plan, { checkValue })).toMatchObject({ code: 1 });
      expect(lastLine(place, "import-changed.jsonl")).toMatchObject({ reason: "entryRefused", code: "KEY_BLOCK_INVALID" });
      expect(keysOf(place)).not.toContain("issuer/zone@1");
    });

    it("and is not there when its check value is not the one of the letter", async () => {
      const plan = importing("import-other", 'expectedCheckValue: "0A1B2C"\n');
      expect(await play(place, plan, { checkValue })).toMatchObject({ code: 1 });
      expect(lastLine(place, "import-other.jsonl")).toMatchObject({ kind: "aborted", reason: "checkValueDiffers" });
      expect(keysOf(place)).not.toContain("issuer/zone@1");
    });

    it("and is there when both agree", async () => {
      const plan = importing("import", `expectedCheckValue: "${checkValue}"\n`);
      expect(await play(place, plan, { checkValue })).toMatchObject({ code: 0 });
      expect(keysOf(place)).toContain("issuer/zone@1");
      expect(checkValueOf(place, "import.jsonl")).toBe(checkValue);
      expect(verify("import.jsonl")).toMatchObject({ code: 0 });
      expect(place.read("import.jsonl").toUpperCase()).not.toContain(material.slice(0, 12));
    });
  });

  it("a key is rotated, and the version before it is retired", async () => {
    const key = "key:\n  name: zone/pin\n  usage: P0\n  algorithm: AES\n  length: 32\n  mode: B\n  exportability: N\n";
    const body = `officers: { keyManagers: [anna, ben] }\n${key}replaces: 1\noverlapDays: 3\n`;
    await abort("rotate-ended", "rotate-key", body);
    expect(keysOf(place)).not.toContain("zone/pin@2");
    expect(stateOf("zone/pin@1")).toBe("active");
    expect(await play(place, place.plan("rotate", "rotate-key", body))).toMatchObject({ code: 0 });
    expect(keysOf(place)).toContain("zone/pin@2");
    expect(verify("rotate.jsonl")).toMatchObject({ code: 0 });
  });

  it("a key is retired, once", async () => {
    const body = "officers: { keyManagers: [anna, ben] }\nkey: { name: zone/pin, version: 2 }\nreason: not needed\n";
    await abort("retire-ended", "retire-key", body);
    expect(stateOf("zone/pin@2")).toBe("active");
    expect(await play(place, place.plan("retire", "retire-key", body))).toMatchObject({ code: 0 });
    expect(verify("retire.jsonl")).toMatchObject({ code: 0 });
    expect(stateOf("zone/pin@2")).toBe("retired");
    const again = place.plan("retire-again", "retire-key", body);
    expect(await play(place, again)).toMatchObject({ code: 1, prompts: [] });
  });

  it("the register holds all of it", () => {
    expect(place.run("register", "verify")).toMatchObject({ code: 0 });
  });
});
