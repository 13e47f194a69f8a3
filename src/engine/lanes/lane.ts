import type { FromLane, LaneFailed, LaneReady, OutcomeBatch, StartLane, ToLane } from "../../gen/pinmac/engine/v1/lane.js";
import { CommandWindow } from "./command-window.js";
import { createDeferred } from "./deferred.js";
import { LaneProtocolError } from "./frames.js";
import type { Job } from "./job.js";
import { LaneChannel } from "./lane-channel.js";
import type { LaneLoad } from "./lane-choice.js";
import { isLaneFailureCode, LaneStartError } from "./lane-failure.js";
import type { LaneLimits } from "./lane-options.js";
import type { LoginTurn } from "./login-gate.js";

/** The process to run, and the bounds it runs under. */
export interface LaneSettings {
  readonly entry: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly limits: LaneLimits;
  /** Where several processes log in to the token. */
  readonly loginTurn?: LoginTurn | undefined;
  /** Told how long the first command of each frame had waited, in seconds. For metrics. */
  readonly queued?: ((seconds: number) => void) | undefined;
}

/** A token as a lane found it. */
export interface OpenedToken {
  /** Manufacturer, model and firmware. */
  readonly description: string;
  readonly serial: string;
}

type LaneStatus = "booting" | "opening" | "ready" | "ended";

/**
 * One process of a lane, from its start to its end.
 *
 * Commands that arrive within one turn of the event loop leave in one frame. When the process ends, those it was sent are settled as
 * TOKEN_UNAVAILABLE, and those it was not are given back: nothing is ever sent twice.
 */
export class Lane implements LaneLoad {
  readonly slot: number;
  readonly #limits: LaneLimits;
  readonly #channel: LaneChannel;
  readonly #window: CommandWindow;
  readonly #opened = createDeferred<LaneReady>();
  readonly #ended = createDeferred<readonly Job[]>();
  #status: LaneStatus = "booting";
  #flushScheduled = false;
  /** When the lane's silence began: it owes an answer since. */
  #silentSince = 0;
  #probing = false;
  #probedAt = 0;
  #objectsCreated = 0;
  #auditPublicKey: Buffer | undefined;
  #token: OpenedToken | undefined;
  #retiring = false;
  /** When the lane was told that nothing more will come. */
  #finishedAt: number | undefined;

