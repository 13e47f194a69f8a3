import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { SecretBytes } from "../../base/index.js";
import type { ComponentFault } from "./component-fault.js";
import { type ComponentRule, findComponentFault } from "./component-rules.js";

/** The key that the components add up to, the caller's to wipe; or why there is none. */
export type SumOutcome =
  | { readonly kind: "sum"; readonly material: SecretBytes }
  | { readonly kind: "refused"; readonly fault: ComponentFault };

/** Of the keys that components are compared under; it lives as long as the sum. */
const TAG_KEY_LENGTH = 32;

/**
 * Adds components up (PCI PIN 12: exclusive-or over the full length) and keeps none of them: only the sum so far, and of each component
 * and each sum so far a keyed digest, to find those that come twice. Refuses what K9's attacks need: a zero, a component again, a sum that is
 * null, a key that is one of its components.
 */
export class ComponentSum {
  readonly #rule: ComponentRule;
  readonly #sum: SecretBytes;
  readonly #tagKey: SecretBytes;
  readonly #tags: Buffer[] = [];
  readonly #sumTags: Buffer[] = [];

  constructor(rule: ComponentRule) {
    this.#rule = rule;
    this.#sum = SecretBytes.alloc(rule.length);
    this.#tagKey = SecretBytes.take(randomBytes(TAG_KEY_LENGTH));
  }

  /** How many components are in it. */
  get count(): number {
    return this.#tags.length;
  }

  /** What is wrong with a component, by itself or beside those that are in the sum. */
  findFault(component: SecretBytes): ComponentFault | undefined {
    const fault = findComponentFault(this.#rule, component);
    if (fault !== undefined) return fault;
    const tag = this.#tagOf(component);
    if (isAmong(this.#tags, tag)) return "COMPONENT_REPEATED";
    // What the others added up to: together they would be nothing, and the key would be whatever comes after.
    return isAmong(this.#sumTags, tag) ? "SUM_NULL" : undefined;
  }

  /**
   * Adds a component, or says why not; then it is as before.
   * @param component stays the caller's to wipe
   */
  add(component: SecretBytes): ComponentFault | undefined {
    const fault = this.findFault(component);
    if (fault !== undefined) return fault;
    this.#tags.push(this.#tagOf(component));
    this.#addUp(component);
    this.#sumTags.push(this.#tagOf(this.#sum));
    return undefined;
  }

  /** The key, in a secret of its own; the sum is wiped. */
  finish(): SumOutcome {
    const tag = this.#tagOf(this.#sum);
    try {
      if (this.count > 1 && isAmong(this.#tags, tag)) return { kind: "refused", fault: "SUM_IS_COMPONENT" };
      const material = SecretBytes.alloc(this.#sum.length);
      this.#sum.expose().copy(material.expose());
      return { kind: "sum", material };
    } finally {
      this.wipe();
    }
  }

  /** May be called twice. */
  wipe(): void {
    this.#sum.wipe();
    this.#tagKey.wipe();
  }

  #addUp(component: SecretBytes): void {
    const [sum, bytes] = [this.#sum.expose(), component.expose()];
    for (let at = 0; at < sum.length; at += 1) sum[at] = (sum[at] ?? 0) ^ (bytes[at] ?? 0);
  }

  #tagOf(value: SecretBytes): Buffer {
    return createHmac("sha256", this.#tagKey.expose()).update(value.expose()).digest();
  }
}

function isAmong(tags: readonly Buffer[], tag: Buffer): boolean {
  return tags.some((known) => timingSafeEqual(known, tag));
}
