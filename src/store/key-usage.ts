import { readFileSync, renameSync, statSync, writeFileSync } from "node:fs";

/** Every use within an hour is one to the report. */
const HOUR = 3_600;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** When keys were last used, by their ids: the beginning of the hour, in seconds since 1970. */
export type LastUses = ReadonlyMap<string, number>;

/**
 * The report of when keys were last used, in a file of its own: kept in memory, written now and then, and no part of what is signed or
 * sealed. A crash loses what was not written yet; an auditor goes by the audit log.
 */
export class KeyUsageFile {
  readonly #path: string;
  #noted = new Map<string, number>();
  /** The file as it was last read, and what told that it was that one. */
  #written: { readonly mark: string; readonly uses: LastUses } = { mark: "", uses: new Map() };

  constructor(path: string) {
    this.#path = path;
  }

  /** @param now seconds since 1970 */
  note(keyId: string, now: number): void {
    this.#noted.set(keyId, now - (now % HOUR));
  }

  /**
   * When a key was last used: the beginning of the hour, in seconds since 1970; undefined: not that anybody noted. Of other servers on the
   * register it knows what they have written. A file that cannot be read is as it was before.
   */
  lastUsed(keyId: string): number | undefined {
    this.#look();
    const known = [this.#noted.get(keyId), this.#written.uses.get(keyId)].filter((hour) => hour !== undefined);
    return known.length === 0 ? undefined : Math.max(...known);
  }

  /**
   * Adds what was noted to the file, which other servers on the same register write too: the later use counts. Nothing is lost when it
   * fails: the next one tries again.
   * @throws Error of the disk
   */
  flush(): void {
    if (this.#noted.size === 0) return;
    const uses = new Map(readLastUses(this.#path));
    for (const [id, hour] of this.#noted) uses.set(id, Math.max(hour, uses.get(id) ?? 0));
    const draft = `${this.#path}.${process.pid}.new`;
    writeFileSync(draft, [...uses].map(([id, hour]) => `${id} ${hour}\n`).join(""), { mode: 0o600 });
    renameSync(draft, this.#path);
    // What another server wrote in the same moment replaced this: the uses of the hour are written again the next time.
    const hour = [...this.#noted.values()].reduce((latest, noted) => Math.max(latest, noted));
    this.#noted = new Map([...this.#noted].filter(([, noted]) => noted === hour));
  }

  #look(): void {
    try {
      const mark = markOf(this.#path);
      if (mark !== this.#written.mark) this.#written = { mark, uses: readLastUses(this.#path) };
    } catch {
      // Writing it fails too, and that is logged: nobody who asks about a key is to suffer from it.
    }
  }
}

/** Reads the report; lines that are none are passed over, and without a file no key was used. */
export function readLastUses(path: string): LastUses {
  const lines = readText(path).split("\n");
  return new Map(
    lines.flatMap((line): [string, number][] => {
      const [id = "", hour = ""] = line.split(" ");
      return UUID.test(id) && /^[0-9]{1,12}$/.test(hour) ? [[id, Number(hour)]] : [];
    }),
  );
}

/** Each writing of the file is another file in its place. */
function markOf(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false, bigint: true });
  return found === undefined ? "" : `${found.ino}/${found.mtimeNs}`;
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
}
