/** A question was answered wrongly three times: the ceremony ends. */
export class TriesExhausted extends Error {
  override readonly name = "TriesExhausted";

  constructor() {
    super("It was answered wrongly three times.");
  }
}

/** How often one question is asked. */
export const MAX_TRIES = 3;
