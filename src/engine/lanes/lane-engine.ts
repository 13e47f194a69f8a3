import type { StartLane } from "../../gen/pinmac/engine/v1/lane.js";
import type { EngineCommand, EngineOutcome } from "../commands/command.js";
import type { Engine } from "../engine.js";
import { commandLength, MAX_COMMAND_LENGTH } from "./command-codec.js";
import { createDeferred } from "./deferred.js";
import { type Job, TOKEN_UNAVAILABLE } from "./job.js";
import type { Lane, LaneSettings, OpenedToken } from "./lane.js";
import { chooseLane, keyTagOf } from "./lane-choice.js";
import type { LaneFailure, LaneStartError } from "./lane-failure.js";
import { LaneSlot } from "./lane-slot.js";
import { LoginGate } from "./login-gate.js";

/** How the lanes are. */
export interface LaneEngineState {
  /** Whether a command can be done now: at least one lane is ready, and the engine is not closed. */
  readonly serving: boolean;
  readonly lanesReady: number;
  readonly lanes: number;
  /** Processes that had made so many objects that they were replaced. */
  readonly recycled: number;
  /** Processes that had ended and were replaced. */
  readonly replaced: number;
  /** Commands that are held, waiting or in a lane. */
  readonly outstanding: number;
  /** Why no further lane is started, ever: the token refused the PIN. */
  readonly halted: boolean;
  /** Why the newest attempt to start a lane failed; absent once one got ready again. */
  readonly failure?: LaneFailure;
}

/** The engine over lanes, and how it is doing. */
export interface LaneEngine extends Engine {
  readonly state: LaneEngineState;
  /** Calls `listener` at every change; the result stops that. */
  onStateChange(listener: (state: LaneEngineState) => void): () => void;
  /** The processes that are ready. */
  readonly lanePids: readonly number[];
  /** The point of the token's audit key (X9.62, uncompressed), as a lane found it; the token may have none. */
  readonly auditPublicKey: Buffer | undefined;
  /** The token, as a lane found it; unknown while no lane is ready. */
  readonly token: OpenedToken | undefined;
}

const OVERLOADED: EngineOutcome = { kind: "refused", reason: "OVERLOADED" };
const REQUEST_INVALID: EngineOutcome = { kind: "refused", reason: "REQUEST_INVALID" };
/** How often lanes are looked after, in milliseconds. */
const BEAT = 100;
/** A beat that comes later than this, in milliseconds, says that this process was held up, not the lanes. */
const LATE_BEAT = 1_000;

/** Spreads commands over lanes, and looks after the lanes. Made by `startLanes`. */
export class SupervisedLanes implements LaneEngine {
  readonly #settings: LaneSettings;
  readonly #slots: readonly LaneSlot[];
  readonly #gate: LoginGate;
  readonly #listeners = new Set<(state: LaneEngineState) => void>();
  readonly #drained = createDeferred<void>();
  readonly #bound: number;
  #ready: readonly Lane[] = [];
  #outstanding = 0;
  #recycled = 0;
  #replaced = 0;
  #recycling = false;
  #failure: LaneFailure | undefined;
  #closing: Promise<void> | undefined;
  #beating: NodeJS.Timeout;
  #beatAt = performance.now();

  constructor(lanes: number, settings: LaneSettings, start: StartLane) {
    this.#settings = settings;
    this.#gate = new LoginGate(settings.loginTurn);
    this.#bound = lanes * settings.limits.outstandingPerLane;
    const events = {
      changed: () => this.#refresh(),
      failed: (error: LaneStartError) => this.#noteFailure(error),
      replaced: () => {
        this.#replaced += 1;
      },
      returned: (jobs: readonly Job[]) => {
        for (const job of jobs) this.#dispatch(job);
      },
    };
    this.#slots = Array.from({ length: lanes }, (_, slot) => new LaneSlot(slot, settings, start, this.#gate, events));
    this.#beating = setInterval(() => this.#beat(), BEAT);
  }

