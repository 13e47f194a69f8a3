import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Played } from "../../examples/ceremony/officers/script.js";
import { CeremonyPlace } from "./support/ceremony-place.js";
import { type Ending, endAt, inTurns, listEndings } from "./support/endings.js";
import { writePartnersLetters } from "./support/partner.js";
import { foundingOfficers, foundingPlan, loadingPlan, NAMES } from "./support/plans.js";
import { checkValueOf, keysOf, lastLine, play, playOn } from "./support/play.js";

const partner = writePartnersLetters();
const places: CeremonyPlace[] = [];
let empty: CeremonyPlace;
let founded: CeremonyPlace;
let played: Played;
beforeAll(async () => {
  empty = CeremonyPlace.create(NAMES);
  places.push(empty);
  founded = copyOf(empty);
  played = await play(founded, foundingPlan(founded));
  expect(played.code).toBe(0);
}, 300_000);
afterAll(() => {
  for (const place of places) place.remove();
});

function copyOf(place: CeremonyPlace): CeremonyPlace {
  const copy = place.copy();
  places.push(copy);
  return copy;
}

function checkTranscript(place: CeremonyPlace, transcript: string, { isKilled }: Ending): void {
  const last = lastLine(place, transcript);
  if (isKilled) expect(last["kind"]).not.toBe("completed");
  else expect(last).toMatchObject({ kind: "aborted", reason: "interrupted" });
}

const outcomeOf = ({ isKilled }: Ending) =>
  isKilled ? { signal: "SIGKILL" } : { code: 1, err: expect.stringContaining("Ctrl-C") as string };

/** The founding with the fewest people. */
function keysMadeInside(place: CeremonyPlace): string {
  const [anna, ben] = ["anna", "ben"].map((name) => place.newOfficer(name));
  return place.plan("found", "found", `officers: { keyManagers: [${anna}, ${ben}] }\nmasterKey: { from: token }\n`);
}

describe("a founding", { timeout: 600_000 }, () => {
  it("whose storage master key the token makes is done by two people", async () => {
    const place = copyOf(empty);
    expect(await play(place, keysMadeInside(place))).toMatchObject({ code: 0, written: [] });
    expect(place.run("doctor").code).toBe(0);
  });

  describe("with components that the custodians have", () => {
    const fromPapers = (place: CeremonyPlace) => {
      const checkValue = checkValueOf(founded, "found.jsonl");
      const components = played.written.map(({ digits }) => digits);
      const masterKey = `masterKey: { from: components, components: 3, expectedCheckValue: "${checkValue}" }\n`;
      return {
        plan: place.plan("found", "found", `${foundingOfficers(place)}${masterKey}`),
        papers: { components, checkValue },
      };
    };

    it("is done: the master key is the one of the papers", async () => {
      const place = copyOf(empty);
      const { plan, papers } = fromPapers(place);
      expect(await play(place, plan, papers)).toMatchObject({ code: 0, written: [] });
      expect(checkValueOf(place, "found.jsonl")).toBe(papers.checkValue);
      expect(place.run("doctor").code).toBe(0);
    });

    it("ends when one of them is entered by two custodians", async () => {
      const place = copyOf(empty);
      const { plan, papers } = fromPapers(place);
      const [first = "", , third = ""] = papers.components;
      expect(await play(place, plan, { components: [first, first, third] })).toMatchObject({ code: 1 });
      expect(lastLine(place, "found.jsonl")).toMatchObject({ kind: "aborted", reason: "triesExhausted" });
      expect({ objects: place.tokenObjects, directory: place.has("officers.jsonl") }).toEqual({ objects: 0, directory: false });
    });
  });

  it("that ends at any prompt, or is killed at any step, leaves no key that can be used, and a token that can be cleared", async () => {
    const { prompts } = played;
    expect(prompts.at(-1)?.step).toBe(12);
    let cleared = 0;
    await inTurns(listEndings(prompts), async (ending) => {
      const place = empty.copy();
      try {
        expect(await play(place, foundingPlan(place), {}, endAt(ending))).toMatchObject(outcomeOf(ending));
        checkTranscript(place, "found.jsonl", ending);
        expect(place.has("officers.jsonl") || place.has("audit-key.pem")).toBe(false);
        if (!ending.isKilled) expect(place.tokenObjects).toBe(0);
        if (place.tokenObjects === 0) return;
        const served = place.run("serve", "--allow-insecure-development");
        expect(served).toMatchObject({ code: 3, err: expect.stringContaining("FOUNDING_UNFINISHED") as string });
        expect(await playOn(place, place.start("ceremony", "clear"))).toMatchObject({ code: 0 });
        expect(place.tokenObjects).toBe(0);
        cleared += 1;
      } finally {
        place.remove();
      }
    });
    expect(cleared).toBeGreaterThan(3);
  });
});

describe("a loading", { timeout: 600_000 }, () => {
  it("that ends at any prompt, or is killed at any step, leaves no key", async () => {
    const rehearsal = copyOf(founded);
    const { code, prompts } = await play(rehearsal, loadingPlan(rehearsal), partner);
    expect({ code, keys: keysOf(rehearsal) }).toEqual({ code: 0, keys: ["pos/bdk@1"] });
    const place = copyOf(founded);
    const objects = place.tokenObjects;
    await inTurns(listEndings(prompts), async (ending) => {
      const name = `${ending.isKilled ? "killed" : "interrupted"}-${ending.number}`;
      expect(await play(place, loadingPlan(place, "", name), partner, endAt(ending))).toMatchObject(outcomeOf(ending));
      checkTranscript(place, `${name}.jsonl`, ending);
    });
    expect(keysOf(place)).toEqual([]);
    expect(place.tokenObjects).toBe(objects);
    expect(place.run("doctor").code).toBe(0);
  });
});
