import { setTimeout as sleep } from "node:timers/promises";
import type { StartLane } from "../../gen/pinmac/engine/v1/lane.js";
import type { Job } from "./job.js";
import { Lane, type LaneSettings } from "./lane.js";
import { LaneStartError } from "./lane-failure.js";
import type { LoginGate } from "./login-gate.js";

/** The pause before the second restart in a row; the first follows at once, and each further one waits twice as long. */
const FIRST_PAUSE = 100;
/** A lane that served as long, in milliseconds, is given a fast restart again. */
const STEADY_AFTER = 5_000;

/** What a slot tells the engine. */
export interface SlotEvents {
  /** A lane got ready, or ended. */
  changed(): void;
  /** A lane could not be started. */
  failed(error: LaneStartError): void;
  /** Commands that an ended lane never saw. */
  returned(jobs: readonly Job[]): void;
}

/** The place of one lane: starts its process, and replaces it when it ends, until it is closed or the PIN was refused. */
export class LaneSlot {
  readonly #slot: number;
  readonly #settings: LaneSettings;
  readonly #start: StartLane;
  readonly #gate: LoginGate;
  readonly #events: SlotEvents;
  readonly #closed = new AbortController();
  #lane: Lane | undefined;
  #quickEnds = 0;

  constructor(slot: number, settings: LaneSettings, start: StartLane, gate: LoginGate, events: SlotEvents) {
    this.#slot = slot;
    this.#settings = settings;
    this.#start = start;
    this.#gate = gate;
    this.#events = events;
  }

  /** The newest process of this place, ready or not. */
  get lane(): Lane | undefined {
    return this.#lane;
  }

  /** Starts the first process and resolves when it is ready; from then on it is replaced when it ends. @throws LaneStartError */
  async open(): Promise<void> {
    const ended = await this.#launch();
    void this.#supervise(ended);
  }

  /** Starts no more processes, lets the present one finish, and kills it when it does not. */
  async close(): Promise<void> {
    this.#closed.abort();
    const lane = this.#lane;
    if (lane === undefined) return;
    lane.finish();
    const killer = setTimeout(() => lane.kill(), this.#settings.limits.exitTimeout);
    await lane.ended;
    clearTimeout(killer);
  }

  /** One attempt: resolves when the lane is ready, with the promise of its end. @throws LaneStartError */
  async #launch(): Promise<{ readonly end: Promise<void> }> {
    if (this.#closed.signal.aborted) throw new LaneStartError("LANE_ENDED");
    const lane = new Lane(this.#slot, this.#settings);
    this.#lane = lane;
    const end = lane.ended.then((unsent) => {
      this.#events.changed();
      this.#events.returned(unsent);
    });
    try {
      // The process boots while it waits for its turn to log in.
      await this.#gate.pass(() => lane.open(this.#start, performance.now()));
    } catch (error) {
      lane.kill();
      await end;
      throw error;
    }
    this.#events.changed();
    return { end };
  }

  async #supervise(first: { readonly end: Promise<void> }): Promise<void> {
    let running: { readonly end: Promise<void> } | undefined = first;
    for (;;) {
      const readyAt = performance.now();
      await running?.end;
      this.#quickEnds = running !== undefined && performance.now() - readyAt > STEADY_AFTER ? 0 : this.#quickEnds + 1;
      if (!(await this.#pause())) return;
      running = await this.#launch().catch((error: unknown) => this.#note(error));
    }
  }

  /** Waits before the next start; false when there must be none. */
  async #pause(): Promise<boolean> {
    const pause = this.#quickEnds <= 1 ? 0 : FIRST_PAUSE * 2 ** (this.#quickEnds - 2);
    const { signal } = this.#closed;
    await sleep(Math.min(pause, this.#settings.limits.longestRestartPause), undefined, { signal }).catch(() => undefined);
    return !signal.aborted && this.#gate.refusal === undefined;
  }

  #note(error: unknown): undefined {
    if (!this.#closed.signal.aborted)
      this.#events.failed(error instanceof LaneStartError ? error : new LaneStartError("LANE_DEFECT"));
    return undefined;
  }
}
