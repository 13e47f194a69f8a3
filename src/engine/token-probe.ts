import { timingSafeEqual } from "node:crypto";
import { type OpenToken, signAesCmac, TokenFault } from "../hsm/index.js";

/** Nothing that is ever sealed begins like this. */
const PROBE_MESSAGE = Buffer.from("pinmac probe v1\0", "latin1");

/**
 * Asks a living token for an answer that is known: the CMAC of a fixed message by the seal key, as it was when the token was opened. The
 * key lives in the token's store, so that the answer fails when store, login or session are gone.
 */
export class TokenProbe {
  readonly #token: Pick<OpenToken, "session" | "keys">;
  readonly #answer: Buffer;

  /** Asks for the first time. @throws TokenFault */
  constructor(token: Pick<OpenToken, "session" | "keys">) {
    this.#token = token;
    this.#answer = this.#ask();
  }

  /** @throws TokenFault when the token does not answer, or otherwise */
  check(): void {
    if (!timingSafeEqual(this.#ask(), this.#answer)) throw new TokenFault("device", "probe");
  }

  #ask(): Buffer {
    return signAesCmac(this.#token.session, this.#token.keys.sealKey, PROBE_MESSAGE);
  }
}
