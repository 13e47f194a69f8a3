import { forbidsRetry, LaneStartError } from "./lane-failure.js";

/**
 * Lets lanes log in one at a time, and none any more once the token refused the PIN. However many lanes there are, and however often
 * they are replaced, a wrong PIN is presented once.
 */
export class LoginGate {
  #last: Promise<unknown> = Promise.resolve();
  #refusal: LaneStartError | undefined;

  /** The failure after which nobody may log in any more. */
  get refusal(): LaneStartError | undefined {
    return this.#refusal;
  }

  /** Waits for those who came earlier, then logs in. @throws LaneStartError of `login`, or of the refusal before it */
  pass<T>(login: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(() => this.#attempt(login));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #attempt<T>(login: () => Promise<T>): Promise<T> {
    if (this.#refusal !== undefined) throw this.#refusal;
    try {
      return await login();
    } catch (error) {
      if (error instanceof LaneStartError && forbidsRetry(error.code)) this.#refusal = error;
      throw error;
    }
  }
}
