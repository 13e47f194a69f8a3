/** One caller's work, waiting for the next transaction. */
interface Waiting<Request, Result> {
  readonly request: Request;
  readonly ensureWanted: (() => void) | undefined;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** Told of every commit, for metrics. */
export interface CommitObserver {
  /** So many calls shared a commit that took so long, in seconds. */
  committed(calls: number, seconds: number): void;
  /** A commit failed. */
  failed(): void;
}

/**
 * After a commit the next one waits this many times as long as it took, so that commits, which hold up the event loop, have a quarter of its
 * time at most. Under a light load that pause is over before the next request comes.
 */
const PAUSES_PER_COMMIT = 3;

/** In milliseconds: a disk that was slow once holds nobody up for long. */
const LONGEST_PAUSE = 5;

/**
 * One transaction, and so one sync of the disk, for all requests of one turn of the event loop, or of a pause after the commit before.
 *
 * What arrives while a commit runs waits in the sockets and becomes the next group: the dearer the disk, the larger the groups.
 */
export class GroupCommit<Request, Result> {
  readonly #commit: (requests: readonly Request[]) => readonly Result[];
  readonly #maxGroup: number;
  readonly #observer: CommitObserver | undefined;
  #waiting: Waiting<Request, Result>[] = [];
  #scheduled = false;
  /** As `performance.now()` tells it. */
  #nextFrom = 0;

  /**
   * @param commit does all requests durably, in their order, or throws and has done none
   * @param maxGroup how many requests share a transaction at most: it bounds how long the event loop stands still
   */
  constructor(commit: (requests: readonly Request[]) => readonly Result[], maxGroup: number, observer?: CommitObserver) {
    this.#commit = commit;
    this.#maxGroup = maxGroup;
    this.#observer = observer;
  }

  /**
   * The request's own result, once its group is durable. Rejects with what the commit threw.
   * @param ensureWanted asked when the request's turn has come: when it throws, the request is left out and rejects with that
   */
  add(request: Request, ensureWanted?: () => void): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ request, ensureWanted, resolve, reject });
      this.#schedule();
    });
  }

  /** Commits all that waits, now. */
  flush(): void {
    while (this.#waiting.length > 0) this.#commitGroup();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    const turn = () => {
      this.#scheduled = false;
      this.#commitGroup();
      if (this.#waiting.length > 0) this.#schedule();
    };
    const pause = this.#nextFrom - performance.now();
    // After the poll phase: every request that was read in this turn is in the group. A timer knows whole milliseconds only.
    if (pause < 1) setImmediate(turn);
    else setTimeout(turn, pause);
  }

  #commitGroup(): void {
    const group = this.#waiting.slice(0, this.#maxGroup).filter(isWanted);
    this.#waiting = this.#waiting.slice(this.#maxGroup);
    if (group.length === 0) return;
    const startedAt = performance.now();
    try {
      const results = this.#commit(group.map(({ request }) => request));
      this.#observer?.committed(group.length, (performance.now() - startedAt) / 1_000);
      group.forEach(({ resolve, reject }, index) => {
        const result = results[index];
        if (result === undefined) reject(new Error("a group was committed without a result for each request"));
        else resolve(result);
      });
    } catch (error) {
      this.#observer?.failed();
      for (const { reject } of group) reject(error);
    }
    const endedAt = performance.now();
    this.#nextFrom = endedAt + Math.min(LONGEST_PAUSE, PAUSES_PER_COMMIT * (endedAt - startedAt));
  }
}

function isWanted({ ensureWanted, reject }: Waiting<unknown, never>): boolean {
  try {
    ensureWanted?.();
    return true;
  } catch (error) {
    reject(error);
    return false;
  }
}
