import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  applyChange,
  isUsePermitted,
  KEY_CHANGES,
  KEY_STATES,
  type KeyChange,
  type KeyChangeKind,
  type KeyLife,
  type KeyState,
  type KeyUse,
  LifecycleError,
  lifeWithoutRecords,
} from "../../src/lifecycle/index.js";

const DAY = 86_400;
const T0 = 1_800_000_000;

const CHANGES: Readonly<Record<KeyChangeKind, KeyChange>> = {
  activate: { kind: "activate" },
  suspend: { kind: "suspend", reason: "precaution" },
  resume: { kind: "resume" },
  retire: { kind: "retire", overlapDays: 0, waitingDays: 7 },
  restore: { kind: "restore" },
  destroy: { kind: "destroy" },
};

/** A life in that state since T0. */
function lifeIn(state: KeyState): KeyLife {
  const life = { state, since: T0, compromised: false };
  return state === "retired" ? { ...life, before: "active", destroyAfter: T0 + 7 * DAY } : life;
}

const changed = (life: KeyLife, change: KeyChange, at: number): KeyLife | string => {
  try {
    return applyChange(life, change, at);
  } catch (error) {
    if (error instanceof LifecycleError) return error.code;
    throw error;
  }
};

const stateAfter = (life: KeyLife, change: KeyChange, at = T0 + 8 * DAY): string => {
  const next = changed(life, change, at);
  return typeof next === "string" ? next : next.state;
};

/** Where each change leads from each state; a dash: it does not. */
const TABLE: Readonly<Record<KeyChangeKind, readonly (KeyState | "-")[]>> = {
  //         pending    active       suspended  retired      destroyed
  activate: ["active", "-", "-", "-", "-"],
  suspend: ["-", "suspended", "-", "suspended", "-"],
  resume: ["-", "-", "active", "-", "-"],
  retire: ["retired", "retired", "retired", "-", "-"],
  restore: ["-", "-", "-", "active", "-"],
  destroy: ["-", "-", "-", "destroyed", "-"],
};

const ROWS = KEY_CHANGES.flatMap((change) =>
  KEY_STATES.map((state, index) => [change, state, TABLE[change][index] ?? "-"] as const),
);

interface Moment {
  readonly life: KeyLife;
  readonly at: number;
}

function checkStep({ life, at: before }: Moment, [change, pause]: readonly [KeyChange, number]): Moment {
  const at = before + pause;
  const next = changed(life, change, at);
  if (life.state === "destroyed") expect(next).toBe("CHANGE_NOT_ALLOWED");
  if (typeof next === "string") return { life, at };
  if (next.state === "destroyed") expect([life.state, at >= life.since + 7 * DAY]).toEqual(["retired", true]);
  return { life: next, at };
}

describe("the states of a key", () => {
  it.each(ROWS)("%s of a key that is %s: %s", (change, state, expected) => {
    expect(stateAfter(lifeIn(state), CHANGES[change])).toBe(expected === "-" ? "CHANGE_NOT_ALLOWED" : expected);
  });

  it("never change once the key is destroyed, and lead there only through the waiting time, whatever comes", () => {
    const change = fc.constantFrom(...Object.values(CHANGES));
    const steps = fc.array(fc.tuple(change, fc.integer({ min: 0, max: 30 * DAY })), { maxLength: 30 });
    fc.assert(
      fc.property(steps, (all) => all.reduce(checkStep, { life: lifeWithoutRecords("pending"), at: T0 }) !== undefined),
    );
  });

  it("are kept for their waiting time, and the overlap before it", () => {
    const retired = applyChange(lifeIn("active"), { kind: "retire", overlapDays: 30, waitingDays: 7 }, T0);
    const end = T0 + 37 * DAY;
    expect(stateAfter(retired, CHANGES.destroy, end - 1)).toBe("WAITING_TIME");
    expect(stateAfter(retired, CHANGES.destroy, end)).toBe("destroyed");
    expect(stateAfter(retired, CHANGES.restore, end - 1)).toBe("active");
  });

  it.each(["pending", "active", "suspended"] as const)("come back as they were: %s", (state) => {
    expect(stateAfter(applyChange(lifeIn(state), CHANGES.retire, T0), CHANGES.restore)).toBe(state);
  });

  it.each([
    [0, 0],
    [0, 0.5],
    [0, 3_651],
    [-1, 7],
    [3_651, 7],
    [Number.NaN, 7],
  ])("do not change for an overlap of %d and a waiting time of %d days", (overlapDays, waitingDays) => {
    expect(changed(lifeIn("active"), { kind: "retire", overlapDays, waitingDays }, T0)).toBe("DAYS_INVALID");
  });

  it.each(["pending", "suspended"] as const)("leave no overlap to a key that is %s", (state) => {
    expect(changed(lifeIn(state), { kind: "retire", overlapDays: 1, waitingDays: 7 }, T0)).toBe("DAYS_INVALID");
  });

  it.each(Object.entries(CHANGES))("do not change before they began: %s", (_kind, change) => {
    for (const state of KEY_STATES) {
      expect(["CHANGE_NOT_ALLOWED", "CLOCK_WENT_BACK"]).toContain(changed(lifeIn(state), change, T0 - 1));
    }
  });

  it("do not lead back to use from a compromise", () => {
    const stopped = applyChange(lifeIn("active"), { kind: "suspend", reason: "compromised" }, T0);
    expect(stateAfter(stopped, CHANGES.resume)).toBe("KEY_COMPROMISED");
    const retired = applyChange(stopped, CHANGES.retire, T0);
    expect(retired.compromised).toBe(true);
    const restored = applyChange(retired, CHANGES.restore, T0);
    expect([restored.state, stateAfter(restored, CHANGES.resume)]).toEqual(["suspended", "KEY_COMPROMISED"]);
  });

  it("stop a retired key within its overlap", () => {
    const retired = applyChange(lifeIn("active"), { kind: "retire", overlapDays: 30, waitingDays: 7 }, T0);
    const stopped = applyChange(retired, { kind: "suspend", reason: "compromised" }, T0 + 1);
    expect(isUsePermitted(stopped, "inbound", T0 + 2)).toBe(false);
  });
});

describe("what a state permits", () => {
  const USES: readonly KeyUse[] = ["inbound", "outbound", "reply", "look"];
  const permitted = (life: KeyLife, now = T0 + DAY) => USES.filter((use) => isUsePermitted(life, use, now));

  it.each([
    ["pending", ["look"]],
    ["active", USES],
    ["suspended", ["look"]],
    ["retired", ["look"]],
    ["destroyed", []],
  ] as const)("%s: %j", (state, uses) => {
    expect(permitted(lifeIn(state))).toEqual(uses);
  });

  it("within the overlap: what comes in, and replies to its devices", () => {
    const retired = applyChange(lifeIn("active"), { kind: "retire", overlapDays: 2, waitingDays: 7 }, T0);
    expect(permitted(retired, T0 + 2 * DAY - 1)).toEqual(["inbound", "reply", "look"]);
    expect(permitted(retired, T0 + 2 * DAY)).toEqual(["look"]);
    // A clock that went back to before the rotation is no reason to serve.
    expect(permitted(retired, T0 - 1)).toEqual(["look"]);
  });
});
