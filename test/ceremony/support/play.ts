import type { PseudoTerminal } from "../../../examples/ceremony/officers/pseudo-terminal.js";
import { type Deviation, type Papers, type Played, ScriptedOfficers } from "../../../examples/ceremony/officers/script.js";
import type { CeremonyPlace } from "./ceremony-place.js";

/** Runs a plan with its officers, who answer rightly but where `deviate` says otherwise. */
export function play(place: CeremonyPlace, plan: string, papers: Papers = {}, deviate?: Deviation): Promise<Played> {
  return playOn(place, startPlan(place, plan), papers, deviate);
}

/** As `play`, with the program started already. A defect of the program fails the test with its stack. */
export async function playOn(
  place: CeremonyPlace,
  terminal: PseudoTerminal,
  papers: Papers = {},
  deviate?: Deviation,
): Promise<Played> {
  const played = await new ScriptedOfficers(place, papers, deviate).play(terminal);
  if (played.code === 70) throw new Error(played.err);
  return played;
}

export function startPlan(place: CeremonyPlace, plan: string): PseudoTerminal {
  return place.start("ceremony", "run", plan, "--officer-keys", place.path("keys"));
}

/** The last line of a transcript. */
export function lastLine(place: CeremonyPlace, transcript: string): Record<string, unknown> {
  return JSON.parse(place.read(transcript).trimEnd().split("\n").at(-1) ?? "") as Record<string, unknown>;
}

/** Of the key that a ceremony ended with, as its transcript says it. */
export function checkValueOf(place: CeremonyPlace, transcript: string): string {
  return /"of":"key","checkValue":\{"method":"[A-Z_]+","value":"([0-9A-F]+)"/.exec(place.read(transcript))?.[1] ?? "";
}

/** The keys in the register, as `name@version`. */
export function keysOf(place: CeremonyPlace): readonly string[] {
  const { keys } = JSON.parse(place.run("key", "list", "--json").out) as { keys: { name: string; version: number }[] };
  return keys.map(({ name, version }) => `${name}@${version}`);
}
