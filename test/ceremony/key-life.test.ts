import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TerminalRun } from "../../examples/ceremony/officers/pseudo-terminal.js";
import { ScriptedOfficers } from "../../examples/ceremony/officers/script.js";
import { CeremonyPlace } from "./support/ceremony-place.js";
import { foundingPlan, NAMES } from "./support/plans.js";

let place: CeremonyPlace;

beforeAll(async () => {
  place = CeremonyPlace.create(NAMES);
  const terminal = place.start("ceremony", "run", foundingPlan(place), "--officer-keys", place.path("keys"));
  expect(await new ScriptedOfficers(place, {}).play(terminal)).toMatchObject({ code: 0 });
  for (const name of ["zone/pin", "zone/pin", "zone/mac"]) {
    expect(place.run("key", "generate", "--name", name, "--usage", "P0")).toMatchObject({ code: 0 });
  }
}, 300_000);
afterAll(() => place.remove());

const PHRASE = "Destroyed for ever. Type the key";

/** Runs a command that officers sign at the terminal. */
async function signed(officers: readonly string[], ...args: readonly string[]): Promise<TerminalRun> {
  const terminal = place.start("key", ...args, "--officer-keys", place.path("keys"));
  for (const name of officers) {
    await terminal.answer("Your name as an officer", name);
    const player = place.players.get(name);
    if (player !== undefined) await terminal.answer(`Passphrase of ${name}`, player.passphrase);
  }
  return terminal.ended;
}

const stateOf = (key: string): unknown => JSON.parse(place.run("key", "show", key, "--json").out).state;

describe("a key's life at the terminal", () => {
  it("begins when two key managers sign, who both see what they sign", async () => {
    expect(stateOf("zone/mac")).toBe("pending");
    const run = await signed(["anna", "ben"], "activate", "zone/mac");
    expect(run).toMatchObject({ code: 0, out: "zone/mac@1 active\n" });
    expect(run.screen.match(/kind +key\.activate/g)).toHaveLength(2);
    expect(run.screen).toMatch(/key +zone\/mac@1\r?\n/);
    expect(stateOf("zone/mac")).toBe("active");
  }, 120_000);

  it.each([
    ["the same officer twice", ["anna", "anna"], 1],
    ["a custodian", ["anna", "carla"], 1],
    ["an auditor", ["fred", "ben"], 1],
    ["nobody", [""], 1],
  ])(
    "does not change for %s",
    async (_who, officers, code) => {
      expect(await signed(officers, "suspend", "zone/mac")).toMatchObject({ code, out: "" });
      expect(stateOf("zone/mac")).toBe("active");
    },
    120_000,
  );

  it("goes on in the next version by a rotation that is one step", async () => {
    expect(await signed(["anna", "ben"], "activate", "zone/pin@1")).toMatchObject({ code: 0 });
    const run = await signed(["ben", "anna"], "rotate", "zone/pin", "--overlap-days", "30");
    expect(run).toMatchObject({ code: 0, out: "zone/pin@2 active\nzone/pin@1 retired\n" });
    const { keys } = JSON.parse(place.run("key", "list", "--state", "retired", "--json").out) as { keys: unknown[] };
    expect(keys).toMatchObject([{ name: "zone/pin", version: 1, state: "retired" }]);
  }, 120_000);

  it("does not end before its time", async () => {
    const run = await signed([], "destroy", "zone/pin@1");
    expect(run).toMatchObject({ code: 1, out: "", err: expect.stringContaining("waiting time is not over") });
    expect(run.screen).not.toContain(PHRASE);
  }, 120_000);

  it("is decided by officers who are elsewhere, too, and by no other statement than theirs", async () => {
    const statement = place.path("suspend.statement");
    expect(place.run("key", "statement", "suspend", "zone/mac", "--reason", "compromised", "--out", statement)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/reason +compromised/),
    });
    for (const name of ["anna", "ben"]) {
      const keyFile = place.path(`keys/${name}.key`);
      const terminal = place.start("officer", "sign", statement, "--by", keyFile, "--out", `${statement}.${name}`);
      await terminal.answer(/To sign, type:[^>]*> /, "I approve");
      await terminal.answer("Passphrase of", place.players.get(name)?.passphrase ?? "");
      expect(await terminal.ended).toMatchObject({ code: 0 });
    }
    const changed = place.path("changed.statement");
    writeFileSync(changed, readFileSync(statement, "utf8").replace("compromised", "precaution"));
    const apply = (file: string, ...by: string[]) =>
      place.run("key", "apply", file, ...by.map((name) => `${statement}.${name}`));
    expect(apply(changed, "anna", "ben")).toMatchObject({ code: 1, out: "" });
    expect(apply(statement, "anna")).toMatchObject({ code: 1, out: "" });
    expect(apply(statement, "anna", "ben")).toMatchObject({ code: 0, out: "zone/mac@1 suspended\n" });
    expect(apply(statement, "anna", "ben")).toMatchObject({ code: 1, out: "" });
    expect(await signed([], "resume", "zone/mac")).toMatchObject({ code: 1, err: expect.stringContaining("compromised") });
  }, 240_000);

  it("lists what a compromised key exposes, and prepares its suspension where there is one", () => {
    const prepared = place.run("key", "compromised", "zone/pin", "--json", "--statements", place.path("."));
    expect(prepared.code).toBe(0);
    const { keys } = JSON.parse(prepared.out) as { keys: { id: string; name: string; version: number; state: string }[] };
    expect(keys).toMatchObject([{ name: "zone/pin", version: 2, state: "active" }]);
    const statement = readFileSync(place.path(`${keys[0]?.id}.statement`), "utf8");
    for (const part of ['"key.suspend"', '"compromised"', '"zone/pin@2"']) expect(statement).toContain(part);
    const suspended = place.run("key", "compromised", "zone/mac", "--statements", place.path("."));
    expect(suspended).toMatchObject({ code: 0, err: expect.stringContaining("zone/mac@1 is suspended") });
  }, 120_000);
});
