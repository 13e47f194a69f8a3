/** Why a token cannot be opened: the closed list, with the constant text for the operator. */
export const TOKEN_START_ERRORS = {
  MODULE_UNLOADABLE: "The PKCS#11 module cannot be loaded.",
  TOKEN_NOT_FOUND: "No token has the label and serial number of the profile.",
  TOKEN_AMBIGUOUS: "More than one token has the label of the profile: give its serial number.",
  PIN_INVALID: "The token refused its PIN.",
  PIN_LOCKED: "The token's PIN is locked.",
  KEYS_MISSING: "The token does not hold exactly one each of pinmac's token keys.",
  KEY_ATTRIBUTES_DRIFTED: "A token key has attributes that pinmac did not give it.",
  FOUNDING_UNFINISHED: "The founding of this token was not finished: its keys are not to be used.",
  SELF_TEST_FAILED: "The token gave a wrong known answer.",
  SOFTWARE_TOKEN_IN_PRODUCTION: "A software token must not serve production.",
  TOKEN_CANNOT: "The token lacks a mechanism that pinmac needs.",
  TOKEN_FAULT: "The token failed while it was opened.",
} as const;
export type TokenStartErrorCode = keyof typeof TOKEN_START_ERRORS;

/** The token cannot be opened. The message is constant; the cause is for the operator. */
export class TokenStartError extends Error {
  override readonly name = "TokenStartError";
  readonly code: TokenStartErrorCode;

  constructor(code: TokenStartErrorCode, cause?: unknown) {
    super(TOKEN_START_ERRORS[code], cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