  /** Starts all lanes for the first time. @throws LaneStartError of the first that fails; then all are ended */
  async open(): Promise<void> {
    try {
      await Promise.all(this.#slots.map((slot) => slot.open()));
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  get state(): LaneEngineState {
    const { refusal } = this.#gate;
    const failure = refusal === undefined ? this.#failure : failureOf(refusal);
    const lanesReady = this.#ready.filter((lane) => lane.ready).length;
    return {
      serving: lanesReady > 0 && this.#closing === undefined,
      lanesReady,
      lanes: this.#slots.length,
      recycled: this.#recycled,
      replaced: this.#replaced,
      outstanding: this.#outstanding,
      halted: refusal !== undefined,
      ...(failure && { failure }),
    };
  }

  get lanePids(): readonly number[] {
    return this.#ready.flatMap((lane) => (lane.ready ? (lane.pid ?? []) : []));
  }

  get auditPublicKey(): Buffer | undefined {
    return this.#ready.find((lane) => lane.auditPublicKey !== undefined)?.auditPublicKey;
  }

  get token(): OpenedToken | undefined {
    return this.#ready[0]?.token;
  }

  onStateChange(listener: (state: LaneEngineState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  execute(commands: readonly EngineCommand[], isWanted?: () => boolean): Promise<readonly EngineOutcome[]> {
    if (commands.length === 0) return Promise.resolve([]);
    return new Promise((resolve) => {
      const outcomes = new Array<EngineOutcome>(commands.length);
      const cameAt = performance.now();
      let missing = commands.length;
      for (const [index, command] of commands.entries()) {
        const settle = (outcome: EngineOutcome) => {
          outcomes[index] = outcome;
          missing -= 1;
          if (missing === 0) resolve(outcomes);
        };
        this.#admit({ command, cameAt, settle, ...(isWanted && { isWanted }) });
      }
    });
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** Refuses at once what cannot be done, and keeps count of what can. */
  #admit(job: Job): void {
    const refusal = this.#refusalOf(job.command);
    if (refusal !== undefined) {
      job.settle(refusal);
      return;
    }
    this.#outstanding += 1;
    this.#dispatch({
      ...job,
      settle: (outcome) => {
        this.#outstanding -= 1;
        if (this.#outstanding === 0 && this.#closing !== undefined) this.#drained.resolve();
        job.settle(outcome);
      },
    });
  }

  #refusalOf(command: EngineCommand): EngineOutcome | undefined {
    if (this.#closing !== undefined) return TOKEN_UNAVAILABLE;
    if (this.#outstanding >= this.#bound) return OVERLOADED;
    // Nothing that passes the front's own checks is as long; a frame must never be.
    if (commandLength(command) > MAX_COMMAND_LENGTH) return REQUEST_INVALID;
    return undefined;
  }

  #dispatch(job: Job): void {
    const lane = chooseLane(this.#ready, keyTagOf(job.command));
    if (lane === undefined) job.settle(TOKEN_UNAVAILABLE);
    else lane.enqueue(job);
  }

  #refresh(): void {
    const ready = this.#slots.flatMap((slot) => (slot.lane?.ready ? slot.lane : []));
    if (ready.some((lane) => !this.#ready.includes(lane))) this.#failure = undefined;
    this.#ready = ready;
    this.#announce();
  }

  #noteFailure(error: LaneStartError): void {
    this.#failure = failureOf(error);
    this.#announce();
  }

  #announce(): void {
    const { state } = this;
    for (const listener of this.#listeners) listener(state);
  }

  #beat(): void {
    const now = performance.now();
    const late = now - this.#beatAt > LATE_BEAT;
    this.#beatAt = now;
    for (const slot of this.#slots) slot.beat(now, late);
    this.#recycleOne(now);
  }

  /** Replaces the lane that is worn most, one at a time: the machine has room for one process more than there are lanes. */
  #recycleOne(now: number): void {
    if (this.#recycling || this.#closing !== undefined) return;
    const worn = this.#slots
      .filter((slot) => slot.isWorn(now))
      .toSorted((one, other) => (other.lane?.objectsCreated ?? 0) - (one.lane?.objectsCreated ?? 0))
      .at(0);
    if (worn === undefined) return;
    this.#recycling = true;
    void worn.recycle().then((done) => {
      this.#recycling = false;
      if (done) this.#recycled += 1;
    });
  }

  async #close(): Promise<void> {
    if (this.#outstanding > 0) {
      const timer = setTimeout(() => this.#drained.resolve(), this.#settings.limits.drainTimeout);
      await this.#drained.promise;
      clearTimeout(timer);
    }
    await Promise.all(this.#slots.map((slot) => slot.close()));
    clearInterval(this.#beating);
    this.#announce();
  }
}

function failureOf({ code, message }: LaneStartError): LaneFailure {
  return { code, message };
}
