import type { LaneCommand, LaneOutcome } from "../../gen/pinmac/engine/v1/lane.js";
import type { EngineOutcome } from "../commands/command.js";
import { commandLength, encodeCommand } from "./command-codec.js";
import { LaneProtocolError } from "./frames.js";
import { type Job, NOT_WANTED, TOKEN_UNAVAILABLE } from "./job.js";
import { decodeOutcome } from "./outcome-codec.js";

/**
 * A frame carries no more commands, so that the first is not held back by the last: with all callers' commands in one frame, callers,
 * front and lane would each wait while the other two work.
 */
const BATCH_COMMANDS = 8;
/** A frame takes no further command once it holds as many bytes. The largest command keeps it below MAX_FRAME_LENGTH. */
const BATCH_BYTES = 1024 * 1024;

/**
 * The commands that one lane holds: first waiting in this process, then sent and unanswered. A job leaves by exactly one door:
 * settled by its outcome, settled as lost or as not wanted, or given back unsent.
 */
export class CommandWindow {
  readonly #size: number;
  readonly #queued: ((seconds: number) => void) | undefined;
  readonly #sent = new Map<number, Job>();
  #waiting: Job[] = [];
  #nextId = 1;

  /**
   * At most `size` commands are sent and unanswered.
   * @param queued told how long the first command of each frame had waited, in seconds
   */
  constructor(size: number, queued?: (seconds: number) => void) {
    this.#size = size;
    this.#queued = queued;
  }

  /** Commands held, sent or waiting. */
  get load(): number {
    return this.#sent.size + this.#waiting.length;
  }

  /** Commands sent and unanswered. */
  get unanswered(): number {
    return this.#sent.size;
  }

  add(job: Job): void {
    this.#waiting.push(job);
  }

  /**
   * The commands of the next frame, which count as sent from now on; none when nothing waits or the window is full. Those that nobody wants
   * any more are settled instead.
   */
  nextBatch(): LaneCommand[] {
    const room = Math.min(BATCH_COMMANDS, this.#size - this.#sent.size);
    const commands: LaneCommand[] = [];
    let length = 0;
    let taken = 0;
    const [first] = this.#waiting;
    if (first !== undefined && room > 0) this.#queued?.((performance.now() - first.cameAt) / 1_000);
    for (const job of this.#waiting) {
      if (commands.length >= room || length >= BATCH_BYTES) break;
      taken += 1;
      if (job.isWanted?.() === false) {
        job.settle(NOT_WANTED);
        continue;
      }
      const id = this.#takeId();
      this.#sent.set(id, job);
      commands.push(encodeCommand(id, job.command));
      length += commandLength(job.command);
    }
    this.#waiting = taken === this.#waiting.length ? [] : this.#waiting.slice(taken);
    return commands;
  }

  /** Settles the command that the outcome answers, and returns the outcome. @throws LaneProtocolError when there is none, or it is of another kind */
  settle(framed: LaneOutcome): EngineOutcome {
    const job = this.#sent.get(framed.id);
    if (job === undefined) throw new LaneProtocolError("An outcome answers no command in flight.");
    const outcome = decodeOutcome(job.command.kind, framed);
    this.#sent.delete(framed.id);
    job.settle(outcome);
    return outcome;
  }

  /** The lane is gone: settles what was sent as lost and gives back what was not. */
  abandon(): readonly Job[] {
    const unsent = this.#waiting;
    const lost = [...this.#sent.values()];
    this.#waiting = [];
    this.#sent.clear();
    for (const job of lost) job.settle(TOKEN_UNAVAILABLE);
    return unsent;
  }

  #takeId(): number {
    const id = this.#nextId;
    this.#nextId = id === 0xffff_ffff ? 1 : id + 1;
    return id;
  }
}
