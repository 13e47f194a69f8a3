import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SecretBytes } from "../../src/base/index.js";
import { setOddParity } from "../../src/engine/des-parity.js";
import { computeMaterialCheckValue } from "../../src/engine/material-check-value.js";
import { CeremonyPlace } from "./support/ceremony-place.js";
import { foundingPlan, generatingPlan, loadingPlan, NAMES } from "./support/plans.js";
import { checkValueOf, keysOf, lastLine, play } from "./support/play.js";

let place: CeremonyPlace;

/** Two components of a TDES key with odd parity, and the key's check value. */
function partnersComponents() {
  const [first, second] = [randomBytes(16), randomBytes(16)];
  for (const component of [first, second]) setOddParity(component);
  const key = SecretBytes.take(Buffer.from(first.map((byte, at) => byte ^ (second[at] ?? 0))));
  const checkValue = computeMaterialCheckValue("TDES", key).value.toString("hex").toUpperCase();
  return { components: [first, second].map((component) => component.toString("hex")), checkValue };
}

const partner = partnersComponents();
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
    const key = SecretBytes.take(Buffer.from(sum[0]?.map((byte, at) => byte ^ (sum[1]?.[at] ?? 0)) ?? []));
    const checkValue = computeMaterialCheckValue("AES", key).value.toString("hex").toUpperCase();
    expect(checkValueOf(place, "kbpk.jsonl")).toBe(checkValue);
  });

  it("a key is generated, and leaves in a key block under it", async () => {
    expect(await play(place, generatingPlan(place, "zone/pin", "P0", "  exportability: E\n"))).toMatchObject({ code: 0 });
    const body =
      "officers: { keyManagers: [ben, anna] }\nkey: { name: zone/pin, version: 1 }\n" +
      "keyEncryptionKey: { name: partner/kbpk, version: 1 }\nkeyBlock: zone-pin.tr31\n";
    expect(await play(place, place.plan("export", "export-key-block", body))).toMatchObject({ code: 0 });
    expect(place.read("zone-pin.tr31")).toMatch(/^D0\d{3}P0AB/);
    expect(verify("export.jsonl")).toMatchObject({ code: 0 });
  });

  it("a key is rotated, and the version before it is retired", async () => {
    const key = "key:\n  name: zone/pin\n  usage: P0\n  algorithm: AES\n  length: 32\n  mode: B\n  exportability: N\n";
    const body = `officers: { keyManagers: [anna, ben] }\n${key}replaces: 1\noverlapDays: 3\n`;
    expect(await play(place, place.plan("rotate", "rotate-key", body))).toMatchObject({ code: 0 });
    expect(keysOf(place)).toContain("zone/pin@2");
    expect(verify("rotate.jsonl")).toMatchObject({ code: 0 });
  });

  it("a key is retired, once", async () => {
    const body = "officers: { keyManagers: [anna, ben] }\nkey: { name: zone/pin, version: 2 }\nreason: not needed\n";
    expect(await play(place, place.plan("retire", "retire-key", body))).toMatchObject({ code: 0 });
    expect(verify("retire.jsonl")).toMatchObject({ code: 0 });
    const again = place.plan("retire-again", "retire-key", body);
    expect(await play(place, again)).toMatchObject({ code: 1, prompts: [] });
  });

  it("the register holds all of it", () => {
    expect(place.run("register", "verify")).toMatchObject({ code: 0 });
  });
});
