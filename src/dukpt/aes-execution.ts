import type { DerivationStep } from "./aes-derivation-data.js";
import type { AesDukptPlan } from "./aes-plan.js";

/** What a derived key is made for: to derive from, or to be used as what the plan's usage says. */
export type DerivedKeyRole = "intermediate" | "working";

/**
 * Carries out single derivations wherever the keys live; `K` is a handle of the token, or bytes in a test.
 * A deriver whose `destroy` can fail must give up its whole session then, so that nothing derived outlives it.
 */
export interface KeyDeriver<K> {
  /** A new key; the parent stays. */
  derive(parent: K, step: DerivationStep, role: DerivedKeyRole): K;
  destroy(key: K): void;
}

/** Destroys every key, also when one of them resists; then throws that one's error. */
function destroyAll<K>(keys: readonly K[], deriver: KeyDeriver<K>): void {
  const failures: unknown[] = [];
  for (const key of keys) {
    try {
      deriver.destroy(key);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

/**
 * Carries out a plan from its device's initial key. Every intermediate key is destroyed on every exit.
 * @param initialKey stays the caller's
 * @returns the working key, the caller's to destroy
 */
export function executeAesDukptPlanFromInitialKey<K>(plan: AesDukptPlan, initialKey: K, deriver: KeyDeriver<K>): K {
  const made: K[] = [];
  try {
    let parent = initialKey;
    for (const { step } of plan.intermediate) {
      parent = deriver.derive(parent, step, "intermediate");
      made.push(parent);
    }
    return deriver.derive(parent, plan.workingKey, "working");
  } finally {
    destroyAll(made, deriver);
  }
}

/**
 * Carries out a plan from the BDK. The initial key and every intermediate key are destroyed on every exit.
 * @param bdk stays the caller's
 * @returns the working key, the caller's to destroy
 */
export function executeAesDukptPlan<K>(plan: AesDukptPlan, bdk: K, deriver: KeyDeriver<K>): K {
  const initialKey = deriver.derive(bdk, plan.initialKey, "intermediate");
  try {
    return executeAesDukptPlanFromInitialKey(plan, initialKey, deriver);
  } finally {
    deriver.destroy(initialKey);
  }
}
