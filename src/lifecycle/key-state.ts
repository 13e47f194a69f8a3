/**
 * The states of a key's life.
 * pending: made, not in use yet; active: in use; suspended: stopped, may go on; retired: no more in use, may be restored until it is
 * destroyed; destroyed: the sealed key is gone.
 */
export const KEY_STATES = ["pending", "active", "suspended", "retired", "destroyed"] as const;
export type KeyState = (typeof KEY_STATES)[number];

/** Where a key stands in its life. */
export interface KeyLife {
  readonly state: KeyState;
  /** Seconds since 1970, as the other times: when that state began. 0 before the first record. */
  readonly since: number;
  /** Somebody else may have the key (PCI PIN 22): it never becomes active again. */
  readonly compromised: boolean;
  /** Of a retired key: what it was before, and becomes again when it is restored. */
  readonly before?: Exclude<KeyState, "retired" | "destroyed">;
  /** Of a retired key: until then it still verifies and translates what comes in. */
  readonly overlapUntil?: number;
  /** Of a retired key: not to be destroyed before. */
  readonly destroyAfter?: number;
}

/** The life of a key about which officers have signed nothing. */
export function lifeWithoutRecords(state: "pending" | "active"): KeyLife {
  return { state, since: 0, compromised: false };
}
