/**
 * Why a server does not start.
 * - LISTEN_INVALID: not `host:port` with a literal address
 * - LISTEN_FAILED: the address cannot be bound
 * - METRICS_LISTEN_FAILED: the address for metrics cannot be bound
 * - INSECURE_NOT_ALLOWED: without TLS on another address than loopback, or in production
 * - TLS_CREDENTIALS_INVALID: certificate, private key or client authorities do not parse or do not belong together
 * - REFLECTION_NOT_ALLOWED: reflection in production
 * - LIMIT_INVALID: a limit is not a positive integer
 */
export type ServerStartErrorCode =
  | "LISTEN_INVALID"
  | "LISTEN_FAILED"
  | "METRICS_LISTEN_FAILED"
  | "INSECURE_NOT_ALLOWED"
  | "TLS_CREDENTIALS_INVALID"
  | "REFLECTION_NOT_ALLOWED"
  | "LIMIT_INVALID";

const MESSAGES = {
  LISTEN_INVALID: "The listen address must be host:port with a literal IP address.",
  LISTEN_FAILED: "The listen address cannot be bound.",
  METRICS_LISTEN_FAILED: "The address for metrics (metrics.listen) cannot be bound.",
  INSECURE_NOT_ALLOWED: "Without TLS the server listens on a loopback address in the test environment only.",
  TLS_CREDENTIALS_INVALID: "The TLS certificate, its private key or the client authorities are not usable.",
  REFLECTION_NOT_ALLOWED: "Reflection is not offered in production.",
  LIMIT_INVALID: "Every limit must be a positive integer.",
} as const satisfies Record<ServerStartErrorCode, string>;

/** The configuration does not allow the server to start. For the operator. */
export class ServerStartError extends Error {
  override readonly name = "ServerStartError";
  readonly code: ServerStartErrorCode;

  constructor(code: ServerStartErrorCode, cause?: unknown) {
    super(MESSAGES[code], cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
