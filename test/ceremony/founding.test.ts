import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Played } from "../../examples/ceremony/officers/script.js";
import { AuditPublicKey } from "../../src/audit/index.js";
import { verifyTranscript } from "../../src/ceremony/transcript/index.js";
import { parseOfficerDirectory } from "../../src/officers/index.js";
import { CeremonyPlace } from "./support/ceremony-place.js";
import { foundingOfficers, foundingPlan, NAMES } from "./support/plans.js";
import { checkValueOf, lastLine, play } from "./support/play.js";

let place: CeremonyPlace;
let played: Played;
const places: CeremonyPlace[] = [];

beforeAll(async () => {
  place = newPlace();
  played = await play(place, foundingPlan(place));
}, 300_000);
afterAll(() => {
  for (const each of places) each.remove();
});

function newPlace(): CeremonyPlace {
  const made = CeremonyPlace.create(NAMES);
  places.push(made);
  return made;
}

describe("a founding with new components", () => {
  it("is done, and the token is sound", () => {
    expect(played).toMatchObject({ code: 0, out: `${place.path("found.jsonl")}\n` });
    expect(played.err).toMatch(/^The ceremony is done\.[^\n]+\n( {2}([a-z]{5} ?){8}\n){2}$/);
    expect(place.run("doctor")).toMatchObject({ code: 0, out: expect.stringContaining("Healthy") });
  });

  it("enrols everyone in the role that they had", () => {
    const directory = parseOfficerDirectory(place.read("officers.jsonl"), new AuditPublicKey(place.read("audit-key.pem")));
    const roles = directory.officers.map(({ name, roles }) => `${name} ${roles}`);
    expect(roles).toEqual([
      "anna keyManager",
      "ben keyManager",
      "carla custodian",
      "dan custodian",
      "eva custodian",
      "fred auditor",
    ]);
  });

  it("leaves a transcript that holds, and no longer does with one digit changed", () => {
    const auditPublicKey = new AuditPublicKey(place.read("audit-key.pem"));
    const text = place.read("found.jsonl");
    expect(verifyTranscript(text, { auditPublicKey })).toMatchObject({ holds: true });
    const changed = text.replace(/"value":"[0-9A-F]/, '"value":"_').replace("_", text.includes('"value":"0') ? "1" : "0");
    expect(verifyTranscript(changed, { auditPublicKey })).toMatchObject({ holds: false });
  });

  it("shows each component once, to its custodian, and writes it nowhere", () => {
    expect(played.written).toHaveLength(3);
    const screens = played.screen.split("\x1b[H\x1b[2J\x1b[3J");
    for (const { digits } of played.written) {
      expect(digits).toMatch(/^[0-9A-F]{64}$/);
      const group = digits.match(/.{4}/g)?.join(" ").slice(0, 39) ?? "";
      expect(screens.filter((screen) => screen.includes(group))).toHaveLength(1);
      for (const sink of [played.out, played.err, place.read("found.jsonl"), place.read("officers.jsonl")]) {
        expect(sink.toUpperCase()).not.toContain(digits.slice(0, 12));
      }
    }
    for (const { passphrase } of place.players.values()) expect(played.screen).not.toContain(passphrase.slice(-8));
  });

  it("fits into 80 columns, and needs no colour", () => {
    const text = played.screen.replaceAll("\x1b[H\x1b[2J\x1b[3J", "");
    expect(text).not.toContain("\x1b");
    expect(Math.max(...text.split(/\r?\n/).map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it("is not done twice: refused before anything is touched", async () => {
    const { code, err, prompts } = await play(place, foundingPlan(place, "again"));
    expect({ code, prompts }).toEqual({ code: 2, prompts: [] });
    expect(err).toContain("officers' directory in its place already");
    expect(place.has("again.jsonl")).toBe(false);
  });
});

describe("the same master key in another token", () => {
  it("comes from the custodians' papers, and opens what the first token sealed", async () => {
    const other = newPlace();
    const components = played.written.map(({ digits }) => digits);
    const checkValue = checkValueOf(place, "found.jsonl");
    const body = `masterKey: { from: components, components: 3, expectedCheckValue: "${checkValue}" }\n`;
    const plan = other.plan("restore", "restore-master-key", `${foundingOfficers(other)}${body}`);
    expect(await play(other, plan, { components, checkValue })).toMatchObject({ code: 0 });
    expect(checkValueOf(other, "restore.jsonl")).toBe(checkValue);
    expect(place.run("key", "generate", "--name", "a/key", "--usage", "P0").code).toBe(0);
    other.takeRegisterOf(place);
    expect(other.run("register", "verify")).toMatchObject({ code: 0 });
  });

  it("is refused when a component is another one: no key, and the transcript says why", async () => {
    const other = newPlace();
    const [first = "", second = "", third = ""] = played.written.map(({ digits }) => digits);
    const changed = `${first.slice(0, 10)}${first[10] === "0" ? "1" : "0"}${first.slice(11)}`;
    const checkValue = checkValueOf(place, "found.jsonl");
    const body = `masterKey: { from: components, components: 3, expectedCheckValue: "${checkValue}" }\n`;
    const plan = other.plan("restore", "restore-master-key", `${foundingOfficers(other)}${body}`);
    const aborted = await play(other, plan, { components: [changed, second, third], checkValue });
    expect(aborted).toMatchObject({ code: 1, err: expect.stringContaining("check value is not the expected one") });
    expect(lastLine(other, "restore.jsonl")).toMatchObject({ kind: "aborted", reason: "checkValueDiffers" });
    expect(other.run("doctor").code).toBe(3);
    expect(other.has("officers.jsonl")).toBe(false);
    expect(other.tokenObjects).toBe(0);
  });
});

describe("a founding with shares", { timeout: 300_000 }, () => {
  const people = (at: CeremonyPlace, ...custodians: readonly string[]) => {
    const [anna, ben] = ["anna", "ben"].map((name) => at.newOfficer(name));
    return `officers:\n  keyManagers: [${anna}, ${ben}]\n  custodians: [${custodians.map((name) => at.newOfficer(name))}]\n`;
  };

  it("is restored in another token by any three of four custodians", async () => {
    const [first, second] = [newPlace(), newPlace()];
    const body = `${people(first, "carla", "dan", "eva", "fred")}masterKey: { from: newShares, shares: 4, threshold: 3 }\n`;
    const { code, written } = await play(first, first.plan("found", "found", body));
    expect({ code, shares: written.length }).toEqual({ code: 0, shares: 4 });
    const checkValue = checkValueOf(first, "found.jsonl");
    const papers = [written[3], written[1], written[0]];
    const restored = `masterKey: { from: shares, threshold: 3, expectedCheckValue: "${checkValue}" }\n`;
    const plan = second.plan("restore", "restore-master-key", `${people(second, "fred", "dan", "carla")}${restored}`);
    const components = papers.map((paper) => paper?.digits ?? "");
    const shareNumbers = papers.map((paper) => paper?.shareNumber ?? 0);
    const exchanged = [shareNumbers[1] ?? 0, shareNumbers[0] ?? 0, shareNumbers[2] ?? 0];
    const wrong = second.plan("wrong", "restore-master-key", `${people(second, "fred", "dan", "carla")}${restored}`);
    const ended = await play(second, wrong, { components, shareNumbers: exchanged, checkValue });
    expect(ended).toMatchObject({ code: 1, err: expect.stringContaining("check value is not the expected one") });
    expect({ objects: second.tokenObjects, directory: second.has("officers.jsonl") }).toEqual({ objects: 0, directory: false });
    expect(await play(second, plan, { components, shareNumbers, checkValue })).toMatchObject({ code: 0 });
    expect(checkValueOf(second, "restore.jsonl")).toBe(checkValue);
  });
});
