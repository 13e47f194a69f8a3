import { forbidsRetry, LaneStartError } from "./lane-failure.js";

/**
 * Runs a login while no other process of the same service is at one. @throws LaneStartError of a refusal that another process was given, and
 * what the login throws
 */
export type LoginTurn = <T>(login: () => Promise<T>) => Promise<T>;

/**
 * Lets lanes log in one at a time, and none any more once the token refused the PIN. However many lanes there are, and however often
 * they are replaced, a wrong PIN is presented once.
 */
export class LoginGate {
  readonly #turn: LoginTurn;
  #last: Promise<unknown> = Promise.resolve();
  #refusal: LaneStartError | undefined;

  /** @param turn where several processes log in to one token; not given: this is the only one */
  constructor(turn: LoginTurn = (login) => login()) {
    this.#turn = turn;
  }

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
      return await this.#turn(login);
    } catch (error) {
      if (error instanceof LaneStartError && forbidsRetry(error.code)) this.#refusal = error;
      throw error;
    }
  }
}
