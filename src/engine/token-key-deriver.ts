import type { DerivationStep, DerivedKeyRole, KeyDeriver } from "../dukpt/index.js";
import { type DerivedKey, deriveKey, type ObjectHandle, type TokenSession } from "../hsm/index.js";

/** What a working key is in the token; its length is the plan's. */
export type WorkingKeyKind = Omit<DerivedKey, "length">;

/** Single derivations inside the token: derivation keys may derive, working keys do what their kind says. It counts them. */
export class TokenKeyDeriver {
  readonly #session: TokenSession;
  #derivations = 0;

  constructor(session: TokenSession) {
    this.#session = session;
  }

  /** Derivations made since it was created. */
  get derivations(): number {
    return this.#derivations;
  }

  /** As a deriver whose working keys are of that kind. @throws TokenFault */
  for(working: WorkingKeyKind): KeyDeriver<ObjectHandle> {
    return {
      derive: (parent: ObjectHandle, { data, keyLength: length }: DerivationStep, role: DerivedKeyRole): ObjectHandle => {
        this.#derivations++;
        const kind: WorkingKeyKind = role === "working" ? working : { keyType: "AES", use: "deriveAes" };
        return deriveKey(this.#session, parent, data, { ...kind, length });
      },
      destroy: (key) => this.#destroy(key),
    };
  }

  #destroy(key: ObjectHandle): void {
    if (this.#session.isBroken) return;
    try {
      this.#session.destroyObject(key);
    } catch (error) {
      // What cannot be destroyed ends with its session.
      this.#session.close();
      throw error;
    }
  }
}
