/** The engine in one process, as a lane runs it, under BDKs: one translation after the other. */
import { countOneBits } from "../../src/dukpt/one-bits.js";
import type { EngineCommand, EngineOutcome } from "../../src/engine/commands/command.js";
import type { ProgramEngine } from "../../src/engine/lanes/lane-program.js";
import { type Pan, parsePan } from "../../src/pin/index.js";
import { type DukptSetup, type DukptTask, SOURCE_KEY_NAME, TARGET_KEY_NAME } from "../dukpt/setup.js";
import { DUKPT_SUBJECTS, type DukptSubject, STATIC_SUBJECT } from "../dukpt/subjects.js";
import { encipherAtTerminal } from "../dukpt/terminal.js";
import type { Sample } from "../figures/index.js";
import { openBenchEngine } from "../stage/bench-engine.js";
import { PAN, PIN_BLOCK, TRANSLATED_PIN_BLOCK } from "../stage/fixture.js";
import { serveWorker } from "../stage/serve-worker.js";

/** Translations that are made ready together, outside of the time that is measured. */
const CHUNK = 256;

/** A translation, and how many keys stand between the BDK and its working key, that one included. */
interface Translation {
  readonly command: EngineCommand;
  readonly steps: number;
}

serveWorker<DukptSetup, DukptTask, Sample>(async (setup) => {
  const engine: ProgramEngine = openBenchEngine(setup);
  const sources = openSources(setup);
  return { facts: {}, run: (task) => runRound(engine, sources, task), close: () => engine.close() };
});

/** Where the translations of each subject come from. */
function openSources({ sealedKeys }: DukptSetup): ReadonlyMap<string, () => Translation> {
  const pan = parsePan(PAN);
  const keyNamed = (name: string): Buffer => Buffer.from(sealedKeys[name] ?? "", "base64");
  const target = { key: { sealedKey: keyNamed(TARGET_KEY_NAME) }, format: 0 } as const;
  const command = (sealedKey: Buffer, format: 0 | 4, pinBlock: Buffer, ksn?: Buffer): EngineCommand => ({
    kind: "translatePin",
    source: { key: { sealedKey, ...(ksn && { ksn }) }, format, pinBlock },
    target,
    pan,
  });
  const fixed: Translation = { command: command(keyNamed(SOURCE_KEY_NAME), 0, PIN_BLOCK), steps: 0 };
  return new Map<string, () => Translation>([
    [STATIC_SUBJECT, () => fixed],
    ...DUKPT_SUBJECTS.map((subject) => [subject.name, sourceOf(subject, keyNamed, command, pan)] as const),
  ]);
}

function sourceOf(
  { bdk, openEstate }: DukptSubject,
  keyNamed: (name: string) => Buffer,
  command: (sealedKey: Buffer, format: 0 | 4, pinBlock: Buffer, ksn: Buffer) => EngineCommand,
  pan: Pan,
): () => Translation {
  const estate = openEstate();
  const sealedKey = keyNamed(bdk.draft.name);
  return () => {
    const transaction = estate.next().value;
    const { ksn, pinBlock } = encipherAtTerminal(bdk, transaction, pan);
    return { command: command(sealedKey, bdk.format, pinBlock, ksn), steps: countOneBits(transaction.counter) + 2 };
  };
}

async function runRound(
  engine: ProgramEngine,
  sources: ReadonlyMap<string, () => Translation>,
  { subject, seconds }: DukptTask,
): Promise<Sample> {
  const next = sources.get(subject);
  if (next === undefined) throw new Error("There is no such subject.");
  const objectsBefore = engine.objectsCreated ?? 0;
  let [elapsed, count, steps] = [0, 0, 0];
  while (elapsed < seconds * 1_000) {
    const chunk = Array.from({ length: CHUNK }, next);
    elapsed += await timeChunk(engine, chunk);
    count += CHUNK;
    steps += chunk.reduce((sum, translation) => sum + translation.steps, 0);
  }
  const objects = (engine.objectsCreated ?? 0) - objectsBefore;
  return {
    value: (count * 1_000) / elapsed,
    details: { "keys from the BDK": steps / count, "objects made": objects / count },
  };
}

/** Does the translations one by one, as a lane does. @returns milliseconds */
async function timeChunk(engine: ProgramEngine, chunk: readonly Translation[]): Promise<number> {
  const outcomes: (EngineOutcome | undefined)[] = [];
  const begin = performance.now();
  for (const { command } of chunk) outcomes.push((await engine.execute([command]))[0]);
  const elapsed = performance.now() - begin;
  for (const outcome of outcomes) {
    // A wrong answer is not worth measuring.
    if (outcome?.kind !== "translatePin" || !outcome.pinBlock.equals(TRANSLATED_PIN_BLOCK)) {
      throw new Error(`The engine translated wrongly: ${outcome?.kind === "refused" ? outcome.reason : "another PIN block"}.`);
    }
  }
  return elapsed;
}
