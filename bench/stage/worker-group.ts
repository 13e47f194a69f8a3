import { Worker } from "./worker.js";

/** The workers of one measurement, which end together. */
export class WorkerGroup {
  readonly #environment: Readonly<Record<string, string>>;
  readonly #workers: { close(): Promise<void> }[] = [];

  /** @param environment of every worker's process */
  constructor(environment: Readonly<Record<string, string>>) {
    this.#environment = environment;
  }

  /** Starts a worker; see `Worker.open`. */
  async open<Task, Result>(program: string, setup: unknown): Promise<Worker<Task, Result>> {
    const worker = await Worker.open<Task, Result>(program, setup, this.#environment);
    this.#workers.push(worker);
    return worker;
  }

  /** Ends them all, the newest first. */
  async close(): Promise<void> {
    for (const worker of this.#workers.toReversed()) await worker.close();
  }
}
