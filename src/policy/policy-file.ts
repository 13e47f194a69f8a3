import type { Policy } from "./policy.js";
import { PolicyError } from "./policy-error.js";
import { type ReadPolicy, readPolicy } from "./read-policy.js";

/** How a reload ended; `problems` are complete sentences for the operator. */
export type ReloadOutcome =
  | { readonly loaded: true; readonly warnings: readonly string[] }
  | { readonly loaded: false; readonly problems: readonly string[] };

/** The policy of a running service, read from one file: at start, and again when it is told to. It watches nothing. */
export class PolicyFile {
  readonly #file: string;
  readonly #clock: () => number;
  #current: ReadPolicy;

  /**
   * @param clock seconds since 1970
   * @throws PolicyError
   */
  constructor(file: string, clock: () => number = () => Math.floor(Date.now() / 1000)) {
    this.#file = file;
    this.#clock = clock;
    this.#current = readPolicy(file, clock());
  }

  /** The policy in force. Take it once for each request, so that all its steps are decided by the same one. */
  get policy(): Policy {
    return this.#current.policy;
  }

  /** Of the policy in force. */
  get warnings(): readonly string[] {
    return this.#current.warnings;
  }

  /** Reads the file again. The new policy takes over as a whole; a file that is not taken leaves the old one in force. */
  reload(): ReloadOutcome {
    try {
      this.#current = readPolicy(this.#file, this.#clock());
      return { loaded: true, warnings: this.#current.warnings };
    } catch (error) {
      if (error instanceof PolicyError) return { loaded: false, problems: error.problems };
      throw error;
    }
  }
}
