import type { OfficerDirectory } from "../officers/index.js";
import { applyChange } from "./key-change.js";
import { type KeyLife, type KeyState, lifeWithoutRecords } from "./key-state.js";
import { LifecycleError } from "./lifecycle-error.js";
import { checkStateApprovals, readApprovals, type StateRecord } from "./state-record.js";
import { hashStateStatement, NO_RECORD, readStateStatement } from "./state-statement.js";

/** A key's life with the hash of its last record, which the next one must follow. */
export interface RecordedLife {
  readonly life: KeyLife;
  readonly head: Buffer;
}

/** A record that does not hold: the key is not to be used. */
export interface LifeFault {
  readonly keyId: string;
  readonly code: LifecycleError["code"];
}

/** Before its first record a key is pending, or in use because it was made where no officer is asked. @throws LifecycleError */
function lifeBeforeRecords(from: KeyState): KeyLife {
  if (from !== "pending" && from !== "active") throw new LifecycleError("STATEMENT_STALE");
  return lifeWithoutRecords(from);
}

/**
 * The lives of keys, from the records in the order in which they were written. Every record is checked when it is taken in: that it is
 * about its key, follows the one before, is allowed, and is approved by two who were key managers then. A key with a record that does not
 * hold has no life: it is at fault, and stays so.
 */
export class KeyLives {
  readonly #lives = new Map<string, RecordedLife>();
  readonly #faults = new Map<string, LifeFault>();
  readonly #directory: () => OfficerDirectory;
  #directoryEntry = 0;

  /** @param directory gives the officers' directory, which must reach as far as the records do */
  constructor(directory: () => OfficerDirectory) {
    this.#directory = directory;
  }

  /** Keys that have a record. */
  get length(): number {
    return this.#lives.size;
  }

  /** Each key with a record that does not hold, once. */
  get faults(): readonly LifeFault[] {
    return [...this.#faults.values()];
  }

  /** @returns undefined for a key without records */
  find(keyId: string): RecordedLife | LifeFault | undefined {
    return this.#faults.get(keyId) ?? this.#lives.get(keyId);
  }

  /** Takes the next record in. */
  take(record: StateRecord): void {
    const { keyId } = record;
    if (this.#faults.has(keyId)) return;
    try {
      const { statement, stated } = readStateStatement(record.statement);
      if (stated.key.id !== keyId) throw new LifecycleError("STATEMENT_FOREIGN");
      const { life, head } = this.#lives.get(keyId) ?? { life: lifeBeforeRecords(stated.from), head: NO_RECORD };
      // The directory only grows: who was an officer once does not approve afterwards.
      if (!stated.follows.equals(head) || stated.from !== life.state || stated.directoryEntry < this.#directoryEntry) {
        throw new LifecycleError("STATEMENT_STALE");
      }
      checkStateApprovals(this.#directory().asOf(stated.directoryEntry), statement, readApprovals(record.approvals));
      const next = applyChange(life, stated.change, stated.at);
      this.#lives.set(keyId, { life: next, head: hashStateStatement(record.statement) });
      this.#directoryEntry = stated.directoryEntry;
    } catch (error) {
      this.#lives.delete(keyId);
      if (!(error instanceof LifecycleError)) throw error;
      this.#faults.set(keyId, { keyId, code: error.code });
    }
  }
}
