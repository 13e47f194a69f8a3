import { randomUUID } from "node:crypto";
import { type handleUnaryCall, type ServerUnaryCall, type sendUnaryData, status } from "@grpc/grpc-js";
import { type Reason, Refusal } from "../../base/index.js";
import type { CallLog } from "../call-log.js";
import { toErrorResponse } from "../error-status.js";
import { callerOf } from "../identity.js";
import { CallCancelled, type CallContext, contextOf } from "./call-context.js";
import { MALFORMED, type Received } from "./service-definition.js";

/** What one method does: from a decoded request to its answer, or a thrown Refusal. */
export type Handler<Request, Response> = (request: Request, context: CallContext) => Promise<Response>;

/** Refusals that tell of the service, not of the request. TOKEN_UNAVAILABLE is not here: the engine itself reports a lost lane, once. */
const FAULTS: ReadonlySet<Reason> = new Set(["KEY_RECORD_CORRUPT", "TOKEN_CANNOT"]);

type Call<Request> = ServerUnaryCall<Received<Request>, unknown>;

/**
 * Runs every handler of the server, so that each call is answered exactly once and no error but a refusal's constant text can
 * reach a client. Bounds the calls in flight over all connections.
 */
export class CallRunner {
  readonly #log: CallLog;
  readonly #maxInFlight: number;
  #inFlight = 0;

  constructor(log: CallLog, maxInFlight: number) {
    this.#log = log;
    this.#maxInFlight = maxInFlight;
  }

  /** The handler as grpc-js wants it. */
  unary<Request, Response>(handler: Handler<Request, Response>): handleUnaryCall<Received<Request>, Response> {
    return (call, callback) => {
      const startedAt = performance.now();
      this.#answer(handler, call, callback)
        .catch((error: unknown) => this.#answerError(call, callback, error))
        .then((result) => this.#logCall(call, result, startedAt))
        // Nothing above rejects; if logging itself does, the call is answered and the process lives.
        .catch(() => undefined);
    };
  }

  async #answer<Request, Response>(
    handler: Handler<Request, Response>,
    call: Call<Request>,
    callback: sendUnaryData<Response>,
  ): Promise<string> {
    if (this.#inFlight >= this.#maxInFlight) throw new Refusal("OVERLOADED");
    this.#inFlight += 1;
    try {
      if (call.request === MALFORMED) throw new Refusal("REQUEST_INVALID");
      const context = contextOf(call);
      context.ensureLive();
      callback(null, await handler(call.request, context));
      return "OK";
    } finally {
      this.#inFlight -= 1;
    }
  }

  #answerError<Response>(call: Call<unknown>, callback: sendUnaryData<Response>, error: unknown): string {
    if (error instanceof CallCancelled) {
      callback({ code: status.CANCELLED, details: "The call was cancelled." });
      return "CANCELLED";
    }
    if (error instanceof Refusal) {
      if (FAULTS.has(error.reason)) this.#log.fault(call.getPath(), error);
      callback(toErrorResponse(error));
      return error.reason;
    }
    const incident = randomUUID();
    this.#log.defect(incident, call.getPath(), error);
    const response = toErrorResponse(new Refusal("INTERNAL"), incident);
    callback(response);
    return "INTERNAL";
  }

  #logCall(call: Call<unknown>, result: string, startedAt: number): void {
    if (!this.#log.wantsCalls) return;
    const milliseconds = performance.now() - startedAt;
    this.#log.call({ method: call.getPath(), result, milliseconds, caller: callerOf(call) });
  }
}
