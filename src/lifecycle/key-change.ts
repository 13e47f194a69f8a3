import type { KeyLife, KeyState } from "./key-state.js";
import { LifecycleError } from "./lifecycle-error.js";

/** Why a key is stopped. */
export const SUSPENSION_REASONS = ["precaution", "compromised"] as const;
export type SuspensionReason = (typeof SUSPENSION_REASONS)[number];

/** What officers decide about a key. */
export type KeyChange =
  | { readonly kind: "activate" }
  | { readonly kind: "suspend"; readonly reason: SuspensionReason }
  | { readonly kind: "resume" }
  /** Days from now: how long it still serves what comes in, and how long it can be restored. */
  | { readonly kind: "retire"; readonly overlapDays: number; readonly waitingDays: number }
  | { readonly kind: "restore" }
  | { readonly kind: "destroy" };
export type KeyChangeKind = KeyChange["kind"];
export const KEY_CHANGES = ["activate", "suspend", "resume", "retire", "restore", "destroy"] as const;

/** How long a retired key can be restored, if nothing else is said; and what may be said. */
export const DEFAULT_WAITING_DAYS = 7;
export const MIN_WAITING_DAYS = 1;
export const MAX_DAYS = 3_650;

const DAY = 86_400;

/** From which states each change leads on. */
const FROM: Readonly<Record<KeyChangeKind, readonly KeyState[]>> = {
  activate: ["pending"],
  // A retired key that is still within its overlap must be stoppable too.
  suspend: ["active", "retired"],
  resume: ["suspended"],
  retire: ["pending", "active", "suspended"],
  restore: ["retired"],
  destroy: ["retired"],
};

/** Whether the key's state leads to a suspension. */
export function isSuspendable({ state }: KeyLife): boolean {
  return FROM.suspend.includes(state);
}

/**
 * The life after a change at `at` (seconds since 1970, by the clock that the signed statement says).
 * @throws LifecycleError CHANGE_NOT_ALLOWED, CLOCK_WENT_BACK, KEY_COMPROMISED, WAITING_TIME, DAYS_INVALID
 */
export function applyChange(life: KeyLife, change: KeyChange, at: number): KeyLife {
  if (!FROM[change.kind].includes(life.state)) throw new LifecycleError("CHANGE_NOT_ALLOWED");
  if (!Number.isSafeInteger(at) || at < life.since) throw new LifecycleError("CLOCK_WENT_BACK");
  const { compromised } = life;
  switch (change.kind) {
    case "activate":
    case "resume":
      if (compromised) throw new LifecycleError("KEY_COMPROMISED");
      return { state: "active", since: at, compromised };
    case "suspend":
      return { state: "suspended", since: at, compromised: compromised || change.reason === "compromised" };
    case "retire":
      return retired(life, change, at);
    case "restore":
      return { state: life.before ?? "suspended", since: at, compromised };
    case "destroy":
      if (at < (life.destroyAfter ?? Number.POSITIVE_INFINITY)) throw new LifecycleError("WAITING_TIME");
      return { state: "destroyed", since: at, compromised };
  }
}

type Retirement = Extract<KeyChange, { readonly kind: "retire" }>;

function retired({ state, compromised }: KeyLife, { overlapDays, waitingDays }: Retirement, at: number): KeyLife {
  if (!isDays(overlapDays, 0) || !isDays(waitingDays, MIN_WAITING_DAYS)) throw new LifecycleError("DAYS_INVALID");
  // Only what was in use until now has something on its way.
  if (overlapDays > 0 && state !== "active") throw new LifecycleError("DAYS_INVALID");
  if (state === "retired" || state === "destroyed") throw new LifecycleError("CHANGE_NOT_ALLOWED");
  const overlapUntil = at + overlapDays * DAY;
  const destroyAfter = overlapUntil + waitingDays * DAY;
  return { state: "retired", since: at, compromised, before: state, destroyAfter, ...(overlapDays > 0 && { overlapUntil }) };
}

function isDays(days: number, least: number): boolean {
  return Number.isInteger(days) && days >= least && days <= MAX_DAYS;
}
