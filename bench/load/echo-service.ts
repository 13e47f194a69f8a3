import type { handleBidiStreamingCall, handleUnaryCall, ServiceDefinition } from "@grpc/grpc-js";

const identity = (bytes: Buffer): Buffer => bytes;

const BYTES = {
  requestSerialize: identity,
  requestDeserialize: identity,
  responseSerialize: identity,
  responseDeserialize: identity,
} as const;

/** The least a unary call can be: bytes in, the same bytes out, nothing decoded. */
export const EchoService = {
  echo: { path: "/pinmac.bench.v1.EchoService/Echo", requestStream: false, responseStream: false, ...BYTES },
} as const satisfies ServiceDefinition;

/** Answers with the request. */
export const echo: handleUnaryCall<Buffer, Buffer> = (call, callback) => callback(null, call.request);

/** The least a stream can be: each message back, in order, nothing decoded. */
export const EchoStreamService = {
  echoStream: { path: "/pinmac.bench.v1.EchoStreamService/EchoStream", requestStream: true, responseStream: true, ...BYTES },
} as const satisfies ServiceDefinition;

/** Sends each message back; a client with a window bounds what is under way. */
export const echoStream: handleBidiStreamingCall<Buffer, Buffer> = (call) => {
  call.on("data", (message: Buffer) => call.write(message));
  call.on("end", () => call.end());
};
