import { Refusal } from "../base/index.js";

/** Whether a register can be relied on at all. One that cannot is not again until it is opened anew, which verifies it. */
export class Soundness {
  readonly #listeners = new Set<() => void>();
  #holds = true;

  /** As health asks it. */
  get state(): { readonly serving: boolean } {
    return { serving: this.#holds };
  }

  /** Calls `listener` after the change; returns the function that takes it off again. */
  onStateChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** It cannot be relied on from now on. */
  end(): void {
    if (!this.#holds) return;
    this.#holds = false;
    for (const listener of this.#listeners) listener();
  }

  /** @throws Refusal KEY_RECORD_CORRUPT */
  ensure(): void {
    if (!this.#holds) throw new Refusal("KEY_RECORD_CORRUPT");
  }
}
