/**
 * The ceremonies' demo: five officers found a token and load a BDK, on a terminal that is shown as it happens; then the transcripts are
 * verified, and a copy with one changed character is not. `npm run demo -- ceremony` sets up and compiles first.
 * Exit code: 0 everything as expected, 1 not everything.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Installation } from "./installation.js";
import { type Papers, ScriptedOfficers } from "./officers/script.js";
import { writeLetters } from "./vendor.js";

const ROOT = new URL("../../../", import.meta.url);
const PROGRAM = fileURLToPath(new URL("dist/cli/main.js", ROOT));
const OFFICERS = ["anna", "ben", "carla", "dan", "eva"] as const;

/** Long enough to see who is asked. */
const PACE_MS = process.argv.includes("--fast") ? 0 : 250;

const CLEAR = "\x1b[H\x1b[2J\x1b[3J";

const say = (text: string) => process.stdout.write(`\n${"=".repeat(80)}\n${text}\n${"=".repeat(80)}\n`);

/** The officers' screen, one below the other: where it is cleared for the next officer, a line is left free. */
const show = (text: string) => process.stdout.write(text.replaceAll(CLEAR, "\n"));

async function hold(installation: Installation, plan: string, papers: Papers = {}): Promise<boolean> {
  const args = ["ceremony", "run", plan, "--officer-keys", installation.path("keys")];
  const terminal = installation.start(show, ...args);
  const officers = new ScriptedOfficers(
    installation,
    papers,
    () => undefined,
    () => pause(PACE_MS),
  );
  const { code, err } = await officers.play(terminal);
  process.stdout.write(err);
  return code === 0;
}

function verify(installation: Installation, transcript: string): boolean {
  const keys = ["--key", installation.path("audit-key.pem"), "--officers", installation.path("officers.jsonl")];
  const { code, out } = installation.run("ceremony", "verify", installation.path(transcript), ...keys);
  process.stdout.write(`\n$ pinmac ceremony verify ${transcript}    (exit code ${code})\n${out}`);
  return code === 0;
}

function template(name: string): string {
  return readFileSync(new URL(`examples/ceremony/${name}`, ROOT), "utf8");
}

async function main(): Promise<boolean> {
  const installation = new Installation(PROGRAM);
  try {
    say("Five officers make keys of their own, each under a passphrase.");
    for (const name of OFFICERS) {
      await installation.enlist(name);
      process.stdout.write(`${name.padEnd(6)} ${installation.players.get(name)?.fingerprint}\n`);
    }
    say("The founding: a storage master key from three components. What is typed unseen is not shown here either.");
    const isFounded = await hold(installation, installation.plan("found.yaml", template("found.yaml")));
    say("A vendor's BDK comes in two components. Its check value came by another way, to ben.");
    const isLoaded = await hold(installation, installation.plan("load-bdk.yaml", template("load-bdk.yaml")), writeLetters());
    process.stdout.write(`\n$ pinmac key list\n${installation.run("key", "list").out}`);
    say("An auditor verifies both transcripts, with public keys alone; and a copy in which another officer's name stands.");
    const doHold = verify(installation, "found.jsonl") && verify(installation, "load-bdk.jsonl");
    const tampered = installation.read("load-bdk.jsonl").replace('"officer":"dan"', '"officer":"eva"');
    writeFileSync(installation.path("tampered.jsonl"), tampered);
    const isCaught = !verify(installation, "tampered.jsonl");
    return isFounded && isLoaded && doHold && isCaught;
  } finally {
    installation.remove();
  }
}

const isAsExpected = await main();
say(isAsExpected ? "Everything as expected." : "NOT everything as expected.");
process.exitCode = isAsExpected ? 0 : 1;
