import { Metadata, type ServerErrorResponse, status } from "@grpc/grpc-js";
import { REASONS, type Reason, type Refusal } from "../base/index.js";
import type { Any } from "../gen/google/protobuf/any.js";
import { ErrorInfo, RetryInfo } from "../gen/google/rpc/error_details.js";
import { Status } from "../gen/google/rpc/status.js";

/** The domain of every ErrorInfo. */
export const ERROR_DOMAIN = "pinmac";

/**
 * How long a client waits before it sends a refused call again, in milliseconds: a full queue drains, a lane is replaced, a disk has room
 * again.
 */
const RETRY_AFTER_MS: Partial<Record<Reason, number>> = {
  OVERLOADED: 50,
  TOKEN_UNAVAILABLE: 500,
  LEDGER_UNAVAILABLE: 1_000,
  AUDIT_UNAVAILABLE: 1_000,
};

const MS_PER_SECOND = 1_000;
const NANOSECONDS_PER_MS = 1_000_000;

/** What of a refusal goes to the client; all of it names from the schema or the rule book, none of it data. */
export type PublicRefusal = Pick<Refusal, "reason" | "field" | "requirement">;

/**
 * The gRPC error for a refusal: code and constant text of its reason, and google.rpc.Status in `grpc-status-details-bin` with
 * an ErrorInfo (metadata `field`, `requirement`, `incident`) and, where the same call may succeed later, a RetryInfo.
 */
export function toErrorResponse(refusal: PublicRefusal, incident?: string): ServerErrorResponse {
  const rich = toStatus(refusal, incident);
  const { code, message } = rich;
  const metadata = new Metadata();
  metadata.set("grpc-status-details-bin", Buffer.from(Status.encode(rich).finish()));
  return { name: refusal.reason, message, code, details: message, metadata };
}

/** The google.rpc.Status of a refusal: what `toErrorResponse` carries in its trailer, and what an item of a stream is answered with. */
export function toStatus(refusal: PublicRefusal, incident?: string): Status {
  const { status: statusName, message } = REASONS[refusal.reason];
  return { code: status[statusName], message, details: errorDetails(refusal, incident) };
}

function errorDetails(refusal: PublicRefusal, incident: string | undefined): Any[] {
  const { reason, field, requirement } = refusal;
  const metadata = {
    ...(field !== undefined && { field }),
    ...(requirement !== undefined && { requirement }),
    ...(incident !== undefined && { incident }),
  };
  const info = packAny("google.rpc.ErrorInfo", ErrorInfo.encode({ reason, domain: ERROR_DOMAIN, metadata }).finish());
  const retryMs = RETRY_AFTER_MS[reason];
  return retryMs === undefined ? [info] : [info, packAny("google.rpc.RetryInfo", encodeRetryInfo(retryMs))];
}

function encodeRetryInfo(milliseconds: number): Uint8Array {
  const seconds = BigInt(Math.floor(milliseconds / MS_PER_SECOND));
  return RetryInfo.encode({ retryDelay: { seconds, nanos: (milliseconds % MS_PER_SECOND) * NANOSECONDS_PER_MS } }).finish();
}

function packAny(type: string, value: Uint8Array): Any {
  return { typeUrl: `type.googleapis.com/${type}`, value: Buffer.from(value) };
}
