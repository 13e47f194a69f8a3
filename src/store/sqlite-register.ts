import { type Database, SqliteError, type Statement } from "better-sqlite3";
import { Refusal } from "../base/index.js";
import { decodeKeyHeader } from "../keyblock/header-codec.js";
import { type KeyHeader, parseSealedKey } from "../keyblock/index.js";
import { CondemnedRecords } from "./condemned-records.js";
import { DataVersion } from "./data-version.js";
import { DigestTable, type KeyVersion } from "./digest-table.js";
import {
  type ChangeEffect,
  existingRows,
  type HeadSealer,
  initialKeyNoted,
  initialKeyReleased,
  JournalWriter,
  keyChange,
  type RecordFault,
  type RegisterChange,
  type SealedRegisterHead,
} from "./journal/index.js";
import type { InitialKeyEntry, KeyPage, KeyRecord, KeyRegister } from "./key-register.js";
import { openDatabase } from "./open-database.js";
import { decodePageToken, encodePageToken, FIRST_PAGE } from "./page-token.js";
import { RecordCache } from "./record-cache.js";
import { Soundness } from "./soundness.js";
import { type NewKeyState, StateTable, type StoredKeyState } from "./state-table.js";
import { type TakeOver, takeOverRows } from "./take-over.js";

interface KeyRow {
  readonly name: string;
  readonly version: number;
  readonly sealed_key: Buffer;
}

/**
 * Opens the key register in the SQLite file at `path`, creating it (mode 0600) if there is none.
 * @param sealHead seals every change; not given: the register can only be read
 * @throws StoreError when the file is not a register, is too new, or is open to others
 */
export function openSqliteRegister(path: string, sealHead?: HeadSealer): KeyRegister {
  return new SqliteRegister(openDatabase(path), sealHead);
}

class SqliteRegister implements KeyRegister {
  readonly #database: Database;
  readonly #dataVersion: DataVersion;
  readonly #newest: Statement<[string], KeyRow>;
  readonly #exact: Statement<[string, number], KeyRow>;
  readonly #page: Statement<[string, number, number], KeyRow>;
  readonly #insert: Statement<[string, number, Buffer, number]>;
  readonly #highest: Statement<[string, string], number>;
  readonly #reserve: Statement<[string, Buffer, number]>;
  readonly #release: Statement<[string, Buffer]>;
  readonly #digests: DigestTable;
  readonly #states: StateTable;
  readonly #cache = new RecordCache();
  /** This connection's own commits do not change its data version. */
  #ownChanges = 0;
  readonly #journal: JournalWriter;
  readonly #condemned = new CondemnedRecords();
  readonly #soundness = new Soundness();

