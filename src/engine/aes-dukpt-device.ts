import type { AesDukptPlan, KeyDeriver } from "../dukpt/index.js";

interface KeptKey<K> {
  readonly counterSoFar: number;
  readonly key: K;
}

/**
 * The derivation keys of one device on the way to its last transaction. Counters rise by one and differ in their low bits, so that the next
 * transaction shares all of the way but its last step.
 */
export class AesDukptDevice<K> {
  #initialKey: K | undefined;
  /** Each derived from the one before it. */
  readonly #way: KeptKey<K>[] = [];

  /** What is kept. */
  get keys(): readonly K[] {
    const initialKey = this.#initialKey === undefined ? [] : [this.#initialKey];
    return [...initialKey, ...this.#way.map(({ key }) => key)];
  }

  /**
   * The derivation key of a plan's transaction. It stays the device's, until the next call.
   * @param bdk stays the caller's; it and the deriver's session are the same in every call
   */
  derivationKey(plan: AesDukptPlan, bdk: K, deriver: KeyDeriver<K>): K {
    this.#initialKey ??= deriver.derive(bdk, plan.initialKey, "intermediate");
    const shared = this.#sharedSteps(plan);
    for (const { key } of this.#way.splice(shared)) deriver.destroy(key);
    let parent = this.#way.at(-1)?.key ?? this.#initialKey;
    for (const { counterSoFar, step } of plan.intermediate.slice(shared)) {
      parent = deriver.derive(parent, step, "intermediate");
      this.#way.push({ counterSoFar, key: parent });
    }
    return parent;
  }

  #sharedSteps({ intermediate }: AesDukptPlan): number {
    const parting = this.#way.findIndex(({ counterSoFar }, index) => intermediate[index]?.counterSoFar !== counterSoFar);
    return parting === -1 ? this.#way.length : parting;
  }
}
