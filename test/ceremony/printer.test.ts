import { spawnSync } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { CeremonyPlace } from "./support/ceremony-place.js";
import { checkValueOfKey } from "./support/partner.js";
import { foundingOfficers, foundingPlan, generatingPlan, NAMES } from "./support/plans.js";
import { checkValueOf, keysOf, lastLine, play } from "./support/play.js";

let place: CeremonyPlace;
let folder = "";
let reader = -1;
const printer = () => join(folder, "printer");

beforeAll(async () => {
  place = CeremonyPlace.create(NAMES);
  expect(await play(place, foundingPlan(place))).toMatchObject({ code: 0 });
}, 300_000);
beforeEach(() => {
  // Plans name devices below /dev, and this is a folder there.
  folder = mkdtempSync("/dev/shm/pinmac-");
  expect(spawnSync("mkfifo", [printer()]).status).toBe(0);
  reader = openSync(printer(), constants.O_RDONLY | constants.O_NONBLOCK);
});
afterEach(() => {
  if (reader >= 0) closeSync(reader);
  rmSync(folder, { recursive: true });
});
afterAll(() => place.remove());

function takeAll(): string {
  const bytes = Buffer.alloc(65_536);
  return bytes.toString("ascii", 0, readSync(reader, bytes));
}

const digitsOf = (paper: string) => (/((?:[0-9A-F]{4}\s+){16})/.exec(paper)?.[1] ?? "").replace(/\s/g, "");
const planOf = (key: string, name: string) => {
  const more = `  keyBlockVersion: D\n  exportability: N\nnewComponents: 2\nprinter: ${printer()}\n`;
  return generatingPlan(place, key, "K1", more, name, ["eva", "carla"]);
};

describe("components on a printer", { timeout: 300_000 }, () => {
  it("a key's components go to paper, and nowhere else", async () => {
    const papers: string[] = [];
    const takePaper = () => {
      papers.push(takeAll());
      return digitsOf(papers.at(-1) ?? "");
    };
    const { code, written, screen, prompts } = await play(place, planOf("partner/kbpk", "printed"), { takePaper });
    expect({ code, count: written.length }).toEqual({ code: 0, count: 2 });
    expect(prompts.some(({ kind }) => kind === "written")).toBe(false);
    expect(papers.map((paper) => /Paper +(.*)\r/.exec(paper)?.[1])).toEqual(["component 1 of 2", "component 2 of 2"]);
    expect(screen).toContain("Component 2 of 2 is on the printer. Take the paper; nobody else looks.");
    const transcript = place.read("printed.jsonl");
    const [first, second] = written.map(({ digits }) => Buffer.from(digits, "hex"));
    const key = Buffer.from(first?.map((byte, at) => byte ^ (second?.[at] ?? 0)) ?? []);
    expect(checkValueOf(place, "printed.jsonl")).toBe(checkValueOfKey("AES", key));
    for (const { digits } of written) {
      expect(digits).toHaveLength(64);
      for (const text of [screen.replace(/\s/g, ""), transcript]) {
        for (let at = 0; at < 64; at += 8) expect(text.toUpperCase()).not.toContain(digits.slice(at, at + 8));
      }
    }
    expect(transcript.match(/"fact":"printed","of":"component","number":[12]/g)).toHaveLength(2);
    const keys = ["--key", place.path("audit-key.pem"), "--officers", place.path("officers.jsonl")];
    expect(place.run("ceremony", "verify", place.path("printed.jsonl"), ...keys)).toMatchObject({ code: 0 });
    const form = place.run("ceremony", "paper", place.path("printed.jsonl"), ...keys);
    expect(form.out).toContain("component 2 was printed, for its custodian");
    expect(keysOf(place)).toContain("partner/kbpk@1");
  });

  it("the storage master key's shares go to paper, each with its number", async () => {
    const other = CeremonyPlace.create(NAMES);
    try {
      const papers: string[] = [];
      const takePaper = () => {
        papers.push(takeAll());
        return digitsOf(papers.at(-1) ?? "");
      };
      const masterKey = `masterKey: { from: newShares, shares: 3, threshold: 3, printer: ${printer()} }\n`;
      const plan = other.plan("found", "found", `${foundingOfficers(other)}${masterKey}`);
      expect(await play(other, plan, { takePaper })).toMatchObject({ code: 0 });
      const numbers = papers.map((paper) => /Share number +(\d+)\r/.exec(paper)?.[1]);
      expect(new Set(numbers.filter((number) => number !== undefined)).size).toBe(3);
      for (const paper of papers) expect(paper).toContain("Key           storage master key\r\n");
      expect(other.read("found.jsonl").match(/"fact":"printed","of":"share","number":[123]/g)).toHaveLength(3);
    } finally {
      other.remove();
    }
  });

  it("a printer that is gone ends it, without a key", async () => {
    const takePaper = () => {
      const paper = takeAll();
      closeSync(reader);
      reader = -1;
      return digitsOf(paper);
    };
    const played = await play(place, planOf("partner/gone", "gone"), { takePaper });
    expect(played).toMatchObject({ code: 1, err: expect.stringContaining("printer did not take") });
    expect(played.written).toHaveLength(1);
    expect(lastLine(place, "gone.jsonl")).toMatchObject({ kind: "aborted", reason: "printerFailed" });
    expect(keysOf(place)).not.toContain("partner/gone@1");
  });

  it("a printer that nobody reads is refused before anything is asked", async () => {
    closeSync(reader);
    reader = -1;
    const { code, err, prompts } = await play(place, planOf("partner/none", "none"));
    expect({ code, prompts }).toEqual({ code: 2, prompts: [] });
    expect(err).toContain("plan's printer is not a device");
    expect(place.has("none.jsonl")).toBe(false);
  });
});
