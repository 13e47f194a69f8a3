import { lastingOf, type MetricsSnapshot, sumOf } from "../../../service/metrics/index.js";

/**
 * What fronts that are gone had counted when they were last asked. It is told on: a counter that fell would be a restart of everything to a
 * scraper, who then counts what the other fronts have done a second time.
 */
export class LostCounts {
  #snapshots: readonly MetricsSnapshot[] = [];

  get snapshots(): readonly MetricsSnapshot[] {
    return this.#snapshots;
  }

  /** Adds those of a front; undefined: it was never asked. */
  add(snapshot: MetricsSnapshot | undefined): void {
    if (snapshot === undefined) return;
    this.#snapshots = [...this.#snapshots, lastingOf(snapshot)];
    // However many fronts are lost, little is kept.
    this.#gather().catch(() => undefined);
  }

  async #gather(): Promise<void> {
    const before = this.#snapshots;
    const sum = await sumOf(before);
    if (this.#snapshots === before) this.#snapshots = [sum];
  }
}
