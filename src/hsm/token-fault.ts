/**
 * What went wrong on the token, as far as pinmac acts on it.
 * - sessionLost, tokenGone, device: nothing more can be expected of this session
 * - object: a handle is dead or never was
 * - mechanism: the token cannot do this, with this key
 * - forbidden: the token refuses by an attribute or a template
 * - data: the input is not what the operation takes
 * - pin, pinLocked: login
 * - unknown: everything else, vendor codes included
 */
export type TokenFaultKind =
  | "sessionLost"
  | "tokenGone"
  | "device"
  | "object"
  | "mechanism"
  | "forbidden"
  | "data"
  | "pin"
  | "pinLocked"
  | "unknown";

/** CK_RV by kind (PKCS#11 v2.40, 3.6). What is not here is `unknown`. */
const CODES: Readonly<Record<Exclude<TokenFaultKind, "unknown">, readonly number[]>> = {
  // SESSION_CLOSED, SESSION_COUNT, SESSION_HANDLE_INVALID, USER_NOT_LOGGED_IN, CRYPTOKI_NOT_INITIALIZED
  sessionLost: [0xb0, 0xb1, 0xb3, 0x101, 0x190],
  // SLOT_ID_INVALID, DEVICE_REMOVED, TOKEN_NOT_PRESENT, TOKEN_NOT_RECOGNIZED
  tokenGone: [0x03, 0x32, 0xe0, 0xe1],
  // HOST_MEMORY, GENERAL_ERROR, FUNCTION_FAILED, DEVICE_ERROR, DEVICE_MEMORY, OPERATION_ACTIVE, OPERATION_NOT_INITIALIZED,
  // BUFFER_TOO_SMALL, FIPS_SELF_TEST_FAILED, FUNCTION_REJECTED
  device: [0x02, 0x05, 0x06, 0x30, 0x31, 0x90, 0x91, 0x150, 0x1a0, 0x200],
  // KEY_HANDLE_INVALID, OBJECT_HANDLE_INVALID, UNWRAPPING_KEY_HANDLE_INVALID, WRAPPING_KEY_HANDLE_INVALID
  object: [0x60, 0x82, 0xf0, 0x113],
  // FUNCTION_NOT_SUPPORTED, KEY_SIZE_RANGE, KEY_TYPE_INCONSISTENT, MECHANISM_INVALID, MECHANISM_PARAM_INVALID,
  // UNWRAPPING_KEY_SIZE_RANGE, UNWRAPPING_KEY_TYPE_INCONSISTENT, WRAPPING_KEY_SIZE_RANGE, WRAPPING_KEY_TYPE_INCONSISTENT
  mechanism: [0x54, 0x62, 0x63, 0x70, 0x71, 0xf1, 0xf2, 0x114, 0x115],
  // ATTRIBUTE_READ_ONLY, ATTRIBUTE_SENSITIVE, ATTRIBUTE_TYPE_INVALID, ATTRIBUTE_VALUE_INVALID, ACTION_PROHIBITED,
  // KEY_FUNCTION_NOT_PERMITTED, KEY_NOT_WRAPPABLE, KEY_UNEXTRACTABLE, SESSION_READ_ONLY, TEMPLATE_INCOMPLETE, TEMPLATE_INCONSISTENT,
  // TOKEN_WRITE_PROTECTED
  forbidden: [0x10, 0x11, 0x12, 0x13, 0x1b, 0x68, 0x69, 0x6a, 0xb5, 0xd0, 0xd1, 0xe2],
  // ARGUMENTS_BAD, DATA_INVALID, DATA_LEN_RANGE, ENCRYPTED_DATA_INVALID, ENCRYPTED_DATA_LEN_RANGE, SIGNATURE_INVALID,
  // SIGNATURE_LEN_RANGE, WRAPPED_KEY_INVALID, WRAPPED_KEY_LEN_RANGE
  data: [0x07, 0x20, 0x21, 0x40, 0x41, 0xc0, 0xc1, 0x110, 0x112],
  // PIN_INCORRECT, PIN_INVALID, PIN_LEN_RANGE, PIN_EXPIRED, USER_PIN_NOT_INITIALIZED
  pin: [0xa0, 0xa1, 0xa2, 0xa3, 0x102],
  // PIN_LOCKED
  pinLocked: [0xa4],
};

const KINDS: ReadonlyMap<number, TokenFaultKind> = new Map(
  Object.entries(CODES).flatMap(([kind, codes]) =>
    codes.map((code): [number, TokenFaultKind] => [code, kind as TokenFaultKind]),
  ),
);

/** The binding writes "CKR_X:n" with n in decimal; most of its calls also put n into `code`. */
const MESSAGE_PATTERN = /CKR_\w+:(\d+)/;

function codeOf(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  if ("code" in error && typeof error.code === "number" && error.code !== 0) return error.code;
  const match = MESSAGE_PATTERN.exec(error.message);
  return match?.[1] === undefined ? undefined : Number(match[1]);
}

/** A call to the token failed. For the operator's eyes: a caller of the service hears TOKEN_UNAVAILABLE and nothing of this. */
export class TokenFault extends Error {
  override readonly name = "TokenFault";
  readonly kind: TokenFaultKind;
  /** The call, such as `C_UnwrapKey`. */
  readonly operation: string;
  /** The CK_RV; undefined when the binding gave none. */
  readonly code: number | undefined;

  constructor(kind: TokenFaultKind, operation: string, code?: number, cause?: unknown) {
    super(
      `${operation}: ${kind}${code === undefined ? "" : ` (0x${code.toString(16)})`}`,
      cause === undefined ? undefined : { cause },
    );
    this.kind = kind;
    this.operation = operation;
    this.code = code;
  }

  /** What the binding threw, as a fault. Total: every CK_RV has a kind. An error without a CK_RV is a misuse of the binding. */
  static from(error: unknown, operation: string): TokenFault {
    if (error instanceof TokenFault) return error;
    const code = codeOf(error);
    return new TokenFault(code === undefined ? "unknown" : (KINDS.get(code) ?? "unknown"), operation, code, error);
  }

  /** Whether the session is beyond use. A refusal of the token's own rules leaves it whole. */
  get isFatal(): boolean {
    return !["mechanism", "forbidden", "data", "pin", "pinLocked"].includes(this.kind);
  }
}
