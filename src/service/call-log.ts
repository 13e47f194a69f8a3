import type { Logger } from "pino";
import { Refusal } from "../base/index.js";

/**
 * Everything that a line about a call may hold. Nothing of a request or an answer is among it: no PAN, PIN block, KSN, key name,
 * message or MAC.
 */
export interface CallLine {
  /** The gRPC path. */
  readonly method: string;
  /** A reason of src/base, or OK, or CANCELLED. */
  readonly result: string;
  readonly milliseconds: number;
  readonly caller: string;
}

/** What may be known of an error that is not a refusal: its text is left out, because it may quote data. */
interface DefectLine {
  readonly incident: string;
  readonly method: string;
  readonly error: ErrorShape;
}

interface ErrorShape {
  readonly name: string;
  readonly code?: string;
  readonly frames?: readonly string[];
  readonly cause?: ErrorShape;
}

/** The only way from the service to the log. */
export class CallLog {
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Whether `call` writes anything: finding out who calls is not free. */
  get wantsCalls(): boolean {
    return this.#logger.isLevelEnabled("debug");
  }

  call(line: CallLine): void {
    const { method, result, milliseconds, caller } = line;
    this.#logger.debug({ method, result, milliseconds, caller }, "call");
  }

  /** A defect. `incident` is in the caller's answer too. */
  defect(incident: string, method: string, error: unknown): void {
    this.#logger.error({ incident, method, error: shapeOf(error) } satisfies DefectLine, "defect");
  }

  /** A refusal that the operator must see: something behind the service is wrong. */
  fault(method: string, refusal: Refusal): void {
    this.#logger.warn({ method, result: refusal.reason, error: shapeOf(refusal) }, "fault");
  }
}

const FRAME = /^ {4}at .+$/gm;
const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;
const MAX_CAUSES = 4;

function shapeOf(error: unknown, depth = 0): ErrorShape {
  if (!(error instanceof Error)) return { name: typeof error };
  const code = nameLike("code" in error ? error.code : undefined);
  const frames = error instanceof Refusal ? undefined : framesOf(error);
  const cause = error.cause === undefined || depth >= MAX_CAUSES ? undefined : shapeOf(error.cause, depth + 1);
  return {
    name: nameLike(error.name) ?? "Error",
    ...(code !== undefined && { code }),
    ...(frames !== undefined && { frames }),
    ...(cause !== undefined && { cause }),
  };
}

/** The call sites of the stack, without the message before them: its lines cannot be taken for frames. */
function framesOf(error: Error): readonly string[] {
  const stack = typeof error.stack === "string" ? error.stack : "";
  const message = stack.lastIndexOf(error.message);
  const sites = message < 0 ? stack : stack.slice(message + error.message.length);
  return sites.match(FRAME) ?? [];
}

function nameLike(value: unknown): string | undefined {
  return typeof value === "string" && NAME.test(value) ? value : undefined;
}
