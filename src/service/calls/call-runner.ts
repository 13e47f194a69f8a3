import { randomUUID } from "node:crypto";
import { type handleBidiStreamingCall, type handleUnaryCall, type ServerErrorResponse, status } from "@grpc/grpc-js";
import type { AuditOutcome } from "../../audit/index.js";
import { type Reason, Refusal } from "../../base/index.js";
import { CallerDirectory } from "../../policy/index.js";
import { type Alarms, isAlarmReason } from "../alarms/index.js";
import { type AuditSink, auditEntryOf } from "../audit-trail.js";
import type { CallLog } from "../call-log.js";
import { toErrorResponse } from "../error-status.js";
import { FloodSummary } from "../flood-summary.js";
import { callerOf, peerCertificateOf } from "../identity.js";
import type { CallLoad, CallMetrics } from "../metrics/call-metrics.js";
import { EVERYTHING, type Permission, type PolicySource, permissionOf } from "../permission.js";
import { CallCancelled, type CallContext, contextOf } from "./call-context.js";
import type { Ending } from "./ending.js";
import type { InFlight } from "./in-flight.js";
import { type ItemCodec, ItemStream } from "./item-stream.js";
import { MALFORMED, type Received } from "./service-definition.js";

/** What one method does: from a decoded request to its answer, or a thrown Refusal. */
export type Handler<Request, Response> = (request: Request, context: CallContext) => Promise<Response>;

/** What an answer says: done, or that something did not match. */
export type Verdict<Response> = (response: Response) => "OK" | "MAC_MISMATCH" | "PIN_MISMATCH";

const DONE = () => "OK" as const;

/** What one kind of request is run with. */
interface Run<Request, Response> {
  readonly handler: Handler<Request, Response>;
  readonly verdict: Verdict<Response>;
  readonly origin: Origin;
}

/** One request, and whether there was room for it. */
interface Arrival<Request> {
  readonly request: Received<Request>;
  readonly context: CallContext;
  readonly isIn: boolean;
  /** The number of a stream's item. */
  readonly correlationId?: string;
}

/** What a runner is given beside its bounds; whatever is not there is not done. */
export interface CallRunnerParts {
  readonly log: CallLog;
  /** None: everyone may do everything. */
  readonly policy?: PolicySource | undefined;
  readonly audit?: AuditSink | undefined;
  readonly metrics?: Pick<CallMetrics, "ended"> | undefined;
  readonly alarms?: Pick<Alarms, "raise"> | undefined;
  /** Told of every request that was refused for such a reason. */
  readonly failed?: ((reason: UnavailableReason) => void) | undefined;
}

/** Refusals that tell of the service, not of the request. TOKEN_UNAVAILABLE is not here: the engine itself reports a lost lane, once. */
const FAULTS: ReadonlySet<Reason> = new Set(["KEY_RECORD_CORRUPT", "TOKEN_CANNOT"]);

/** Reasons of refusals that say that something behind the service cannot be written. */
export type UnavailableReason = "AUDIT_UNAVAILABLE" | "LEDGER_UNAVAILABLE";

/** Who asks for what. */
interface Origin {
  getPath(): string;
  getAuthContext(): ReturnType<Parameters<typeof callerOf>[0]["getAuthContext"]>;
}

/**
 * Runs every handler of the server, so that each request is answered exactly once and no error but a refusal's constant text can
 * reach a client. Where there is an audit log, no answer leaves before its record is on disk. What is in flight is bounded, whether it
 * came as a call or on a stream.
 */
export class CallRunner {
  readonly #log: CallLog;
  readonly #inFlight: InFlight;
  readonly #policy: PolicySource | undefined;
  readonly #audit: AuditSink | undefined;
  readonly #floods: FloodSummary | undefined;
  readonly #metrics: CallRunnerParts["metrics"];
  readonly #alarms: CallRunnerParts["alarms"];
  readonly #failed: CallRunnerParts["failed"];
  readonly #callers = new CallerDirectory();
  readonly #streams = new Set<{ finish(): void }>();
  #stopping = false;