  constructor(database: Database, sealHead: HeadSealer | undefined) {
    this.#database = database;
    this.#dataVersion = new DataVersion(database);
    this.#digests = new DigestTable(database, (digest) => this.#condemned.hasDigest(digest));
    this.#states = new StateTable(database);
    this.#newest = database.prepare("SELECT name, version, sealed_key FROM keys WHERE name = ? ORDER BY version DESC LIMIT 1");
    this.#exact = database.prepare("SELECT name, version, sealed_key FROM keys WHERE name = ? AND version = ?");
    this.#page = database.prepare(
      "SELECT name, version, sealed_key FROM keys WHERE (name, version) > (?, ?) ORDER BY name, version LIMIT ?",
    );
    this.#insert = database.prepare("INSERT INTO keys (name, version, sealed_key, created_at) VALUES (?, ?, ?, ?)");
    this.#highest = database
      .prepare<[string, string], number>(
        `SELECT coalesce(max(version), 0) FROM
           (SELECT version FROM keys WHERE name = ? UNION ALL SELECT version FROM destroyed_keys WHERE name = ?)`,
      )
      .pluck();
    this.#reserve = database.prepare(
      "INSERT INTO initial_keys (bdk_id, initial_key_id, reserved_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
    );
    this.#release = database.prepare("DELETE FROM initial_keys WHERE bdk_id = ? AND initial_key_id = ?");
    this.#journal = new JournalWriter(database, sealHead);
  }

  get head(): SealedRegisterHead | undefined {
    return this.#journal.head();
  }

  async get(name: string, version?: number): Promise<KeyRecord> {
    const cacheKey = `${version ?? ""}/${name}`;
    const cached = this.#cache.get(cacheKey, this.#dataVersion.current);
    if (cached !== undefined) return cached;
    // Nothing is remembered any more once this throws.
    this.#soundness.ensure();
    const row = version === undefined ? this.#newest.get(name) : this.#exact.get(name, version);
    if (row === undefined) throw new Refusal(this.#condemned.hasName(name) ? "KEY_RECORD_CORRUPT" : "KEY_NOT_FOUND");
    const record = readRecord(row);
    const isCondemned =
      this.#condemned.hasKey(name, row.version, version === undefined) || this.#condemned.hasState(record.header.id);
    if (isCondemned) throw new Refusal("KEY_RECORD_CORRUPT");
    this.#cache.set(cacheKey, record);
    return record;
  }

  async list(pageSize: number, pageToken?: string): Promise<KeyPage> {
    this.#soundness.ensure();
    const after = pageToken === undefined ? FIRST_PAGE : decodePageToken(pageToken);
    // One more than asked for tells whether a page follows.
    const rows = this.#page.all(after.name, after.version, pageSize + 1);
    const records = rows.slice(0, pageSize).map(readRecord);
    const last = records.at(-1);
    if (rows.length <= pageSize || last === undefined) return { records };
    return { records, nextPageToken: encodePageToken(last.header) };
  }

  async add(sealedKey: Buffer): Promise<KeyRecord> {
    const record = recordOf(sealedKey);
    await this.#insertAll([record]);
    return record;
  }

  async addAll(sealedKeys: readonly Buffer[]): Promise<readonly KeyRecord[]> {
    const records = sealedKeys.map(recordOf);
    await this.#insertAll(records);
    return records;
  }

  async noteKeptByCaller(headers: readonly KeyHeader[]): Promise<void> {
    await this.#write(() => ({
      changes: headers.flatMap((header) => this.#digests.noteKeptByCaller(header)),
      result: undefined,
    }));
  }

  async findByDigest(digest: Buffer): Promise<KeyVersion | undefined> {
    return this.#digests.find(digest);
  }

  statesAfter(seq: number): readonly StoredKeyState[] {
    return this.#states.after(seq);
  }

  async addStates(records: readonly NewKeyState[]): Promise<void> {
    await this.#write(() => ({ changes: records.flatMap((record) => this.#states.append(record)), result: undefined }));
    this.#cache.clear();
    this.#ownChanges += 1;
    // The freed pages are overwritten (secure_delete); the write-ahead log still has them until it is begun anew.
    if (records.some(({ destroys }) => destroys !== undefined)) this.#database.pragma("wal_checkpoint(TRUNCATE)");
  }

  async takeOver(rows: TakeOver): Promise<void> {
    const now = Math.floor(Date.now() / 1_000);
    await this.#write(() => ({ changes: takeOverRows(this.#database, rows, now), result: undefined }));
    this.#cache.clear();
    this.#ownChanges += 1;
  }

  get size(): number {
    return Number(this.#database.prepare("SELECT count(*) FROM keys").pluck().get());
  }

  async findDestroyed(name: string, version: number): Promise<KeyHeader | undefined> {
    const header = this.#states.findDestroyed(name, version);
    return header && decodeKeyHeader(header);
  }

  get changeMark(): string {
    return `${this.#dataVersion.current}/${this.#ownChanges}`;
  }

  async nextVersion(name: string): Promise<number> {
    return (this.#highest.get(name, name) ?? 0) + 1;
  }

  async reserveInitialKey({ bdkId, initialKeyId }: InitialKeyEntry): Promise<void> {
    if (this.#condemned.hasInitialKey(bdkId, initialKeyId)) throw new Refusal("KEY_RECORD_CORRUPT");
    const now = Math.floor(Date.now() / 1_000);
    return this.#write(() => {
      if (this.#reserve.run(bdkId, initialKeyId, now).changes === 0) throw new Refusal("INITIAL_KEY_EXISTS");
      return { changes: [initialKeyNoted(bdkId, initialKeyId)], result: undefined };
    });
  }

  async releaseInitialKey({ bdkId, initialKeyId }: InitialKeyEntry): Promise<boolean> {
    return this.#write(() => {
      const wasNoted = this.#release.run(bdkId, initialKeyId).changes > 0;
      return { changes: wasNoted ? [initialKeyReleased(bdkId, initialKeyId)] : [], result: wasNoted };
    });
  }

  condemn(faults: readonly RecordFault[]): void {
    this.#condemned.add(faults);
    this.#cache.clear();
  }

  condemnWhole(): void {
    this.#soundness.end();
    this.#cache.clear();
  }

  ensureSound(): void {
    this.#soundness.ensure();
  }

  get state(): { readonly serving: boolean } {
    return this.#soundness.state;
  }

  onStateChange(listener: () => void): () => void {
    return this.#soundness.onStateChange(listener);
  }

  async sealExisting(): Promise<number> {
    return this.#journal.adopt(() => {
      if (this.#journal.head() !== undefined) return { changes: [], result: 0 };
      const changes = [...existingRows(this.#database)];
      return { changes, result: changes.length };
    });
  }

  close(): void {
    this.#database.close();
  }

  async #write<Result>(change: RegisterChange<Result>): Promise<Result> {
    this.#soundness.ensure();
    return this.#journal.write(change);
  }

  async #insertAll(records: readonly KeyRecord[]): Promise<void> {
    await this.#write(() => this.#insertRows(records));
    this.#cache.clear();
  }

  #insertRows(records: readonly KeyRecord[]): ChangeEffect<void> {
    try {
      const changes = records.flatMap(({ header, sealedKey }) => {
        this.#insert.run(header.name, header.version, sealedKey, header.createdAt);
        return [keyChange(header.name, header.version, sealedKey), ...this.#digests.noteRegistered(header)];
      });
      return { changes, result: undefined };
    } catch (error) {
      if (isDuplicate(error)) throw new Refusal("KEY_EXISTS", { cause: error });
      throw error;
    }
  }
}

/** A copy, so that it stays what it was. @throws Refusal SEALED_KEY_INVALID */
function recordOf(sealedKey: Buffer): KeyRecord {
  const own = Buffer.from(sealedKey);
  return { header: parseSealedKey(own).header, sealedKey: own };
}

/**
 * Takes the header from the sealed key itself; the row's columns are only its address, and must agree with it.
 * @throws Refusal KEY_RECORD_CORRUPT
 */
function readRecord(row: KeyRow): KeyRecord {
  const header = readHeader(row.sealed_key);
  if (header.name !== row.name || header.version !== row.version) throw new Refusal("KEY_RECORD_CORRUPT");
  return { header, sealedKey: row.sealed_key };
}

function readHeader(sealedKey: Buffer): KeyRecord["header"] {
  try {
    return parseSealedKey(sealedKey).header;
  } catch (error) {
    throw new Refusal("KEY_RECORD_CORRUPT", { cause: error });
  }
}

function isDuplicate(error: unknown): boolean {
  return error instanceof SqliteError && error.code === "SQLITE_CONSTRAINT_PRIMARYKEY";
}
