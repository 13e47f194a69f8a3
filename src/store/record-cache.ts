import type { KeyRecord } from "./key-register.js";

/** How many looked-up keys are remembered. One record is about 1 KiB. */
const MAX_RECORDS = 20_000;

/**
 * Looked-up keys, valid for one state of the database.
 *
 * Parsing a sealed key costs more than the question whether anything was committed since, so every look-up asks that question (see
 * `DataVersion`) and everything is forgotten when the answer changed: a new version is seen by the very next call.
 */
export class RecordCache {
  readonly #records = new Map<string, KeyRecord>();
  #dataVersion: unknown;

  /** The record remembered under `key` in the state `dataVersion`. */
  get(key: string, dataVersion: unknown): KeyRecord | undefined {
    if (dataVersion !== this.#dataVersion) {
      this.#records.clear();
      this.#dataVersion = dataVersion;
    }
    return this.#records.get(key);
  }

  set(key: string, record: KeyRecord): void {
    if (this.#records.size >= MAX_RECORDS) this.#records.clear();
    this.#records.set(key, record);
  }

  /** Forgets everything: this connection's own commits do not change its data version. */
  clear(): void {
    this.#records.clear();
  }
}