  constructor(inFlight: InFlight, { log, policy, audit, metrics, alarms, failed }: CallRunnerParts) {
    this.#log = log;
    this.#inFlight = inFlight;
    this.#policy = policy;
    this.#audit = audit;
    this.#failed = failed;
    this.#floods = audit && new FloodSummary(audit);
    this.#metrics = metrics;
    this.#alarms = alarms;
  }

  /** What there is to do now. */
  get load(): CallLoad {
    return { inFlight: this.#inFlight.all, streams: this.#streams.size };
  }

  /** A handler of single calls, as grpc-js wants it. */
  unary<Request, Response>(
    handler: Handler<Request, Response>,
    verdict: Verdict<Response> = DONE,
  ): handleUnaryCall<Received<Request>, Response> {
    return (call, callback) => {
      this.#runCall({ handler, verdict, origin: call }, call.request, contextOf(call, this.#permissionOf(call)))
        .then((ending) => {
          if (ending.kind === "answered") callback(null, ending.response);
          else callback(errorOf(ending));
        })
        // Nothing above rejects; if answering itself does, the process lives.
        .catch(() => undefined);
    };
  }

  /** A handler of the items of a stream, as grpc-js wants it. */
  stream<Item, Answer, Request, Response>(
    handler: Handler<Request, Response>,
    codec: ItemCodec<Item, Answer, Request, Response>,
    verdict: Verdict<Response> = DONE,
  ): handleBidiStreamingCall<Received<Item>, Answer> {
    return (call) => {
      const stream = new ItemStream(call, codec, {
        enter: (begin) => this.#inFlight.enterItem(callerOf(call), begin),
        run: (arrival) => this.#runItem({ handler, verdict, origin: call }, arrival),
        permissionNow: () => this.#permissionOf(call),
      });
      this.#streams.add(stream);
      stream.ended.then(() => this.#streams.delete(stream)).catch(() => undefined);
      if (this.#stopping) stream.finish();
    };
  }

  /** Lets every stream answer what it has begun, take nothing new, and end. */
  finishStreams(): void {
    this.#stopping = true;
    for (const stream of this.#streams) stream.finish();
  }

  /** Records what is counted of refusals. To be called when no call is in flight any more. */
  async close(): Promise<void> {
    await this.#floods?.flush();
  }

  /** By the policy that is in force now. */
  #permissionOf(origin: Origin): Permission {
    if (this.#policy === undefined) return EVERYTHING;
    return permissionOf(this.#policy.policy, this.#callers.callerOf(peerCertificateOf(origin)));
  }

  async #runCall<Request, Response>(
    run: Run<Request, Response>,
    request: Received<Request>,
    context: CallContext,
  ): Promise<Ending<Response>> {
    const isIn = this.#inFlight.enter(context.caller);
    try {
      return await this.#run(run, { request, context, isIn });
    } finally {
      if (isIn) this.#inFlight.leave(context.caller);
    }
  }

  async #runItem<Request, Response>(run: Run<Request, Response>, arrival: Arrival<Request>): Promise<Ending<Response>> {
    try {
      return await this.#run(run, arrival);
    } finally {
      if (arrival.isIn) this.#inFlight.leaveItem(arrival.context.caller);
    }
  }

  /** What waits for the audit log is in flight too: a slow disk must not let requests pile up. */
  async #run<Request, Response>(
    run: Run<Request, Response>,
    { request, context, isIn, correlationId }: Arrival<Request>,
  ): Promise<Ending<Response>> {
    const startedAt = performance.now();
    const handled = isIn ? await this.#handle(run, request, context) : refused("OVERLOADED");
    if (handled.kind === "refused") this.#alarm(handled.refusal.reason, context, correlationId);
    const ending = await this.#record(run, handled, context, startedAt, correlationId);
    this.#metrics?.ended(run.origin.getPath(), outcomeOf(ending, run.verdict), (performance.now() - startedAt) / 1_000);
    this.#logCall(run.origin, ending, startedAt);
    return ending;
  }

  async #handle<Request, Response>(
    { handler, origin }: Run<Request, Response>,
    request: Received<Request>,
    context: CallContext,
  ): Promise<Ending<Response>> {
    try {
      if (request === MALFORMED) throw new Refusal("REQUEST_INVALID");
      context.ensureLive();
      return { kind: "answered", response: await handler(request, context) };
    } catch (error) {
      return this.#endingOf(error, origin);
    }
  }

  /** The ending as it stands in the audit log, or, if it does not, the refusal in its place. */
  async #record<Request, Response>(
    { verdict, origin }: Run<Request, Response>,
    ending: Ending<Response>,
    { caller, usedKeys, subjects }: CallContext,
    startedAt: number,
    correlationId: string | undefined,
  ): Promise<Ending<Response>> {
    if (this.#audit === undefined) return ending;
    if (ending.kind === "refused" && ending.refusal.reason === "OVERLOADED") {
      this.#floods?.note(caller, origin.getPath());
      return ending;
    }
    try {
      const ended = {
        path: origin.getPath(),
        caller,
        usedKeys,
        outcome: outcomeOf(ending, verdict),
        milliseconds: performance.now() - startedAt,
        digests: this.#audit.digestsOf?.(subjects) ?? {},
        ...(correlationId !== undefined && { correlationId }),
      };
      await this.#audit.append(auditEntryOf(ended));
      return ending;
    } catch (error) {
      // That the log cannot be written, the log itself reports, once; anything else is a defect.
      if (!(error instanceof Refusal)) this.#log.defect(randomUUID(), origin.getPath(), error);
      this.#failed?.("AUDIT_UNAVAILABLE");
      return refused("AUDIT_UNAVAILABLE");
    }
  }

  /** Before the call is recorded, so that both records share a write. */
  #alarm(reason: Reason, { caller, usedKeys }: CallContext, correlationId: string | undefined): void {
    if (this.#alarms === undefined || !isAlarmReason(reason)) return;
    const call = { caller, keys: usedKeys, ...(correlationId !== undefined && { correlationId }) };
    this.#alarms.raise(reason, { call });
  }

  #endingOf(error: unknown, origin: Origin): Ending<never> {
    if (error instanceof CallCancelled) return { kind: "cancelled" };
    if (error instanceof Refusal) {
      if (error.reason === "LEDGER_UNAVAILABLE") this.#failed?.(error.reason);
      if (FAULTS.has(error.reason)) this.#log.fault(origin.getPath(), error);
      return { kind: "refused", refusal: error };
    }
    const incident = randomUUID();
    this.#log.defect(incident, origin.getPath(), error);
    return { kind: "refused", refusal: new Refusal("INTERNAL"), incident };
  }

  #logCall(origin: Origin, ending: Ending<unknown>, startedAt: number): void {
    if (!this.#log.wantsCalls) return;
    const milliseconds = performance.now() - startedAt;
    this.#log.call({ method: origin.getPath(), result: resultOf(ending), milliseconds, caller: callerOf(origin) });
  }
}

function refused(reason: Reason): Ending<never> {
  return { kind: "refused", refusal: new Refusal(reason) };
}

function outcomeOf<Response>(ending: Ending<Response>, verdict: Verdict<Response>): AuditOutcome {
  if (ending.kind === "answered") return verdict(ending.response);
  return ending.kind === "refused" ? ending.refusal.reason : "CANCELLED";
}

function resultOf(ending: Ending<unknown>): string {
  if (ending.kind === "refused") return ending.refusal.reason;
  return ending.kind === "answered" ? "OK" : "CANCELLED";
}

function errorOf(
  ending: Exclude<Ending<never>, { readonly kind: "answered" }>,
): ServerErrorResponse | Partial<ServerErrorResponse> {
  if (ending.kind === "cancelled") return { code: status.CANCELLED, details: "The call was cancelled." };
  return toErrorResponse(ending.refusal, ending.incident);
}
