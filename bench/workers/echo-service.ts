import type { handleUnaryCall, ServiceDefinition } from "@grpc/grpc-js";

const identity = (bytes: Buffer): Buffer => bytes;

/** The least a unary call can be: bytes in, the same bytes out, nothing decoded. */
export const EchoService = {
  echo: {
    path: "/pinmac.bench.v1.EchoService/Echo",
    requestStream: false,
    responseStream: false,
    requestSerialize: identity,
    requestDeserialize: identity,
    responseSerialize: identity,
    responseDeserialize: identity,
  },
} as const satisfies ServiceDefinition;

/** Answers with the request. */
export const echo: handleUnaryCall<Buffer, Buffer> = (call, callback) => callback(null, call.request);
