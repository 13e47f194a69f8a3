import { createDeferred } from "./deferred.js";
import type { Lane } from "./lane.js";

/** The time for which a lane is the one that serves in its place: from when it is ready until it ends or has a successor. */
export class Tenure {
  readonly lane: Lane;
  /** When it began, as `performance.now()` tells it. */
  readonly since = performance.now();
  readonly #ended = createDeferred<void>();

  constructor(lane: Lane) {
    this.lane = lane;
  }

  /** Resolves at its end. Never rejects. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** May be called twice. */
  end(): void {
    this.#ended.resolve();
  }
}
