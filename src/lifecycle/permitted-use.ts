import type { KeyLife } from "./key-state.js";

/**
 * What a key is wanted for.
 * inbound: to verify or decipher what somebody sent under it; outbound: to make something under it; reply: to answer a device under the
 * BDK that it sent with, since it knows no other; look: to be described.
 */
export type KeyUse = "inbound" | "outbound" | "reply" | "look";

/** Whether the key's life permits that use at `now` (seconds since 1970). */
export function isUsePermitted(life: KeyLife, use: KeyUse, now: number): boolean {
  if (use === "look") return life.state !== "destroyed";
  if (life.state === "active") return true;
  return use !== "outbound" && isInOverlap(life, now);
}

/** Whether a retired key still serves what comes in. The clock must not have gone back to before the retirement. */
export function isInOverlap({ state, since, overlapUntil }: KeyLife, now: number): boolean {
  return state === "retired" && overlapUntil !== undefined && now >= since && now < overlapUntil;
}
