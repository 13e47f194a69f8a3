/** Why a token cannot be made ready, beside the reasons for which it cannot be opened: the closed list, with constant texts. */
export const TOKEN_INITIALIZATION_ERRORS = {
  KEYS_EXIST: "The token holds one of pinmac's token keys already: nothing was changed.",
  HALF_OBJECT: "The token holds the remains of an interrupted creation: an object without label or value.",
  FOUNDING_UNFINISHED: "The token holds the remains of a founding that was not finished: clear it first.",
  NO_UNFINISHED_FOUNDING: "The token holds no unfinished founding: nothing was changed.",
  HALF_OBJECTS_CHANGED: "The half objects of the token are not those that were shown: nothing was destroyed.",
  NO_FREE_SLOT: "There is no free slot for a new token.",
  SO_PIN_REQUIRED: "A new token needs the PIN of its security officer.",
} as const;
export type TokenInitializationErrorCode = keyof typeof TOKEN_INITIALIZATION_ERRORS;

/** The token was not made ready. The message is constant. */
export class TokenInitializationError extends Error {
  override readonly name = "TokenInitializationError";
  readonly code: TokenInitializationErrorCode;

  constructor(code: TokenInitializationErrorCode) {
    super(TOKEN_INITIALIZATION_ERRORS[code]);
    this.code = code;
  }
}
