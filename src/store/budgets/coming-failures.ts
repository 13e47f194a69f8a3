import type { BudgetSubject } from "./failure-budgets.js";

/** Failures that are on their way to the disk: what is admitted meanwhile reckons with them. */
export class ComingFailures {
  readonly #counts = new Map<string, number>();
  #begun = 0;

  /** How many there were until now. */
  get begun(): number {
    return this.#begun;
  }

  /** How many of the subject are under way. */
  of(subject: BudgetSubject): number {
    return this.#counts.size === 0 ? 0 : (this.#counts.get(nameOf(subject)) ?? 0);
  }

  /** Counts the subjects for as long as `work` takes. */
  async during<Result>(subjects: readonly BudgetSubject[], work: () => Promise<Result>): Promise<Result> {
    this.#begun += subjects.length;
    const names = subjects.map(nameOf);
    for (const name of names) this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
    try {
      return await work();
    } finally {
      for (const name of names) this.#leave(name);
    }
  }

  #leave(name: string): void {
    const left = (this.#counts.get(name) ?? 0) - 1;
    if (left > 0) this.#counts.set(name, left);
    else this.#counts.delete(name);
  }
}

/** Digests all have one length. */
function nameOf({ kind, key }: BudgetSubject): string {
  return `${key.toString("latin1")}${kind}`;
}
