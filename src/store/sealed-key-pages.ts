import SqliteDatabase from "better-sqlite3";

/** A key row as it stands in the file, not taken apart. */
export interface SealedKeyRow {
  readonly name: string;
  readonly version: number;
  readonly sealedKey: Buffer;
}

/**
 * All sealed keys of a register, page by page, read on a connection of its own. Each page is the state of its own time: keys that are
 * registered meanwhile may be in it.
 */
export function* sealedKeyPages(path: string, pageSize: number): Generator<readonly SealedKeyRow[]> {
  const database = new SqliteDatabase(path, { readonly: true, fileMustExist: true });
  try {
    const page = database.prepare<[string, number, number], SealedKeyRow>(
      "SELECT name, version, sealed_key AS sealedKey FROM keys WHERE (name, version) > (?, ?) ORDER BY name, version LIMIT ?",
    );
    for (let last = { name: "", version: 0 }; ; ) {
      const rows = page.all(last.name, last.version, pageSize);
      const end = rows.at(-1);
      if (end === undefined) return;
      yield rows;
      last = end;
    }
  } finally {
    database.close();
  }
}
