import { Refusal } from "../../base/index.js";
import type { CommandBatch, LaneCommand, LaneOutcome, LaneReady, StartLane, ToLane } from "../../gen/pinmac/engine/v1/lane.js";
import type { EngineCommand, EngineOutcome } from "../commands/command.js";
import type { Engine } from "../engine.js";
import { decodeCommand } from "./command-codec.js";
import type { FramePipe } from "./frame-pipe.js";
import { LaneProtocolError } from "./frames.js";
import { TOKEN_UNAVAILABLE } from "./job.js";
import { LANE_FAILURES, type LaneFailureCode } from "./lane-failure.js";
import { encodeOutcome } from "./outcome-codec.js";

/** The lane's end of the socket. */
export type LanePipe = Pick<FramePipe, "messages" | "send">;

/** The engine of a lane. */
export interface ProgramEngine extends Engine {
  /** Session objects made on the token since the process started; not given: none worth counting. */
  readonly objectsCreated?: number;
}

/** An opened token, and what to tell the front of it. */
export interface OpenedLane {
  readonly engine: ProgramEngine;
  readonly ready: LaneReady;
}

/** What the program of a lane needs from its surroundings. */
export interface LaneSurroundings {
  /** Opens the token, logs in, tests itself. May throw anything. */
  open(start: StartLane): OpenedLane;
  /** The code for what `open` threw. */
  failureCodeOf(error: unknown): LaneFailureCode;
  /** Says something to the operator. Gets no operand and no secret. */
  report(text: string): void;
}

/** How the program ended: the front hung up, or the token failed and a new lane must open it. */
export type LaneEnd = "hungUp" | "failed";

/**
 * The program of a lane: one start frame, then batches until the front hangs up. Commands are done one by one in their order, and
 * each batch is answered in one frame, which also says how many objects the token has made so far. Once the token failed, what is left of the batch is refused undone and the program ends: every
 * handle is dead, and a new process is the one sure way to a new login.
 */
export async function runLane(pipe: LanePipe, surroundings: LaneSurroundings): Promise<LaneEnd> {
  const messages = pipe.messages();
  const first = messages.next();
  if (first.done) return "hungUp";
  const engine = openLane(pipe, surroundings, first.value);
  if (engine === undefined) return "failed";
  try {
    for (const message of messages) {
      if (!(await answerBatch(pipe, surroundings, engine, batchOf(message)))) return "failed";
    }
    return "hungUp";
  } finally {
    await engine.close();
  }
}

/** Opens the token and says so; undefined when it cannot be, and the front was told why. */
function openLane(pipe: LanePipe, surroundings: LaneSurroundings, message: ToLane): ProgramEngine | undefined {
  if (message.body?.$case !== "start") throw new LaneProtocolError("The first frame is not the start.");
  try {
    const { engine, ready } = surroundings.open(message.body.value);
    pipe.send({ body: { $case: "ready", value: ready } });
    return engine;
  } catch (error) {
    const code = surroundings.failureCodeOf(error);
    pipe.send({ body: { $case: "failed", value: { code, message: LANE_FAILURES[code] } } });
    return undefined;
  }
}

function batchOf(message: ToLane): CommandBatch {
  if (message.body?.$case !== "batch") throw new LaneProtocolError("A frame came out of turn.");
  return message.body.value;
}

/** False when the token failed. */
async function answerBatch(
  pipe: LanePipe,
  surroundings: LaneSurroundings,
  engine: ProgramEngine,
  batch: CommandBatch,
): Promise<boolean> {
  const outcomes: LaneOutcome[] = [];
  let sound = true;
  for (const framed of batch.commands) {
    const outcome = sound ? await answerCommand(surroundings, engine, framed) : TOKEN_UNAVAILABLE;
    if (outcome.kind === "refused" && outcome.reason === "TOKEN_UNAVAILABLE") sound = false;
    outcomes.push(encodeOutcome(framed.id, outcome));
  }
  pipe.send({ body: { $case: "batch", value: { outcomes, objectsCreated: engine.objectsCreated ?? 0 } } });
  return sound;
}

async function answerCommand(surroundings: LaneSurroundings, engine: Engine, framed: LaneCommand): Promise<EngineOutcome> {
  try {
    const command: EngineCommand = decodeCommand(framed);
    const [outcome] = await engine.execute([command]);
    return outcome ?? { kind: "refused", reason: "INTERNAL" };
  } catch (error) {
    if (error instanceof Refusal) return refusalOutcome(error);
    // A defect: named, never quoted, since its text may have been made from operands.
    surroundings.report(`A command failed: ${error instanceof Error ? error.name : "unknown"}.`);
    return { kind: "refused", reason: "INTERNAL" };
  }
}

function refusalOutcome(refusal: Refusal): EngineOutcome {
  return {
    kind: "refused",
    reason: refusal.reason,
    ...(refusal.field !== undefined && { field: refusal.field }),
    ...(refusal.requirement !== undefined && { requirement: refusal.requirement }),
  };
}
