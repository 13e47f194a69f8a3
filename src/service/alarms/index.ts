/**
 * What a person should look at: one way in, `Alarms.raise`; three ways out: metrics, the log, the audit log.
 * Raised by the call runner, the ledger, the lanes and the audit log.
 */
export { ALARM_KINDS, ALARMS, type AlarmKind, isAlarmReason } from "./alarm-kind.js";
export { type AlarmCircumstances, type AlarmCounts, type AlarmedCall, Alarms } from "./alarms.js";
