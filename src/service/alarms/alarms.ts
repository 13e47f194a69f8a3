import { randomUUID } from "node:crypto";
import type { Logger } from "pino";
import type { AuditedKey } from "../../audit/index.js";
import { shapeOfError } from "../../base/index.js";
import { type AuditSink, distinctKeys } from "../audit-trail.js";
import { ALARM_KINDS, type AlarmKind, alarmForm } from "./alarm-kind.js";
import { AlarmRate } from "./alarm-rate.js";

/** Of which call an alarm is. Nothing of its data but the names of its keys, and these stand in the audit log only. */
export interface AlarmedCall {
  readonly caller: string;
  readonly keys: readonly AuditedKey[];
  readonly correlationId?: string;
}

/** What else is known of an alarm. */
export interface AlarmCircumstances {
  /** None: the service raised it by itself. */
  readonly call?: AlarmedCall;
  readonly cause?: unknown;
  /** Of a KSN that was used again: whose, and what is done about it. */
  readonly replay?: { readonly bdkId: string; readonly mode: "enforce" | "detect" };
}

/** What alarms are counted in. */
export interface AlarmCounts {
  readonly alarms: ReadonlyMap<AlarmKind, { add(): void }>;
  readonly suppressedAlarms: ReadonlyMap<AlarmKind, { add(): void }>;
}

/** Stands in audit records for the service itself. */
const SERVICE = "pinmac";

/**
 * The one way by which the service calls for a person: every alarm is counted, and those that are not too many of their kind stand in the
 * log and in the audit log as well.
 */
export class Alarms {
  readonly #logger: Logger;
  readonly #counts: AlarmCounts;
  readonly #rates: ReadonlyMap<AlarmKind, AlarmRate>;
  #audit: AuditSink | undefined;

  constructor(logger: Logger, counts: AlarmCounts, now: () => number = () => performance.now()) {
    this.#logger = logger;
    this.#counts = counts;
    this.#rates = new Map(ALARM_KINDS.map((kind) => [kind, new AlarmRate(now)]));
  }

  /** Where alarms are recorded from now on; until then they are not. */
  recordIn(audit: AuditSink): void {
    this.#audit = audit;
  }

  /** Never throws, and makes nobody wait. */
  raise(kind: AlarmKind, { call, cause, replay }: AlarmCircumstances = {}): void {
    this.#counts.alarms.get(kind)?.add();
    const suppressed = this.#rates.get(kind)?.take();
    if (suppressed === undefined) {
      this.#counts.suppressedAlarms.get(kind)?.add();
      return;
    }
    const { level, message } = alarmForm(kind);
    const error = cause === undefined ? {} : { error: shapeOfError(cause) };
    this.#logger[level]({ alarm: kind, caller: call?.caller ?? SERVICE, suppressed, ...replay, ...error }, message);
    this.#record(kind, call);
  }

  #record(kind: AlarmKind, call: AlarmedCall | undefined): void {
    const { outcome } = alarmForm(kind);
    if (outcome === undefined || this.#audit === undefined) return;
    const entry = {
      caller: call?.caller ?? SERVICE,
      operation: `Alarm.${kind}`,
      keys: distinctKeys(call?.keys ?? []),
      outcome,
      latencyMicroseconds: 0,
      correlationId: call?.correlationId ?? randomUUID(),
      digests: {},
      at: Date.now(),
    };
    // A log that cannot be written reports that by itself, and the alarm stands in the other places.
    this.#audit.append(entry).catch(() => undefined);
  }
}
