import type { EngineHealth } from "./health.js";

/** How long after one try that failed the next one comes, in milliseconds. */
const PAUSE_MS = 1_000;

/**
 * Something that every answer needs and that may fail for a while: the audit log, the ledger. From a failure that a second try confirms until
 * a try that succeeds, the server does not serve. Callers may have been sent elsewhere by then, so it is tried without them.
 */
export class Dependency implements EngineHealth {
  readonly #probe: () => Promise<void>;
  readonly #listeners = new Set<() => void>();
  #serving = true;
  #probing = false;
  #closed = false;
  #timer: NodeJS.Timeout | undefined;

  /** @param probe does durably what calls need, and rejects when it cannot be done */
  constructor(probe: () => Promise<void>) {
    this.#probe = probe;
  }

  get state(): { readonly serving: boolean } {
    return { serving: this.#serving };
  }

  onStateChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A call found that it fails. */
  failed(): void {
    if (this.#probing || this.#closed) return;
    this.#probing = true;
    void this.#try();
  }

  /** Tries no more. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  async #try(): Promise<void> {
    const works = await this.#probe().then(
      () => true,
      () => false,
    );
    if (this.#closed) return;
    this.#turn(works);
    if (works) this.#probing = false;
    else this.#timer = setTimeout(() => void this.#try(), PAUSE_MS).unref();
  }

  #turn(serving: boolean): void {
    if (serving === this.#serving) return;
    this.#serving = serving;
    for (const listener of this.#listeners) listener();
  }
}
