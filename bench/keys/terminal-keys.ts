import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { KeyRecords } from "../load/load-task.js";
import type { Progress } from "../settings.js";
import { type BenchToken, type Stage, type Worker, withRegister } from "../stage/index.js";
import type { FileTask } from "./file-task.js";
import { PIN_BLOCK_LENGTH, terminalKeyName } from "./key-records.js";

/** Keys of one file. */
const PER_FILE = 10_000;
/** Processes that make keys: as many as this machine has cores. */
const MAKERS = 2;

/** The files of so many terminal keys, made as far as they are missing, and registered by name. */
export async function prepareTerminalKeys(
  token: BenchToken,
  stage: Stage,
  count: number,
  progress: Progress,
): Promise<Omit<KeyRecords, "reference" | "count" | "begin">> {
  const files = Array.from({ length: Math.ceil(count / PER_FILE) }, (_, index) =>
    join(token.token.directory, `keys-${String(index).padStart(4, "0")}.bin`),
  );
  const missing = files.flatMap((file, index) =>
    existsSync(file) ? [] : [{ file, first: index * PER_FILE, count: PER_FILE } satisfies FileTask],
  );
  await makeFiles(stage, missing, progress);
  const recordLength = recordLengthOf(files);
  await registerFiles(token, files, recordLength, progress);
  return { files, recordsPerFile: PER_FILE, recordLength };
}

/** @throws Error when files of another version of sealed keys were kept */
function recordLengthOf(files: readonly string[]): number {
  const lengths = new Set(files.map((file) => statSync(file).size / PER_FILE));
  const [length] = lengths;
  if (length === undefined || lengths.size > 1) throw new Error("The terminal keys are of several kinds: delete var/bench.");
  return length;
}

async function makeFiles(stage: Stage, missing: FileTask[], progress: Progress): Promise<void> {
  const all = missing.length;
  const makers: Worker<FileTask, number>[] = [];
  // One after the other: who logs in writes to the token's files, and who opens the token meanwhile may find it half written.
  while (makers.length < Math.min(MAKERS, all)) makers.push(await stage.worker("terminal-key-worker", stage.place));
  let made = 0;
  const work = async (maker: Worker<FileTask, number>): Promise<void> => {
    for (let task = missing.shift(); task !== undefined; task = missing.shift()) {
      await maker.run(task);
      made += 1;
      progress(`making terminal keys, once: ${made} of ${all} files of ${PER_FILE.toLocaleString("en-US")}`);
    }
  };
  await Promise.all(makers.map(work));
  for (const maker of makers) await maker.close();
}

/** A file is registered as a whole, so its first key speaks for all. */
async function registerFiles(
  { token, register: path }: BenchToken,
  files: readonly string[],
  recordLength: number,
  progress: Progress,
): Promise<void> {
  await withRegister(token, path, async (register) => {
    for (const [index, file] of files.entries()) {
      const isThere = await register.get(terminalKeyName(index * PER_FILE)).catch(() => undefined);
      if (isThere !== undefined) continue;
      const bytes = readFileSync(file);
      await register.addAll(
        Array.from({ length: PER_FILE }, (_, record) =>
          bytes.subarray(record * recordLength + PIN_BLOCK_LENGTH, (record + 1) * recordLength),
        ),
      );
      progress(`registering terminal keys, once: file ${index + 1} of ${files.length}`);
    }
  });
}
