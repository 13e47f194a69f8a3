import { randomUUID } from "node:crypto";
import { type AuditSink, operationOf } from "./audit-trail.js";

/** How long refusals are counted before they are recorded, in milliseconds. */
const WINDOW_MS = 1_000;

/** Refusals of one caller's calls of one method. */
interface Flood {
  readonly caller: string;
  readonly path: string;
  count: number;
}

/**
 * Records refusals for overload: one record a second for each caller and method, with their number. A record each would load the disk with
 * what the service sheds to be spared.
 *
 * These refusals alone are answered before they are on disk; a crash loses those of its last second.
 */
export class FloodSummary {
  readonly #audit: AuditSink;
  readonly #floods = new Map<string, Flood>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(audit: AuditSink) {
    this.#audit = audit;
  }

  /** Counts one. */
  note(caller: string, path: string): void {
    this.#add({ caller, path, count: 1 });
  }

  /** Records what is counted. What cannot be recorded now is counted on, for the next time. Never rejects. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const floods = [...this.#floods.values()];
    this.#floods.clear();
    const before = this.#writing;
    this.#writing = Promise.all([before, ...floods.map((flood) => this.#record(flood))]).then(() => undefined);
    return this.#writing;
  }

  async #record(flood: Flood): Promise<void> {
    const { caller, path, count } = flood;
    try {
      await this.#audit.append({
        caller,
        operation: operationOf(path),
        keys: [],
        outcome: "OVERLOADED",
        latencyMicroseconds: 0,
        correlationId: randomUUID(),
        digests: {},
        at: Date.now(),
        count,
      });
    } catch {
      this.#add(flood);
    }
  }

  #add({ caller, path, count }: Flood): void {
    const key = `${path} ${caller}`;
    const known = this.#floods.get(key);
    if (known === undefined) this.#floods.set(key, { caller, path, count });
    else known.count += count;
    this.#timer ??= setTimeout(() => void this.flush(), WINDOW_MS).unref();
  }
}
