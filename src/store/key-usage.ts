import { readFileSync, renameSync, writeFileSync } from "node:fs";

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

  constructor(path: string) {
    this.#path = path;
  }

  /** @param now seconds since 1970 */
  note(keyId: string, now: number): void {
    this.#noted.set(keyId, now - (now % HOUR));
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

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
}
