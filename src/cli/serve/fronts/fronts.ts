import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import type { MetricsSnapshot } from "../../../service/metrics/index.js";
import type { ServerConfig } from "../../config/index.js";
import type { ExitCode } from "../../exit-codes.js";
import { type FrontAddress, FrontProcess } from "./front-process.js";
import { LoginTurns } from "./login-turns.js";
import { LostCounts } from "./lost-counts.js";

/** The pause before the second restart in a row, in milliseconds; the first follows at once, each further one waits twice as long. */
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 5_000;
/** A front that served as long, in milliseconds, is given a fast restart again. */
const STEADY_AFTER = 5_000;
/** How much longer than the drain a front may take to end, in milliseconds: its lanes log out, its last checkpoint is signed. */
const END_MS = 30_000;

/** A front ended before it served, and has said why. */
export class FrontStartFailed extends Error {
  override readonly name = "FrontStartFailed";
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode) {
    super("A front did not start.");
    this.exitCode = exitCode;
  }
}

/** The fronts of a service: started, replaced when they end, stopped together. */
export class Fronts {
  readonly #config: ServerConfig;
  readonly #logger: Logger;
  readonly #turns = new LoginTurns();
  readonly #serving = new Map<number, FrontProcess>();
  readonly #lost = new LostCounts();
  readonly #closing = new AbortController();

  constructor(config: ServerConfig, logger: Logger) {
    this.#config = config;
    this.#logger = logger;
  }

  /**
   * Starts the fronts and resolves when all of them listen. The first one starts alone, so that what stands in the way of all is said once.
   * @throws FrontStartFailed
   */
  async open(): Promise<FrontAddress> {
    const address = await this.#open(1);
    const rest = Array.from({ length: this.#config.fronts - 1 }, (_, index) => index + 2);
    // Where the system chose the port, the others must not choose anew.
    await Promise.all(rest.map((number) => this.#open(number)));
    return address;
  }

  get pids(): readonly number[] {
    return [...this.#serving.values()].flatMap(({ pid }) => pid ?? []);
  }

  /** What all fronts have counted, those that are gone as far as they had said so. */
  async readMetrics(): Promise<readonly MetricsSnapshot[]> {
    await Promise.all([...this.#serving.values()].map((front) => front.readMetrics()));
    // In one step: a front that ended meanwhile is among the lost, and among them only.
    const living = [...this.#serving.values()].map(({ lastMetrics }) => lastMetrics);
    return [...this.#lost.snapshots, ...living.filter((snapshot) => snapshot !== undefined)];
  }

  /** Has every front read its policy again. */
  hangUp(): void {
    for (const front of this.#serving.values()) front.hangUp();
  }

  /** Has all of them drain and end; whoever does not is killed. */
  async close(): Promise<void> {
    this.#closing.abort();
    const fronts = [...this.#serving.values()];
    for (const front of fronts) front.stop();
    const timer = setTimeout(
      () => {
        for (const front of fronts) front.kill();
      },
      this.#config.drainSeconds * 1_000 + END_MS,
    );
    await Promise.all(fronts.map((front) => front.ended));
    clearTimeout(timer);
  }

  async #open(number: number): Promise<FrontAddress> {
    const front = this.#start(number);
    const failed = front.ended.then((code) => {
      throw new FrontStartFailed(code);
    });
    const address = await Promise.race([front.ready, failed]);
    failed.catch(() => undefined);
    void this.#keep(front);
    return address;
  }

  #start(number: number): FrontProcess {
    const front = new FrontProcess(this.#config, { number, of: this.#config.fronts }, this.#turns);
    this.#serving.set(number, front);
    return front;
  }

  /** Replaces the front of a place whenever it ends. */
  async #keep(first: FrontProcess): Promise<void> {
    const { signal } = this.#closing;
    let quickEnds = 0;
    for (let front = first; ; front = this.#start(first.place.number)) {
      const since = performance.now();
      await front.ended;
      if (signal.aborted) return;
      this.#serving.delete(front.place.number);
      this.#lost.add(front.lastMetrics);
      this.#logger.error({ front: front.place.number }, "front lost");
      quickEnds = performance.now() - since > STEADY_AFTER ? 0 : quickEnds + 1;
      const pause = quickEnds <= 1 ? 0 : Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (quickEnds - 2));
      await sleep(pause, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
    }
  }
}
