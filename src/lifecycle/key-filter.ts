import type { KeyHeader, KeyUsage } from "../keyblock/index.js";
import { coversPattern, type KeyPattern } from "../policy/key-pattern.js";
import type { KeyLife, KeyState } from "./key-state.js";

/** What keys must have to be listed: all that is given. */
export interface KeyFilter {
  readonly name?: KeyPattern;
  readonly usage?: KeyUsage;
  /** Exactly this one. */
  readonly owner?: string;
  readonly state?: KeyState;
  /** Seconds since 1970: only keys whose validity ends before. */
  readonly expiresBefore?: number;
}

/** Whether a key passes. One of whose life nothing is known has no state. */
export function passesFilter(header: KeyHeader, life: KeyLife | undefined, filter: KeyFilter): boolean {
  return (
    isNamed(header, filter.name) &&
    isGiven(filter.usage, header.usage) &&
    isGiven(filter.owner, header.owner) &&
    isGiven(filter.state, life?.state) &&
    (filter.expiresBefore === undefined || (header.notAfter ?? Number.POSITIVE_INFINITY) < filter.expiresBefore)
  );
}

function isNamed({ name }: KeyHeader, pattern: KeyPattern | undefined): boolean {
  return pattern === undefined || coversPattern(pattern, { kind: "name", name });
}

function isGiven<Value>(wanted: Value | undefined, value: Value | undefined): boolean {
  return wanted === undefined || wanted === value;
}
