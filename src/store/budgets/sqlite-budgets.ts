import type { Database } from "better-sqlite3";
import { Refusal } from "../../base/index.js";
import { asLedgerAccess, durableTransaction, probeDatabase } from "../durable-transaction.js";
import { type CommitObserver, GroupCommit } from "../group-commit.js";
import { openDatabase } from "../open-database.js";
import { BUDGETS_SCHEMA } from "./budgets-schema.js";
import { ComingFailures } from "./coming-failures.js";
import {
  BUDGET_KINDS,
  type BudgetKind,
  type BudgetLimit,
  type BudgetSubject,
  type FailureBudgets,
  type PinBlockBinding,
  type PinBlockUse,
} from "./failure-budgets.js";
import { FailureTable } from "./failure-table.js";
import { PinBlockTable } from "./pin-block-table.js";

/** How the budgets are opened. */
export interface FailureBudgetsOptions {
  readonly limits: Readonly<Record<BudgetKind, BudgetLimit>>;
  /** For how long a PIN block under a static key is bound to the PAN it first came with. */
  readonly pinBlockWindowSeconds: number;
  /** Milliseconds since 1970; the system's clock unless given. It may jump: see `FailureTable.tidy`. */
  readonly now?: () => number;
  readonly observer?: CommitObserver;
  /** Told of every call that is refused, with the kind of the first budget that is used up. */
  readonly refused?: (kind: BudgetKind) => void;
}

/** Calls that share a transaction at most: fewer than the old rows that it removes. */
const MAX_GROUP = 256;

/** How long a commit waits for another process's, in milliseconds. The event loop stands still meanwhile. */
const BUSY_TIMEOUT_MS = 500;

const DIGEST_LENGTH = 32;
const MAX_FAILURES = 1_000_000;
const MAX_WINDOW_SECONDS = 366 * 24 * 3_600;

/**
 * Opens the failure budgets in the SQLite file at `path`, creating it (mode 0600) if there is none. Several processes may share the file.
 * @throws StoreError when the file is not one of budgets, is too new, or is open to others; RangeError for limits that are none
 */
export function openFailureBudgets(path: string, options: FailureBudgetsOptions): FailureBudgets {
  for (const kind of BUDGET_KINDS) {
    const { failures, windowSeconds } = options.limits[kind];
    checkRange(failures, MAX_FAILURES);
    checkRange(windowSeconds, MAX_WINDOW_SECONDS);
  }
  checkRange(options.pinBlockWindowSeconds, MAX_WINDOW_SECONDS);
  const database = openDatabase(path, BUDGETS_SCHEMA);
  database.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
  return new SqliteBudgets(database, options);
}

/** What a failure found. */
interface FailureVerdict {
  /** A subject that had no budget left for it. */
  readonly before: BudgetSubject | undefined;
  /** The subjects that have none left now. */
  readonly now: readonly BudgetSubject[];
}

class SqliteBudgets implements FailureBudgets {
  readonly #database: Database;
  readonly #failures: FailureTable;
  readonly #pinBlocks: PinBlockTable;
  readonly #now: () => number;
  readonly #refused: (kind: BudgetKind) => void;
  readonly #failing: GroupCommit<readonly BudgetSubject[], FailureVerdict>;
  readonly #binding: GroupCommit<PinBlockUse, PinBlockBinding>;
  readonly #coming = new ComingFailures();

  constructor(database: Database, options: FailureBudgetsOptions) {
    const { limits, pinBlockWindowSeconds, now = Date.now, refused = () => undefined, observer } = options;
    this.#database = database;
    this.#failures = new FailureTable(database, limits);
    this.#pinBlocks = new PinBlockTable(database, pinBlockWindowSeconds);
    this.#now = now;
    this.#refused = refused;
    this.#failing = new GroupCommit((calls) => this.#commitFailures(calls), MAX_GROUP, observer);
    this.#binding = new GroupCommit((uses) => this.#commitBindings(uses), MAX_GROUP, observer);
  }

  admit(subjects: readonly BudgetSubject[]): void {
    const now = this.#now();
    const isOver = (subject: BudgetSubject) => this.#failures.isOver(subject, now, this.#coming.of(subject));
    const over = asLedgerAccess(this.#database, () => subjects.find(isOver));
    if (over === undefined) return;
    this.#refused(over.kind);
    // What counts may lie in the future of a clock that was set back, and nobody may fail any more to set it right.
    durableTransaction(this.#database, () => this.#failures.tidy(now));
    throw new Refusal("BUDGET_EXHAUSTED");
  }

  async fail(subjects: readonly BudgetSubject[]): Promise<readonly BudgetSubject[]> {
    if (subjects.length === 0) return [];
    const own = subjects.map(({ kind, key }) => ({ kind, key: ownDigest(key) }));
    const { before, now } = await this.#coming.during(own, () => this.#failing.add(own));
    if (before === undefined) return now;
    this.#refused(before.kind);
    throw new Refusal("BUDGET_EXHAUSTED");
  }

  get recorded(): number {
    return this.#coming.begun;
  }

  async bindPinBlock({ pinBlock, pan }: PinBlockUse): Promise<PinBlockBinding> {
    return this.#binding.add({ pinBlock: ownDigest(pinBlock), pan: ownDigest(pan) });
  }

  async probe(): Promise<void> {
    probeDatabase(this.#database);
  }

  async close(): Promise<void> {
    this.#failing.flush();
    this.#binding.flush();
    this.#database.close();
  }

  #commitFailures(calls: readonly (readonly BudgetSubject[])[]): readonly FailureVerdict[] {
    const now = this.#now();
    const isOver = (subject: BudgetSubject) => this.#failures.isOver(subject, now);
    return durableTransaction(this.#database, () => {
      this.#failures.tidy(now);
      return calls.map((subjects) => {
        const before = subjects.find(isOver);
        for (const subject of subjects) this.#failures.add(subject, now);
        return { before, now: subjects.filter(isOver) };
      });
    });
  }

  #commitBindings(uses: readonly PinBlockUse[]): readonly PinBlockBinding[] {
    const now = this.#now();
    return durableTransaction(this.#database, () => {
      this.#pinBlocks.tidy(now);
      return uses.map((use) => this.#pinBlocks.bind(use, now));
    });
  }
}

/** A copy of a digest, so that it stays what it was while it waits. Its length tells it from what it was made of. */
function ownDigest(digest: Buffer): Buffer {
  if (digest.length !== DIGEST_LENGTH) throw new RangeError("a budget knows digests of 32 bytes only");
  return Buffer.from(digest);
}

function checkRange(value: number, highest: number): void {
  if (!Number.isInteger(value) || value < 1 || value > highest) throw new RangeError("a budget's limit is out of range");
}
