import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { AuditPublicKey } from "../../audit/index.js";
import { OfficerError } from "../officer-error.js";
import { DirectoryFault } from "./directory-fault.js";
import type { DirectoryHead } from "./entry.js";
import { OfficerDirectory } from "./officer-directory.js";
import { parseEntry } from "./parse-entry.js";

/** Names and public keys are for every auditor to read. */
const MODE = 0o644;

/**
 * The directory of `text`, every entry verified: form, chain, rules, approvals, seal.
 * @param expect an entry that was seen elsewhere: shows that nothing was cut off since
 * @throws DirectoryFault for the first entry that does not hold
 */
export function parseOfficerDirectory(text: string, key: AuditPublicKey, expect?: DirectoryHead): OfficerDirectory {
  const lines = text.split("\n");
  const rest = lines.pop();
  let directory = OfficerDirectory.EMPTY;
  for (const line of lines) {
    const entry = parseEntry(line);
    if (entry === undefined) throw new DirectoryFault("MALFORMED", directory.head.seq + 1);
    directory = directory.accept(entry, key);
  }
  if (rest !== "") throw new DirectoryFault("TORN", directory.head.seq + 1);
  if (expect !== undefined && directory.headAt(expect.seq)?.hash.equals(expect.hash) !== true)
    throw new DirectoryFault("EXPECTED", expect.seq);
  return directory;
}

/**
 * Reads `officers.jsonl`. A file that is not there is an empty directory: nobody is an officer.
 * @throws DirectoryFault; OfficerError DIRECTORY_UNREADABLE
 */
export function readOfficerDirectory(path: string, key: AuditPublicKey, expect?: DirectoryHead): OfficerDirectory {
  return parseOfficerDirectory(readText(path) ?? "", key, expect);
}

/**
 * Adds lines to the file, all or none, durable when this returns. They must follow what the file holds now.
 * @param follows the head that the first line follows
 * @throws OfficerError DIRECTORY_BUSY, DIRECTORY_CHANGED, DIRECTORY_UNREADABLE, DIRECTORY_UNWRITABLE; DirectoryFault
 */
export function appendToOfficerDirectory(
  path: string,
  key: AuditPublicKey,
  follows: DirectoryHead,
  lines: readonly string[],
): OfficerDirectory {
  const draft = `${path}.new`;
  const opened = openExclusively(draft);
  try {
    const text = readText(path) ?? "";
    const { head } = parseOfficerDirectory(text, key);
    if (head.seq !== follows.seq || !head.hash.equals(follows.hash)) throw new OfficerError("DIRECTORY_CHANGED");
    const whole = text + lines.join("");
    const directory = parseOfficerDirectory(whole, key);
    replace(path, draft, opened, whole);
    return directory;
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  } finally {
    closeSync(opened);
  }
}

/** @returns undefined when there is no such file */
function readText(path: string): string | undefined {
  try {
    return existsSync(path) ? readFileSync(path, "utf8") : undefined;
  } catch (cause) {
    throw new OfficerError("DIRECTORY_UNREADABLE", cause);
  }
}

/** The draft is the lock as well: only one process can make it. */
function openExclusively(path: string): number {
  try {
    return openSync(path, "wx", MODE);
  } catch (cause) {
    const isThere = (cause as NodeJS.ErrnoException).code === "EEXIST";
    throw new OfficerError(isThere ? "DIRECTORY_BUSY" : "DIRECTORY_UNWRITABLE", cause);
  }
}

/** A reader sees the file before or after, never a part; a crash leaves one of both. */
function replace(path: string, draft: string, opened: number, text: string): void {
  try {
    writeFileSync(opened, text);
    fsyncSync(opened);
    renameSync(draft, path);
    const folder = openSync(dirname(path), "r");
    fsyncSync(folder);
    closeSync(folder);
  } catch (cause) {
    throw new OfficerError("DIRECTORY_UNWRITABLE", cause);
  }
}
