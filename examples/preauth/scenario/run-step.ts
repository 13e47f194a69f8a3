import { isDeepStrictEqual } from "node:util";
import type { CallEvent, JournalEvent, TransactionResult } from "../parties/index.js";
import type { Outcome, Step } from "./step.js";
import type { World } from "./world.js";

/** A step after it was taken. */
export interface StepResult {
  readonly step: Pick<Step, "id" | "title" | "story" | "expected">;
  readonly got: Outcome;
  readonly asExpected: boolean;
  /** In milliseconds, of all calls of the service in this step. */
  readonly serviceMilliseconds: number;
  /** In milliseconds, from the terminal's first byte to its verdict. */
  readonly stepMilliseconds: number;
  readonly events: readonly JournalEvent[];
}

function isCall(event: JournalEvent): event is CallEvent {
  return event.kind === "call";
}

/** Takes one step and compares what came of it with what should have. A step that fails altogether is not as expected. */
export async function runStep(world: World, step: Step): Promise<StepResult> {
  const { journal, issuer } = world;
  const receivedBefore = issuer.received;
  const start = performance.now();
  const result = await step.run().catch((fault: unknown) => failed(world, fault));
  const stepMilliseconds = performance.now() - start;
  const events = journal.take();
  const calls = events.filter(isCall);
  const got = outcomeOf(result, calls[0], issuer.received > receivedBefore);
  const { id, title, story, expected } = step;
  return {
    step: { id, title, story, expected },
    got,
    asExpected: isDeepStrictEqual(got, expected),
    serviceMilliseconds: calls.reduce((sum, { milliseconds }) => sum + milliseconds, 0),
    stepMilliseconds,
    events,
  };
}

function failed({ journal }: World, fault: unknown): undefined {
  journal.remark("demo", `the step failed: ${fault instanceof Error ? fault.message : String(fault)}`);
  return undefined;
}

function outcomeOf(
  result: TransactionResult | Outcome | undefined,
  call: CallEvent | undefined,
  reachedIssuer: boolean,
): Outcome {
  if (result !== undefined && "service" in result) return result;
  return {
    service: call?.outcome ?? "NOT_CALLED",
    ...(call?.requirement !== undefined && { requirement: call.requirement }),
    responseCode: result?.responseCode ?? "none",
    reachedIssuer,
    responseMacVerified: result?.responseMacVerified ?? false,
  };
}
