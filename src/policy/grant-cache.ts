import type { CompiledGrant } from "./compiled-grant.js";
import type { Caller } from "./identity.js";
import { OPERATION_SLOTS } from "./operations.js";
import { namesIn, type PolicyRequest } from "./policy-request.js";

/** Which grants match a caller, operation and names, whatever the time: for policies that give one caller many grants. */
export class GrantCache {
  readonly #entries = new Map<string, readonly CompiledGrant[]>();
  readonly #callerIds = new WeakMap<Caller, number>();
  readonly #capacity: number;
  #nextCallerId = 0;

  /** @param capacity entries kept; the oldest goes first, so that callers who invent names cost time, not memory */
  constructor(capacity = 10_000) {
    this.#capacity = capacity;
  }

  /** The grants that were found before, else those that `find` gives. Hits need the very same caller object as before. */
  get(request: PolicyRequest, find: () => readonly CompiledGrant[]): readonly CompiledGrant[] {
    const key = this.#keyOf(request);
    const known = this.#entries.get(key);
    if (known !== undefined) return known;
    const found = find();
    if (this.#entries.size >= this.#capacity) {
      const [oldest] = this.#entries.keys();
      if (oldest !== undefined) this.#entries.delete(oldest);
    }
    this.#entries.set(key, found);
    return found;
  }

  /** No key's name holds a blank or a semicolon. */
  #keyOf(request: PolicyRequest): string {
    let id = this.#callerIds.get(request.caller);
    if (id === undefined) {
      id = this.#nextCallerId++;
      this.#callerIds.set(request.caller, id);
    }
    const slots = OPERATION_SLOTS[request.operation].map((slot) => namesIn(request, slot).join(" "));
    return `${id};${request.operation};${slots.join(";")}`;
  }
}
