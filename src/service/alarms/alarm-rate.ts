/** So many alarms of a kind are written at once. */
const BURST = 10;
/** And then one for each such time, in milliseconds. */
const INTERVAL_MS = 10_000;

/** How often alarms of one kind are written: a flood of them must fill neither the log nor the audit log. */
export class AlarmRate {
  readonly #now: () => number;
  #left = BURST;
  #since: number;
  #suppressed = 0;

  /** @param now milliseconds of a clock that never goes back */
  constructor(now: () => number) {
    this.#now = now;
    this.#since = now();
  }

  /** Takes leave to write one. @returns how many were suppressed since the one before; undefined when this one is, too */
  take(): number | undefined {
    this.#refill();
    if (this.#left === 0) {
      this.#suppressed += 1;
      return undefined;
    }
    this.#left -= 1;
    const suppressed = this.#suppressed;
    this.#suppressed = 0;
    return suppressed;
  }

  #refill(): void {
    const earned = Math.floor((this.#now() - this.#since) / INTERVAL_MS);
    this.#left = Math.min(BURST, this.#left + earned);
    this.#since += earned * INTERVAL_MS;
  }
}
