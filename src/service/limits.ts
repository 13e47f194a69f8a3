import type { ServerOptions as GrpcServerOptions } from "@grpc/grpc-js";
import { ServerStartError } from "./server-start-error.js";

/** What a client can make the server hold. All are positive integers. */
export interface ServerLimits {
  /** The longest request in bytes. */
  readonly maxMessageBytes: number;
  /** Calls in flight on one connection. */
  readonly maxConcurrentStreams: number;
  /** Calls in flight over all connections; the next one is refused at once with OVERLOADED. */
  readonly maxInFlight: number;
  /** Of them, calls of one client over all its connections; not given, three quarters. The next one is refused, an item of a stream waits. */
  readonly maxInFlightPerClient: number;
  /** After this a connection is closed gracefully, so that its certificate is checked again. */
  readonly maxConnectionAgeMs: number;
  /** How long calls may go on after that. */
  readonly maxConnectionAgeGraceMs: number;
  /** A connection without calls is closed after this. */
  readonly maxConnectionIdleMs: number;
  /** Memory of one HTTP/2 session, in megabytes. */
  readonly maxSessionMemoryMb: number;
}

/** The limits where the configuration says nothing. */
export const DEFAULT_LIMITS: ServerLimits = {
  // Two messages of 65,536 bytes in one Authorize, and room for keys and framing.
  maxMessageBytes: 163_840,
  maxConcurrentStreams: 1_000,
  maxInFlight: 1_024,
  maxInFlightPerClient: 768,
  maxConnectionAgeMs: 3_600_000,
  maxConnectionAgeGraceMs: 30_000,
  maxConnectionIdleMs: 900_000,
  // The streams of a full connection, each with a full flow-control window of 64 KiB.
  maxSessionMemoryMb: 64,
};

/** What one client may take of all calls in flight, where nothing is said: a second one always finds room. */
const CLIENT_PART = 3 / 4;

/** A page of 1,000 keys fits; every other answer is far smaller. */
const MAX_ANSWER_BYTES = 1_048_576;
/** Finds peers that vanished without closing. */
const KEEPALIVE_MS = 60_000;
const KEEPALIVE_TIMEOUT_MS = 20_000;

/**
 * Fills in the defaults.
 * @throws ServerStartError LIMIT_INVALID
 */
export function completeLimits(given: Partial<ServerLimits> = {}): ServerLimits {
  const maxInFlight = given.maxInFlight ?? DEFAULT_LIMITS.maxInFlight;
  const limits = { ...DEFAULT_LIMITS, maxInFlightPerClient: Math.ceil(maxInFlight * CLIENT_PART), ...given };
  for (const value of Object.values(limits)) {
    if (!Number.isSafeInteger(value) || value < 1) throw new ServerStartError("LIMIT_INVALID");
  }
  return limits;
}

/** The limits in the words of grpc-js, which by itself knows none of them but the message length. */
export function toGrpcServerOptions(limits: ServerLimits): GrpcServerOptions {
  return {
    "grpc.enable_channelz": 0,
    "grpc.max_receive_message_length": limits.maxMessageBytes,
    "grpc.max_send_message_length": MAX_ANSWER_BYTES,
    "grpc.max_concurrent_streams": limits.maxConcurrentStreams,
    "grpc.max_connection_age_ms": limits.maxConnectionAgeMs,
    "grpc.max_connection_age_grace_ms": limits.maxConnectionAgeGraceMs,
    "grpc.max_connection_idle_ms": limits.maxConnectionIdleMs,
    "grpc.keepalive_time_ms": KEEPALIVE_MS,
    "grpc.keepalive_timeout_ms": KEEPALIVE_TIMEOUT_MS,
    "grpc-node.max_session_memory": limits.maxSessionMemoryMb,
  };
}
