import type { AuditOutcome } from "../../audit/index.js";

/** How an alarm stands in the logs. */
interface AlarmForm {
  /** Whether the service itself is broken, or somebody tries something. */
  readonly level: "warn" | "error";
  /** The constant text of its line. */
  readonly message: string;
  /** The outcome in its audit record; none for what cannot be recorded. */
  readonly outcome?: AuditOutcome;
}

/** Everything that a person should look at, and how it is said. */
export const ALARMS = {
  BUDGET_EXHAUSTED: { level: "warn", message: "a failure budget is used up", outcome: "BUDGET_EXHAUSTED" },
  KSN_REPLAYED: { level: "warn", message: "KSN used again", outcome: "KSN_REPLAYED" },
  KEY_RECORD_CORRUPT: {
    level: "error",
    message: "a registered key does not hold what its record promises",
    outcome: "KEY_RECORD_CORRUPT",
  },
  LEDGER_UNAVAILABLE: { level: "error", message: "the ledger or the budgets cannot be written", outcome: "LEDGER_UNAVAILABLE" },
  AUDIT_UNAVAILABLE: { level: "error", message: "the audit log cannot be written: nothing is answered" },
  LANES_LOST: { level: "error", message: "all lanes are lost: nothing is served", outcome: "TOKEN_UNAVAILABLE" },
  SELF_TEST_FAILED: { level: "error", message: "the token gave a wrong known answer", outcome: "TOKEN_UNAVAILABLE" },
} as const satisfies Record<string, AlarmForm>;

export type AlarmKind = keyof typeof ALARMS;

/** All of them. */
export const ALARM_KINDS = Object.keys(ALARMS) as readonly AlarmKind[];

/** The form of a kind, with its optional members. */
export function alarmForm(kind: AlarmKind): AlarmForm {
  return ALARMS[kind];
}

/** Reasons for which a call is refused that are alarms too. A replay is reported by the ledger, which also sees those that are only detected. */
const BY_REASON: ReadonlySet<string> = new Set(["BUDGET_EXHAUSTED", "KEY_RECORD_CORRUPT", "LEDGER_UNAVAILABLE"]);

/** Whether a call that is refused for the reason raises an alarm, of the same name. */
export function isAlarmReason(reason: string): reason is "BUDGET_EXHAUSTED" | "KEY_RECORD_CORRUPT" | "LEDGER_UNAVAILABLE" {
  return BY_REASON.has(reason);
}
