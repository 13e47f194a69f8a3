import { type ChannelCredentials, Client } from "@grpc/grpc-js";

/** grpc.health.v1, by the numbers of its enum. */
const STATUSES = ["UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"] as const;
export type HealthStatus = (typeof STATUSES)[number];

/** Tag of the one field of HealthCheckResponse: number 1, varint. */
const STATUS_TAG = 0x08;

/**
 * Asks grpc.health.v1.Health/Check for the server as a whole. Its messages are a field or less, so they are read here by hand.
 * @throws the gRPC error when there is no answer within `timeoutMs`
 */
export function checkHealth(address: string, credentials: ChannelCredentials, timeoutMs: number): Promise<HealthStatus> {
  const client = new Client(address, credentials);
  return new Promise<HealthStatus>((resolve, reject) => {
    client.makeUnaryRequest<undefined, HealthStatus>(
      "/grpc.health.v1.Health/Check",
      () => Buffer.alloc(0),
      decodeStatus,
      undefined,
      { deadline: Date.now() + timeoutMs },
      (error, status) => {
        if (error === null) resolve(status ?? "UNKNOWN");
        else reject(error);
      },
    );
  }).finally(() => client.close());
}

/** The answer of a status, whose default 0 is an empty message. */
export function decodeStatus(message: Buffer): HealthStatus {
  const number = message[0] === STATUS_TAG ? (message[1] ?? 0) : 0;
  return STATUSES[number] ?? "UNKNOWN";
}
