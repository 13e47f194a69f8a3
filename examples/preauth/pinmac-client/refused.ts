import { type ServiceError, status } from "@grpc/grpc-js";
import { ErrorInfo } from "../../../src/gen/google/rpc/error_details.js";
import { Status } from "../../../src/gen/google/rpc/status.js";

/** A refusal of the service: its reason from the closed list, and what it says about it. */
export interface Refused {
  readonly reason: string;
  readonly grpcStatus: string;
  readonly field?: string;
  readonly requirement?: string;
}

function isServiceError(fault: unknown): fault is ServiceError {
  return fault instanceof Error && "metadata" in fault && "code" in fault;
}

/** Reads the ErrorInfo out of the trailer `grpc-status-details-bin`. Whatever carries none is thrown again. */
export function readRefusal(fault: unknown): Refused {
  if (!isServiceError(fault)) throw fault;
  const [trailer] = fault.metadata.get("grpc-status-details-bin");
  if (!Buffer.isBuffer(trailer)) throw fault;
  return readStatus(Status.decode(trailer));
}

/** Reads a refusal as a stream carries it. @throws Error when it gives no reason */
export function readStatus({ code, details }: Status): Refused {
  const detail = details.find(({ typeUrl }) => typeUrl.endsWith("/google.rpc.ErrorInfo"));
  if (detail === undefined) throw new Error(`The service refused without a reason: ${status[code]}.`);
  const { reason, metadata } = ErrorInfo.decode(detail.value);
  const { field, requirement } = metadata;
  return {
    reason,
    grpcStatus: status[code] ?? String(code),
    ...(field !== undefined && { field }),
    ...(requirement !== undefined && { requirement }),
  };
}
