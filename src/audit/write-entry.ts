import { REASONS } from "../base/index.js";
import { isKeyName } from "../keyblock/key-name.js";
import { type AuditEntry, type AuditedKey, DIGEST_PURPOSES } from "./audit-entry.js";

const OUTCOMES: ReadonlySet<string> = new Set(["OK", "MAC_MISMATCH", "PIN_MISMATCH", "CANCELLED", ...Object.keys(REASONS)]);
const OPERATION = /^[A-Za-z][A-Za-z0-9_./]{0,63}$/;
const CHECK_VALUE = /^(?:[0-9A-Fa-f]{2}){0,5}$/;
const DIGEST = /^(?:[0-9a-f]{2}){20,32}$/;
const CORRELATION_ID = /^[\x21-\x7e]{0,64}$/;
const PAN_LIKE = /[0-9]{13,}/g;
const MAX_CALLER_LENGTH = 256;
const MAX_KEYS = 64;

/**
 * The members of a call's record, as canonical JSON without braces. The allow-list of the log: field by field, each checked, and
 * nothing that is not named here.
 * @throws TypeError when an allowed field has not the form that it must have. The text names the field only.
 */
export function writeEntry(entry: AuditEntry): string {
  const { outcome, latencyMicroseconds: latency } = entry;
  const correlationId = checked(entry.correlationId, CORRELATION_ID, "correlationId").replace(PAN_LIKE, (run) =>
    "*".repeat(run.length),
  );
  if (!OUTCOMES.has(outcome)) throw malformed("outcome");
  if (entry.keys.length > MAX_KEYS) throw malformed("keys");
  if (!isCount(latency)) throw malformed("latencyMicroseconds");
  if (entry.count !== undefined && (!isCount(entry.count) || entry.count === 0)) throw malformed("count");
  return (
    `"caller":${JSON.stringify(callerOf(entry))},"operation":"${checked(entry.operation, OPERATION, "operation")}"` +
    `,"keys":[${entry.keys.map(writeKey).join(",")}],"outcome":"${outcome}","latencyMicroseconds":${latency}` +
    `,"correlationId":${JSON.stringify(correlationId)},"digests":{${writeDigests(entry.digests)}}` +
    (entry.count === undefined ? "" : `,"count":${entry.count}`)
  );
}

function callerOf({ caller }: AuditEntry): string {
  if (typeof caller !== "string") throw malformed("caller");
  return caller.slice(0, MAX_CALLER_LENGTH);
}

function writeKey({ name, version, checkValue }: AuditedKey): string {
  if (!isKeyName(name)) throw malformed("keys.name");
  if (!isCount(version)) throw malformed("keys.version");
  const value = checked(checkValue, CHECK_VALUE, "keys.checkValue").toUpperCase();
  return `{"name":"${name}","version":${version},"checkValue":"${value}"}`;
}

function writeDigests(digests: AuditEntry["digests"]): string {
  const members: string[] = [];
  for (const purpose of DIGEST_PURPOSES) {
    const digest = digests[purpose];
    if (digest !== undefined) members.push(`"${purpose}":"${checked(digest, DIGEST, `digests.${purpose}`)}"`);
  }
  return members.join(",");
}

function checked(value: string, form: RegExp, field: string): string {
  if (typeof value !== "string" || !form.test(value)) throw malformed(field);
  return value;
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function malformed(field: string): TypeError {
  return new TypeError(`An audit entry's ${field} is malformed.`);
}
