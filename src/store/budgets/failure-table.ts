import type { Database, Statement } from "better-sqlite3";
import { BUDGET_KINDS, type BudgetKind, type BudgetLimit, type BudgetSubject } from "./failure-budgets.js";

/** How many old rows one transaction removes at most: more than one brings, so that they never pile up. */
const REMOVED_AT_ONCE = 1_000;

/** Every failure that still counts, one row each. */
export class FailureTable {
  readonly #limits: Readonly<Record<BudgetKind, BudgetLimit>>;
  readonly #count: Statement<[Buffer, string, number, number], number>;
  readonly #insert: Statement<[string, Buffer, number]>;
  readonly #forget: Statement<[string, number, number]>;
  readonly #pullBack: Statement<[number, string, number]>;

  constructor(database: Database, limits: Readonly<Record<BudgetKind, BudgetLimit>>) {
    this.#limits = limits;
    // No more rows are counted than decide.
    this.#count = database
      .prepare<[Buffer, string, number, number], number>(
        "SELECT count(*) FROM (SELECT 1 FROM failures WHERE subject = ? AND kind = ? AND at > ? LIMIT ?)",
      )
      .pluck();
    this.#insert = database.prepare("INSERT INTO failures (kind, subject, at) VALUES (?, ?, ?)");
    this.#forget = database.prepare(
      "DELETE FROM failures WHERE id IN (SELECT id FROM failures WHERE kind = ? AND at <= ? ORDER BY at LIMIT ?)",
    );
    this.#pullBack = database.prepare("UPDATE failures SET at = ? WHERE kind = ? AND at > ?");
  }

  /** Whether the subject's budget is used up at `now`. @param coming failures of it that are not in the table yet */
  isOver({ kind, key }: BudgetSubject, now: number, coming = 0): boolean {
    const { failures } = this.#limits[kind];
    return (this.#count.get(key, kind, this.#start(kind, now), failures) ?? 0) + coming >= failures;
  }

  add({ kind, key }: BudgetSubject, now: number): void {
    this.#insert.run(kind, key, now);
  }

  /**
   * Removes what has left the window. What lies in the future was recorded before the clock was set back: it counts from now on, so that a
   * clock that jumps back forgives nothing and locks nobody for longer than one more window.
   */
  tidy(now: number): void {
    for (const kind of BUDGET_KINDS) {
      this.#pullBack.run(now, kind, now);
      this.#forget.run(kind, this.#start(kind, now), REMOVED_AT_ONCE);
    }
  }

  /** A failure of this moment or before is out of the window. */
  #start(kind: BudgetKind, now: number): number {
    return now - this.#limits[kind].windowSeconds * 1_000;
  }
}
