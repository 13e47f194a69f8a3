import type { Logger } from "pino";
import { type ErrorShape, type Refusal, shapeOfError } from "../base/index.js";

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
    this.#logger.error({ incident, method, error: shapeOfError(error) } satisfies DefectLine, "defect");
  }

  /** A refusal that the operator must see: something behind the service is wrong. */
  fault(method: string, refusal: Refusal): void {
    this.#logger.warn({ method, result: refusal.reason, error: shapeOfError(refusal) }, "fault");
  }
}
