import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { PseudoTerminal, type TerminalRun } from "../../examples/ceremony/officers/pseudo-terminal.js";

const PROGRAM = fileURLToPath(new URL("./support/asking.mjs", import.meta.url));

function start(conversation: string, env: NodeJS.ProcessEnv = {}): PseudoTerminal {
  return PseudoTerminal.start([process.execPath, PROGRAM, conversation], {
    cwd: tmpdir(),
    env: { PATH: "/usr/bin:/bin", ...env },
  });
}

const digits = (text: string) => text.replace(/[^0-9A-F]/gi, "");
const hexOf = (bytes: Buffer) => bytes.toString("hex").toUpperCase();

describe("a component", () => {
  const typed = hexOf(randomBytes(16));

  it("is typed twice unseen, in groups or not, and its check value compared", async () => {
    const terminal = start("component");
    await terminal.answer("component 1 of 2:", typed.match(/.{4}/g)?.join(" ") ?? "");
    await terminal.answer("once more:", typed.toLowerCase());
    await terminal.expect("Check value A1B2C3");
    await terminal.answer("check value:", "a1b2c3");
    const run = await terminal.ended;
    expect(run).toMatchObject({ code: 0, out: "done 16\n", err: "" });
    expect(run.screen).toContain("**** **** **** **** **** **** **** ****");
    for (let at = 0; at + 6 <= typed.length; at += 1) {
      expect(digits(run.screen.toUpperCase())).not.toContain(typed.slice(at, at + 6));
    }
  });

  it("is asked three times: too short, two that differ, a check value that is not the paper's", async () => {
    const terminal = start("component");
    await terminal.answer("component 1 of 2:", typed.slice(0, 31));
    await terminal.expect("not a whole number of bytes. 2 more tries.");
    await terminal.answer("component 1 of 2:", typed);
    await terminal.answer("once more:", hexOf(randomBytes(16)));
    await terminal.expect("differ. 1 more try.");
    await terminal.answer("component 1 of 2:", typed);
    await terminal.answer("once more:", typed);
    await terminal.answer("check value:", "A1B2C4");
    await terminal.expect("third try");
    expect(await terminal.ended).toMatchObject({ code: 1, out: "TriesExhausted\n" });
  });

  it("takes hex digits only, no more than it has, and backspace and Ctrl-U", async () => {
    const terminal = start("component");
    await terminal.expect("component 1 of 2:");
    terminal.type(`00zx\x7f\x15${typed.slice(0, 30)}0\x7f${typed.slice(30)}FFFF\r`);
    await terminal.answer("once more:", typed);
    await terminal.answer("check value:", "A1B2C3");
    expect(await terminal.ended).toMatchObject({ code: 0, out: "done 16\n" });
  });
});

describe("a component that is shown", () => {
  it("is shown once, in groups of four, cleared, and typed back", async () => {
    const component = hexOf(randomBytes(32));
    const terminal = start("show", { COMPONENT: component });
    const shown = await terminal.answer("Press Enter", "");
    expect(shown).toMatch(/^(?:[0-9A-F]{4} ?){8}\s*$/m);
    expect(digits(shown)).toContain(component);
    const cleared = await terminal.expect("Type it back");
    expect(cleared).toContain("\x1b[H\x1b[2J\x1b[3J");
    await terminal.answer("component 1 of 2:", hexOf(randomBytes(32)));
    await terminal.answer("not what was shown", component);
    const run = await terminal.ended;
    expect(run).toMatchObject({ code: 0, out: "done\n" });
    expect(digits(run.screen).split(component)).toHaveLength(2);
  });
});

describe("a phrase", () => {
  it("is taken when it is typed exactly", async () => {
    const terminal = start("phrase");
    await terminal.answer("> ", "pos/bd");
    await terminal.answer("> ", "pos/bdk");
    expect(await terminal.ended).toMatchObject({ code: 0, out: "done\n" });
  });

  it("ends the ceremony at the third that is something else", async () => {
    const terminal = start("phrase");
    for (const wrong of ["yes", "POS/BDK", ""]) await terminal.answer("> ", wrong);
    expect(await terminal.ended).toMatchObject({ code: 1, out: "TriesExhausted\n" });
  });
});

describe("the end of a conversation", () => {
  const ends: readonly (readonly [string, string, (terminal: PseudoTerminal) => void])[] = [
    ["Ctrl-C", "interrupted", (terminal) => terminal.type("abc\x03")],
    ["Ctrl-D", "interrupted", (terminal) => terminal.type("\x04")],
    ["SIGTERM", "signalled", (terminal) => terminal.signal("SIGTERM")],
    ["SIGHUP", "terminalLost", (terminal) => terminal.signal("SIGHUP")],
    ["a line that is cut", "terminalLost", (terminal) => terminal.hangUp()],
  ];

  it.each(ends)("by %s is known as %s", async (_, end, act) => {
    const terminal = start("hidden");
    await terminal.expect("Passphrase: ");
    act(terminal);
    const run: TerminalRun = await terminal.ended;
    expect(run).toMatchObject({ code: 1, out: `TerminalEnded ${end}\n` });
  });

  it("shows nothing of a passphrase", async () => {
    const terminal = start("hidden");
    await terminal.answer("Passphrase: ", "correct horse battery");
    const run = await terminal.ended;
    expect(run).toMatchObject({ code: 0, out: "done 21\n" });
    expect(run.screen).not.toMatch(/corr|horse|batt|\*/);
  });
});

it("there is no ceremony without a terminal", async () => {
  const { spawnSync } = await import("node:child_process");
  const { status, stdout } = spawnSync("setsid", ["--wait", process.execPath, PROGRAM, "phrase"], { encoding: "utf8" });
  expect({ status, stdout }).toEqual({ status: 1, stdout: "ConfigurationError\n" });
});
