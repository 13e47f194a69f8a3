import { randomBytes } from "node:crypto";
import { copyFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Deviation, Played, Prompt } from "../../examples/ceremony/officers/script.js";
import { setOddParity } from "../../src/engine/des-parity.js";
import { CeremonyPlace } from "./support/ceremony-place.js";
import { endAt, inTurns, listEndings } from "./support/endings.js";
import { foundingPlan, generatingPlan, loadingPlan, NAMES } from "./support/plans.js";
import { keysOf, lastLine, play, playOn, startPlan } from "./support/play.js";

let founded: CeremonyPlace;
const places: CeremonyPlace[] = [];
beforeAll(async () => {
  founded = CeremonyPlace.create(NAMES);
  places.push(founded);
  expect(await play(founded, foundingPlan(founded))).toMatchObject({ code: 0 });
}, 300_000);
afterAll(() => {
  for (const place of places) place.remove();
});

function newPlace(): CeremonyPlace {
  const place = founded.copy();
  places.push(place);
  return place;
}

function component(): string {
  const bytes = randomBytes(16);
  setOddParity(bytes);
  return bytes.toString("hex");
}

const shortest = (place: CeremonyPlace) => generatingPlan(place, "zone/pin", "P0", "  exportability: N\n");

describe("a ceremony that is ended leaves no key, and a transcript that says why", { timeout: 600_000 }, () => {
  it("with Ctrl-C, at every prompt; killed, at every step", async () => {
    const rehearsal = newPlace();
    const { code, prompts } = await play(rehearsal, shortest(rehearsal));
    expect(code).toBe(0);
    expect(keysOf(rehearsal)).toEqual(["zone/pin@1"]);
    expect(prompts.length).toBeGreaterThan(12);
    const endings = listEndings(prompts);
    expect(endings.filter(({ isKilled }) => isKilled).length).toBeGreaterThan(5);
    const place = newPlace();
    await inTurns(endings, async (ending) => {
      const { number, isKilled } = ending;
      const name = `${isKilled ? "killed" : "interrupted"}-${number}`;
      const plan = generatingPlan(place, "zone/pin", "P0", "  exportability: N\n", name);
      const played = await play(place, plan, {}, endAt(ending));
      if (isKilled) expect(played).toMatchObject({ signal: "SIGKILL" });
      else expect(played).toMatchObject({ code: 1, err: expect.stringContaining("Ctrl-C") });
      const last = lastLine(place, `${name}.jsonl`);
      if (isKilled) expect(last["kind"]).not.toBe("completed");
      else expect(last).toMatchObject({ kind: "aborted", reason: "interrupted" });
    });
    expect(keysOf(place)).toEqual([]);
    expect(place.run("doctor").code).toBe(0);
  });

  it("because the terminal is lost", async () => {
    const place = newPlace();
    const deviate: Deviation = ({ kind }, terminal) => {
      if (kind !== "checkValue") return undefined;
      terminal.hangUp();
      return "end";
    };
    await play(place, shortest(place), {}, deviate);
    expect(lastLine(place, "generate.jsonl")).toMatchObject({ kind: "aborted", reason: "terminalLost" });
    expect(keysOf(place)).toEqual([]);
  });

  it("because the disk is full", async () => {
    const place = newPlace();
    expect(place.run("key", "list").code).toBe(0);
    // Files may grow to 64 KiB. The transcript holds its plan, which is almost as long; the register is not near it.
    const plan = generatingPlan(place, "zone/pin", "P0", `  exportability: N\n# ${"x".repeat(62_000)}\n`);
    const terminal = place.startOnFullDisk(128, "ceremony", "run", plan, "--officer-keys", place.path("keys"));
    const played = await playOn(place, terminal);
    expect(played).toMatchObject({ code: 1, err: expect.stringContaining("could not be written") });
    expect(played.prompts.at(-1)?.step).toBeGreaterThan(0);
    expect(keysOf(place)).toEqual([]);
    const verdict = place.run("ceremony", "verify", place.path("generate.jsonl"), ...verificationKeys(place));
    expect(verdict).toMatchObject({ code: 4, out: expect.stringContaining("not finished") });
  });

  it.each([
    ["three wrong check values", "checkValue", "000000", "checkValue"],
    ["three wrong serial numbers", "phrase", "1234", "phrase"],
    ["three wrong words", "words", "these are not them", "planWords"],
    ["three wrong passphrases", "passphrase", "a wrong passphrase", "officerKey"],
  ] as const)("because of %s", async (_, kind, wrong, what) => {
    const place = newPlace();
    const deviate = (prompt: Prompt) => (prompt.kind === kind ? `${wrong}\r` : undefined);
    expect(await play(place, shortest(place), {}, deviate)).toMatchObject({
      code: 1,
      err: expect.stringContaining("third entry"),
    });
    expect(lastLine(place, "generate.jsonl")).toMatchObject({ kind: "aborted", reason: "triesExhausted" });
    expect(refusedTries(place, "generate.jsonl")).toEqual(
      [1, 2, 3].map((number) => ({ what, number, ...(what === "officerKey" && { officer: "anna" }) })),
    );
    const transcript = place.path("generate.jsonl");
    expect(place.run("ceremony", "verify", transcript, ...verificationKeys(place))).toMatchObject({ code: 0 });
    const paper = place.run("ceremony", "paper", transcript, ...verificationKeys(place));
    expect(paper.out.match(/- try [123] at the /g)).toHaveLength(3);
    expect(paper.out).not.toContain(wrong);
    expect(keysOf(place)).toEqual([]);
  });

  it("because another officer came", async () => {
    const place = newPlace();
    copyFileSync(place.path("keys/carla.key"), place.path("keys/ben.key"));
    const { code, screen } = await play(place, shortest(place));
    expect(code).toBe(1);
    expect(screen).toContain("That is not ben's key.");
    expect(keysOf(place)).toEqual([]);
  });

  it.each([
    [
      "the same component twice",
      () => {
        const one = component();
        return [one, one];
      },
      "entered before",
    ],
    ["a component of zeros", () => [component(), "00".repeat(16)], "all zeros"],
    [
      "a digit that is wrong",
      () => [component(), component().replace(/^./, (digit) => (Number.parseInt(digit, 16) ^ 1).toString(16))],
      "odd parity",
    ],
    ["a component that is too short", () => [component(), component().slice(2)], "not the length"],
  ])("because of %s", async (_, components, why) => {
    const place = newPlace();
    const played = await play(place, loadingPlan(place), { components: components() });
    expect(played).toMatchObject({ code: 1 });
    expect(played.screen).toContain(why);
    expect(lastLine(place, "load.jsonl")).toMatchObject({ kind: "aborted", reason: "triesExhausted" });
    expect(keysOf(place)).toEqual([]);
  });

  it("because a custodian brings another component: the second key manager's check value differs", async () => {
    const place = newPlace();
    const plan = loadingPlan(place, 'expectedCheckValue: "0A1B2C"\n');
    const played: Played = await play(place, plan, { components: [component(), component()] });
    expect(played).toMatchObject({ code: 1, err: expect.stringContaining("check value is not the expected one") });
    expect(lastLine(place, "load.jsonl")).toMatchObject({ kind: "aborted", reason: "checkValueDiffers" });
    expect(keysOf(place)).toEqual([]);
  });
});

