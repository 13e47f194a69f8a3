import type { Database, Statement } from "better-sqlite3";

/**
 * Which state of the database this is, as `PRAGMA data_version` tells: another connection's commit changes it, this one's own does not.
 *
 * SQLite is asked once in a turn of the event loop, because asking costs more than all else of a look-up that is remembered. Calls of one
 * turn came together, and none of them can tell whether a commit of that moment was before it or after it.
 */
export class DataVersion {
  readonly #ask: Statement<[], number>;
  #answer: number | undefined;

  constructor(database: Database) {
    this.#ask = database.prepare<[], number>("PRAGMA data_version").pluck();
  }

  /** Equal to an earlier one exactly when nobody else has committed since. */
  get current(): number | undefined {
    if (this.#answer === undefined) {
      this.#answer = this.#ask.get();
      setImmediate(() => {
        this.#answer = undefined;
      });
    }
    return this.#answer;
  }
}
