import { setTimeout as sleep } from "node:timers/promises";
import type { StartLane } from "../../gen/pinmac/engine/v1/lane.js";
import type { Job } from "./job.js";
import { Lane, type LaneSettings } from "./lane.js";
import { LaneStartError } from "./lane-failure.js";
import type { LoginGate } from "./login-gate.js";
import { Tenure } from "./tenure.js";

/** The pause before the second restart in a row; the first follows at once, and each further one waits twice as long. */
const FIRST_PAUSE = 100;
/** A lane that served as long, in milliseconds, is given a fast restart again. */
const STEADY_AFTER = 5_000;

/** What a slot tells the engine. */
export interface SlotEvents {
  /** A lane got ready, or the one that served ended. */
  changed(): void;
  /** A lane that had ended has a successor that is ready. */
  replaced(): void;
  /** A lane could not be started. */
  failed(error: LaneStartError): void;
  /** Commands that an ended lane never saw. */
  returned(jobs: readonly Job[]): void;
}

/**
 * The place of one lane: starts its process, and replaces it when it ends or is worn, until the place is closed or the PIN was refused.
 * A worn process serves until its successor is ready.
 */
export class LaneSlot {
  readonly #slot: number;
  readonly #settings: LaneSettings;
  readonly #start: StartLane;
  readonly #gate: LoginGate;
  readonly #events: SlotEvents;
  readonly #closed = new AbortController();
  /** Every process of this place that has not ended: starting, serving, or finishing what it has. */
  readonly #living = new Set<Lane>();
  #tenure: Tenure | undefined;
  #renewal: Promise<void> | undefined;
  #quickEnds = 0;
  #recycleFrom = 0;

  constructor(slot: number, settings: LaneSettings, start: StartLane, gate: LoginGate, events: SlotEvents) {
    this.#slot = slot;
    this.#settings = settings;
    this.#start = start;
    this.#gate = gate;
    this.#events = events;
  }

  /** The process that new commands are for; it may have ended. */
  get lane(): Lane | undefined {
    return this.#tenure?.lane;
  }

  /** Starts the first process and resolves when it is ready; from then on it is replaced when it ends. @throws LaneStartError */
  async open(): Promise<void> {
    await this.#renew();
    void this.#supervise();
  }

  /** Looks after the processes; see `Lane.beat`. When this process was held up itself, silences are forgiven. */
  beat(now: number, heldUp: boolean): void {
    for (const lane of this.#living) {
      if (heldUp) lane.forgiveSilence(now);
      lane.beat(now);
    }
  }

  /** Whether the lane's process should be replaced although it serves. */
  isWorn(now: number): boolean {
    const { lane } = this;
    if (lane === undefined || !lane.ready || lane.objectsCreated < this.#settings.limits.recycleAfterObjects) return false;
    return now >= this.#recycleFrom && this.#gate.refusal === undefined && !this.#closed.signal.aborted;
  }

  /**
   * Replaces the process that serves: its successor starts and gets ready, takes over, and the old one does what it holds and ends.
   * Resolves when that is over: true, or false when there was no successor and the old one goes on for now.
   */
  async recycle(): Promise<boolean> {
    const worn = this.lane;
    try {
      await this.#renew();
    } catch {
      this.#recycleFrom = performance.now() + this.#settings.limits.longestRestartPause;
      return false;
    }
    await worn?.ended;
    return true;
  }

  /** Starts no more processes and lets those there are finish. The beat goes on meanwhile: it kills those that do not. */
  async close(): Promise<void> {
    this.#closed.abort();
    const lanes = [...this.#living];
    for (const lane of lanes) lane.finish();
    await Promise.all(lanes.map((lane) => lane.ended));
  }

  /** One attempt at a time to put a new process in this place; the one before it may still serve. @throws LaneStartError */
  #renew(): Promise<void> {
    this.#renewal ??= this.#launch()
      .then((lane) => this.#handOver(lane))
      .catch((error: unknown) => {
        this.#note(error);
        throw error;
      })
      .finally(() => {
        this.#renewal = undefined;
      });
    return this.#renewal;
  }

  /** Resolves with a lane that is ready. @throws LaneStartError */
  async #launch(): Promise<Lane> {
    if (this.#closed.signal.aborted) throw new LaneStartError("LANE_ENDED");
    const lane = new Lane(this.#slot, this.#settings);
    this.#living.add(lane);
    const buried = lane.ended.then((unsent) => this.#bury(lane, unsent));
    try {
      // The process boots while it waits for its turn to log in.
      await this.#gate.pass(() => lane.open(this.#start, performance.now()));
      if (!lane.ready) throw new LaneStartError("LANE_ENDED");
      return lane;
    } catch (error) {
      lane.kill();
      await buried;
      throw error;
    }
  }

  /** From here on new commands are the new lane's, and none waits in between. */
  #handOver(lane: Lane): void {
    const before = this.#tenure;
    this.#tenure = new Tenure(lane);
    this.#events.changed();
    before?.end();
    before?.lane.retire();
  }

  /** A process of this place is gone. */
  #bury(lane: Lane, unsent: readonly Job[]): void {
    this.#living.delete(lane);
    if (this.lane === lane) {
      this.#events.changed();
      this.#tenure?.end();
    }
    this.#events.returned(unsent);
  }

  /** Renews the place whenever its process ended without a successor. */
  async #supervise(): Promise<void> {
    for (;;) {
      const tenure = this.#tenure;
      await tenure?.ended;
      if (tenure !== this.#tenure) continue;
      const steady = tenure !== undefined && performance.now() - tenure.since > STEADY_AFTER;
      this.#quickEnds = steady ? 0 : this.#quickEnds + 1;
      this.#tenure = undefined;
      if (!(await this.#pause())) return;
      // A successor of the one that ended may have come meanwhile.
      if (this.#tenure === undefined) await this.#renew().then(this.#events.replaced, () => undefined);
    }
  }

  /** Waits before the next start; false when there must be none. */
  async #pause(): Promise<boolean> {
    const pause = this.#quickEnds <= 1 ? 0 : FIRST_PAUSE * 2 ** (this.#quickEnds - 2);
    const { signal } = this.#closed;
    await sleep(Math.min(pause, this.#settings.limits.longestRestartPause), undefined, { signal }).catch(() => undefined);
    return !signal.aborted && this.#gate.refusal === undefined;
  }

  #note(error: unknown): void {
    if (!this.#closed.signal.aborted)
      this.#events.failed(error instanceof LaneStartError ? error : new LaneStartError("LANE_DEFECT"));
  }
}
