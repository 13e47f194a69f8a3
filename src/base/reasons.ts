/** The gRPC status codes that refusals use. */
export type GrpcStatusName =
  | "INVALID_ARGUMENT"
  | "NOT_FOUND"
  | "ALREADY_EXISTS"
  | "FAILED_PRECONDITION"
  | "PERMISSION_DENIED"
  | "RESOURCE_EXHAUSTED"
  | "DEADLINE_EXCEEDED"
  | "UNAVAILABLE"
  | "UNIMPLEMENTED"
  | "DATA_LOSS"
  | "INTERNAL";

interface ReasonEntry {
  readonly status: GrpcStatusName;
  readonly message: string;
}

/**
 * Every reason for which the service refuses, with its gRPC status and its constant text: the closed list that
 * pinmac.v1.ErrorReason documents. Everything up to decryption is told apart; everything after it is PIN_BLOCK_INVALID.
 */
export const REASONS = {
  REQUEST_INVALID: { status: "INVALID_ARGUMENT", message: "A field of the request is missing or malformed." },
  PAN_INVALID: { status: "INVALID_ARGUMENT", message: "The PAN is not 12 to 19 digits." },
  PIN_BLOCK_FORMAT_INVALID: {
    status: "INVALID_ARGUMENT",
    message: "The PIN block format is not given or not one of ISO 9564-1.",
  },
  PIN_BLOCK_LENGTH_INVALID: { status: "INVALID_ARGUMENT", message: "The PIN block has not the length of its format." },
  KSN_REQUIRED: { status: "INVALID_ARGUMENT", message: "The key is a BDK: a KSN is required." },
  KSN_NOT_ALLOWED: { status: "INVALID_ARGUMENT", message: "The key is not a BDK: no KSN is allowed." },
  KSN_INVALID: {
    status: "INVALID_ARGUMENT",
    message: "The KSN is not a transaction KSN: wrong length, counter 0, or too many one-bits.",
  },
  MESSAGE_LENGTH_INVALID: { status: "INVALID_ARGUMENT", message: "The message is empty or too long." },
  MAC_LENGTH_INVALID: { status: "INVALID_ARGUMENT", message: "The MAC has not the length that its key fixes." },
  KEY_NOT_FOUND: { status: "NOT_FOUND", message: "There is no key of that name and version." },
  KEY_USAGE_MISMATCH: { status: "FAILED_PRECONDITION", message: "The key's usage does not serve this operation." },
  KEY_MODE_MISMATCH: { status: "FAILED_PRECONDITION", message: "The key's mode of use forbids this direction." },
  KEY_ALGORITHM_MISMATCH: { status: "FAILED_PRECONDITION", message: "The key's algorithm cannot carry this PIN block format." },
  KEY_NOT_YET_VALID: { status: "FAILED_PRECONDITION", message: "The key is not valid yet." },
  KEY_EXPIRED: { status: "FAILED_PRECONDITION", message: "The key is not valid any more." },
  KEY_ENVIRONMENT_MISMATCH: { status: "FAILED_PRECONDITION", message: "The key belongs to the other environment." },
  SEALED_KEY_INVALID: { status: "INVALID_ARGUMENT", message: "The sealed key is not one of this service, or was changed." },
  KEY_RECORD_CORRUPT: { status: "DATA_LOSS", message: "The registered key does not hold what its record promises." },
  KEY_EXISTS: { status: "ALREADY_EXISTS", message: "A key of that name exists." },
  KEY_MATERIAL_INVALID: { status: "INVALID_ARGUMENT", message: "The key material or its parameters are not acceptable." },
  KEY_BLOCK_INVALID: { status: "INVALID_ARGUMENT", message: "The key block is not valid." },
  KEY_STRENGTH_INSUFFICIENT: {
    status: "FAILED_PRECONDITION",
    message: "The key-encryption key is weaker than the key.",
  },
  KEY_NOT_EXPORTABLE: { status: "FAILED_PRECONDITION", message: "The key's exportability forbids that it leaves." },
  INITIAL_KEY_EXISTS: { status: "ALREADY_EXISTS", message: "The initial key of this device was given before." },
  INITIAL_KEY_ID_INVALID: {
    status: "INVALID_ARGUMENT",
    message: "The initial key id has a wrong length, or a counter that is not 0.",
  },
  KEY_DUPLICATE: { status: "ALREADY_EXISTS", message: "The key itself is known already: under another name, usage or owner." },
  KEY_NOT_ACTIVE: { status: "FAILED_PRECONDITION", message: "The state of the key does not permit this use." },
  KEY_STATE_REFUSED: { status: "FAILED_PRECONDITION", message: "The change of the key's state is refused." },
  TRANSLATION_NOT_ALLOWED: { status: "FAILED_PRECONDITION", message: "This translation of PIN blocks is forbidden." },
  PIN_BLOCK_INVALID: { status: "INVALID_ARGUMENT", message: "The PIN block is not valid." },
  OPERATION_DISABLED: { status: "FAILED_PRECONDITION", message: "The operation is switched off." },
  KSN_REPLAYED: { status: "FAILED_PRECONDITION", message: "This KSN was used before." },
  BUDGET_EXHAUSTED: { status: "RESOURCE_EXHAUSTED", message: "Too many failures; the budget is used up." },
  PERMISSION_DENIED: { status: "PERMISSION_DENIED", message: "The caller is not permitted to do this." },
  OVERLOADED: { status: "RESOURCE_EXHAUSTED", message: "Too much work is waiting." },
  DEADLINE_EXCEEDED: { status: "DEADLINE_EXCEEDED", message: "The deadline passed before the work was done." },
  TOKEN_UNAVAILABLE: { status: "UNAVAILABLE", message: "The token is not available." },
  TOKEN_CANNOT: { status: "UNIMPLEMENTED", message: "The token cannot do this." },
  INTERNAL: { status: "INTERNAL", message: "The service failed." },
  LEDGER_UNAVAILABLE: { status: "UNAVAILABLE", message: "The ledger cannot be written." },
  AUDIT_UNAVAILABLE: { status: "UNAVAILABLE", message: "The audit log cannot be written." },
} as const satisfies Record<string, ReasonEntry>;

/** One of the reasons, as it stands on the wire. */
export type Reason = keyof typeof REASONS;