describe("a founding that is killed", { timeout: 300_000 }, () => {
  it("once the keys are made: the token is refused until it is cleared", async () => {
    const place = CeremonyPlace.create(NAMES);
    places.push(place);
    const deviate: Deviation = ({ kind }, terminal) => {
      if (kind !== "checkValue") return undefined;
      terminal.kill();
      return "end";
    };
    expect(await play(place, foundingPlan(place), {}, deviate)).toMatchObject({ signal: "SIGKILL" });
    expect(place.has("officers.jsonl")).toBe(false);
    expect(place.run("doctor")).toMatchObject({ code: 3, err: "", out: expect.stringContaining("FOUNDING_UNFINISHED") });
    const again = await playOn(place, startPlan(place, foundingPlan(place, "again")));
    expect(again).toMatchObject({ code: 3, err: expect.stringContaining("FOUNDING_UNFINISHED") });
    const cleared = await playOn(place, place.start("ceremony", "clear"));
    expect(cleared).toMatchObject({ code: 0, out: expect.stringContaining("empty again") });
    expect(place.tokenObjects).toBe(0);
  });
});

/** What the refused lines of a transcript say. */
function refusedTries(place: CeremonyPlace, transcript: string): readonly unknown[] {
  const lines = place.read(transcript).trimEnd().split("\n");
  return lines.flatMap((line) => {
    const { facts = [] } = JSON.parse(line) as { facts?: readonly { fact: string }[] };
    return facts.filter(({ fact }) => fact === "refusedTry").map(({ fact: _fact, ...tried }) => tried);
  });
}

function verificationKeys(place: CeremonyPlace): readonly string[] {
  return ["--key", place.path("audit-key.pem"), "--officers", place.path("officers.jsonl")];
}