  constructor(slot: number, settings: LaneSettings) {
    this.slot = slot;
    this.#limits = settings.limits;
    this.#window = new CommandWindow(settings.limits.windowPerLane, settings.queued);
    this.#channel = new LaneChannel(settings.entry, settings.environment, {
      message: (message) => this.#receive(message),
      ended: () => this.#end(),
    });
  }

  get load(): number {
    return this.#window.load;
  }

  get ready(): boolean {
    return this.#status === "ready" && this.#channel.open;
  }

  /** The process's number, for the operator. */
  get pid(): number | undefined {
    return this.#channel.pid;
  }

  /** Session objects that the process has made on the token, by its latest word. */
  get objectsCreated(): number {
    return this.#objectsCreated;
  }

  /** The point of the audit key, if its token has one. */
  get auditPublicKey(): Buffer | undefined {
    return this.#auditPublicKey;
  }

  /** The token that it opened. */
  get token(): OpenedToken | undefined {
    return this.#token;
  }

  /** Resolves when the process is gone, with the commands that it never saw. Never rejects. */
  get ended(): Promise<readonly Job[]> {
    return this.#ended.promise;
  }

  /** Lets the lane open its token; resolves when it is ready for commands. @throws LaneStartError */
  open(start: StartLane, now: number): Promise<LaneReady> {
    if (this.#status === "booting") {
      this.#status = "opening";
      this.#silentSince = now;
      this.#channel.send({ body: { $case: "start", value: start } });
    }
    return this.#opened.promise;
  }

  /** Takes a command. Only while the lane is ready. */
  enqueue(job: Job): void {
    this.#window.add(job);
    this.#scheduleFlush();
  }

  /** Called every so often: kills a lane that owes an answer for too long, and probes the token. */
  beat(now: number): void {
    if (this.#status === "opening" && now - this.#silentSince > this.#limits.startTimeout) {
      this.#opened.reject(new LaneStartError("LANE_SILENT"));
      this.kill();
    }
    if (this.#finishedAt !== undefined) {
      if (now - this.#finishedAt > this.#limits.exitTimeout) this.kill();
      return;
    }
    if (!this.ready) return;
    if (this.#window.unanswered > 0 && now - this.#silentSince > this.#limits.answerTimeout) this.kill();
    else if (!this.#retiring && !this.#probing && now - this.#probedAt >= this.#limits.probeInterval) this.#probe(now);
  }

  /** Forgives a silence that this process could not have heard the end of, because it was itself asleep. */
  forgiveSilence(now: number): void {
    this.#silentSince = now;
    if (this.#finishedAt !== undefined) this.#finishedAt = now;
  }

  /** Lets the lane do what it holds, and then end. Nothing may be enqueued any more. */
  retire(): void {
    this.#retiring = true;
    this.#finishIfIdle();
  }

  /** Tells the lane that nothing more will come. One that does not end then is killed by a later beat. */
  finish(): void {
    this.#finishedAt ??= performance.now();
    this.#channel.finish();
  }

  kill(): void {
    this.#channel.kill();
  }

  #finishIfIdle(): void {
    if (this.#retiring && this.#window.load === 0) this.finish();
  }

  #probe(now: number): void {
    this.#probing = true;
    this.#probedAt = now;
    this.enqueue({
      command: { kind: "probe" },
      cameAt: now,
      settle: (outcome) => {
        this.#probing = false;
        // A lane whose token fails ends by itself; this one is for the lane that does not.
        if (outcome.kind === "refused") this.kill();
      },
    });
  }

  #scheduleFlush(): void {
    if (this.#flushScheduled) return;
    this.#flushScheduled = true;
    // After the polling phase: whatever this turn of the event loop brought leaves together.
    setImmediate(() => {
      this.#flushScheduled = false;
      this.#flush();
    });
  }

  #flush(): void {
    // What is not sent to a lane that is going is given back when it is gone.
    if (!this.ready) return;
    const wasIdle = this.#window.unanswered === 0;
    const batches: ToLane[] = [];
    for (let commands = this.#window.nextBatch(); commands.length > 0; commands = this.#window.nextBatch()) {
      batches.push({ body: { $case: "batch", value: { commands } } });
    }
    if (batches.length > 0 && wasIdle) this.#silentSince = performance.now();
    this.#channel.send(...batches);
    // What waited may have been wanted no more.
    this.#finishIfIdle();
  }

  #receive(message: FromLane): void {
    const body = message.body;
    if (body?.$case === "batch" && this.#status === "ready") {
      this.#settle(body.value);
    } else if (body?.$case === "ready" && this.#status === "opening") {
      this.#status = "ready";
      this.#probedAt = performance.now();
      this.#token = { description: body.value.tokenDescription, serial: body.value.tokenSerial };
      if (body.value.auditPublicKey.length > 0) this.#auditPublicKey = body.value.auditPublicKey;
      this.#opened.resolve(body.value);
    } else if (body?.$case === "failed" && this.#status === "opening") {
      this.#opened.reject(startErrorOf(body.value));
    } else {
      throw new LaneProtocolError("A frame came out of turn.");
    }
  }

  #settle(batch: OutcomeBatch): void {
    this.#silentSince = performance.now();
    this.#objectsCreated = batch.objectsCreated;
    let tokenLost = false;
    for (const framed of batch.outcomes) {
      const outcome = this.#window.settle(framed);
      tokenLost ||= outcome.kind === "refused" && outcome.reason === "TOKEN_UNAVAILABLE";
    }
    // Such a lane is about to end: nothing more is sent to it.
    if (tokenLost) this.kill();
    else this.#flush();
  }

  #end(): void {
    this.#status = "ended";
    this.#opened.reject(new LaneStartError("LANE_ENDED"));
    this.#ended.resolve(this.#window.abandon().filter((job) => job.command.kind !== "probe"));
  }
}

function startErrorOf(failed: LaneFailed): LaneStartError {
  return isLaneFailureCode(failed.code) ? new LaneStartError(failed.code, failed.message) : new LaneStartError("LANE_DEFECT");
}
