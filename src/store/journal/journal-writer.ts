import { randomBytes } from "node:crypto";
import type { Database } from "better-sqlite3";
import { Refusal } from "../../base/index.js";
import type { RegisterHead } from "../../keyblock/index.js";
import { StoreError } from "../store-error.js";
import { chainChanges, JOURNAL_START, type JournalChange, type JournalEntry } from "./journal-entry.js";
import { JournalTable, type SealedRegisterHead } from "./journal-table.js";

/** Has the token seal where the journal will stand: 16 bytes. @throws Refusal TOKEN_UNAVAILABLE */
export type HeadSealer = (head: RegisterHead) => Promise<Buffer>;

/** What a change did. */
export interface ChangeEffect<Result> {
  readonly changes: readonly JournalChange[];
  readonly result: Result;
}

/**
 * Changes rows of the register and says what the journal is to keep of it. It runs in a transaction, at least twice, and must do the same
 * each time as long as the database is the same: no clock, no random numbers.
 * @throws Refusal and has then changed nothing
 */
export type RegisterChange<Result> = () => ChangeEffect<Result>;

interface Waiting {
  readonly change: RegisterChange<unknown>;
  /** Whether it may begin the journal of a register that has rows. */
  readonly adopts: boolean;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** A group of changes that would succeed, and where the journal will then stand. */
interface Rehearsal {
  readonly accepted: readonly { readonly waiting: Waiting; readonly result: unknown }[];
  readonly base: SealedRegisterHead | undefined;
  readonly entries: readonly JournalEntry[];
}

/** So many changes share a seal and a sync of the disk. */
const MAX_GROUP = 256;

/** Other processes may move the head between rehearsal and performance; each time one of them has got its change in. */
const MAX_ATTEMPTS = 100;

/** What a rehearsal throws to have its transaction rolled back. */
class RehearsalOver extends Error {}

/**
 * Every change of the register goes through here, and so into the journal under a new seal.
 *
 * The token is asked while no lock is held: a group of changes is rehearsed and rolled back, which tells where the journal will stand; that
 * head is sealed; then, if nobody moved the head meanwhile, the group is performed with journal and seal in one transaction.
 */
export class JournalWriter {
  readonly #database: Database;
  readonly #table: JournalTable;
  readonly #sealHead: HeadSealer | undefined;
  #waiting: Waiting[] = [];
  #running = false;

  /** @param sealHead not given: the register can only be read */
  constructor(database: Database, sealHead: HeadSealer | undefined) {
    this.#database = database;
    this.#table = new JournalTable(database);
    this.#sealHead = sealHead;
  }

  /** Where the journal stands. */
  head(): SealedRegisterHead | undefined {
    return this.#table.head();
  }

  /**
   * The change's result, once it is on disk with its journal entries under the token's seal.
   * @throws what the change refused; Refusal TOKEN_UNAVAILABLE, OVERLOADED; StoreError REGISTER_NOT_SEALED for a register that has keys
   * and no journal
   */
  write<Result>(change: RegisterChange<Result>): Promise<Result> {
    return this.#enqueue(change, false);
  }

  /**
   * As `write`, for the change that takes the rows of a register without a journal into one. Whoever calls it has looked at them.
   * @throws as `write`
   */
  adopt<Result>(change: RegisterChange<Result>): Promise<Result> {
    return this.#enqueue(change, true);
  }

  #enqueue<Result>(change: RegisterChange<Result>, adopts: boolean): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      this.#waiting.push({ change, adopts, resolve: resolve as (result: unknown) => void, reject });
      if (!this.#running) void this.#writeWaiting();
    });
  }

  async #writeWaiting(): Promise<void> {
    this.#running = true;
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0, MAX_GROUP);
      await this.#writeGroup(group).catch((error: unknown) => {
        for (const { reject } of group) reject(error);
      });
    }
    this.#running = false;
  }

  async #writeGroup(group: readonly Waiting[]): Promise<void> {
    if (this.#sealHead === undefined) throw new TypeError("This register was opened to be read.");
    let undone = group;
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
      const rehearsal = this.#rehearse(undone);
      const last = rehearsal.entries.at(-1);
      if (last === undefined || (await this.#perform(rehearsal, last, this.#sealHead))) {
        for (const { waiting, result } of rehearsal.accepted) waiting.resolve(result);
        return;
      }
      // Those that were refused are settled, and must not be done the next time.
      undone = rehearsal.accepted.map(({ waiting }) => waiting);
    }
    throw new Refusal("OVERLOADED");
  }

  /** Tries the changes one after the other. Those that are refused are settled here. */
  #rehearse(group: readonly Waiting[]): Rehearsal {
    let rehearsal: Rehearsal | undefined;
    const refused: (() => void)[] = [];
    const rehearse = this.#database.transaction(() => {
      const base = this.#table.head();
      if (base === undefined && !group.some(({ adopts }) => adopts)) this.#assertNothingKept();
      const changes: JournalChange[] = [];
      const accepted = group.flatMap((waiting) => {
        try {
          const effect = this.#database.transaction(waiting.change)();
          changes.push(...effect.changes);
          return [{ waiting, result: effect.result }];
        } catch (error) {
          if (!this.#database.inTransaction) throw error;
          refused.push(() => waiting.reject(error));
          return [];
        }
      });
      rehearsal = { accepted, base, entries: chainChanges(base ?? JOURNAL_START, changes, Math.floor(Date.now() / 1_000)) };
      throw new RehearsalOver();
    });
    try {
      rehearse.immediate();
    } catch (error) {
      if (!(error instanceof RehearsalOver)) throw error;
    }
    for (const settle of refused) settle();
    if (rehearsal === undefined) throw new Error("A rehearsal has no end.");
    return rehearsal;
  }

  /** @returns false when the head was moved meanwhile, and nothing was done */
  async #perform({ accepted, base, entries }: Rehearsal, last: JournalEntry, sealHead: HeadSealer): Promise<boolean> {
    const head = { registerId: base?.registerId ?? randomBytes(16), seq: last.seq, hash: last.hash };
    const seal = await sealHead(head);
    const perform = this.#database.transaction(() => {
      if (!isSameHead(this.#table.head(), base)) return false;
      for (const { waiting } of accepted) waiting.change();
      this.#table.append(entries, { ...head, seal });
      return true;
    });
    return perform.immediate();
  }

  /** A journal that is begun over rows that nobody vouched for would vouch for them. */
  #assertNothingKept(): void {
    const kept = this.#database.prepare("SELECT 1 FROM keys UNION ALL SELECT 1 FROM initial_keys LIMIT 1").get();
    if (kept !== undefined) throw new StoreError("REGISTER_NOT_SEALED");
  }
}

function isSameHead(one: SealedRegisterHead | undefined, other: SealedRegisterHead | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return one.registerId.equals(other.registerId) && one.seq === other.seq && one.hash.equals(other.hash);
}
