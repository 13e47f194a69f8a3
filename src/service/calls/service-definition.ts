import type { MethodDefinition } from "@grpc/grpc-js";
import { MessageWriter, type WritableMessage } from "../../base/index.js";

/** Stands for a request whose bytes are no message of its type. */
export const MALFORMED = Symbol("malformed request");

/** What a handler is given: the request, or the sign that there is none. */
export type Received<Request> = Request | typeof MALFORMED;

/** A unary method whose request may turn out malformed. */
export type TolerantMethod<Request, Response> = MethodDefinition<Received<Request>, Response>;

/**
 * Takes over the refusal of malformed bytes from grpc-js, which would answer INTERNAL without a reason: they are the caller's
 * fault, not the service's.
 */
export function tolerateMalformed<Request, Response>(
  method: MethodDefinition<Request, Response>,
): TolerantMethod<Request, Response> {
  return {
    ...method,
    requestSerialize: () => {
      throw new Error("a server sends no requests");
    },
    requestDeserialize: (bytes) => {
      try {
        return method.requestDeserialize(bytes);
      } catch {
        return MALFORMED;
      }
    },
  };
}

/** As `tolerateMalformed`, for a method that is called often: its answers are written through one buffer. @param answer the kind of its answers */
export function frequentMethod<Request, Response>(
  method: MethodDefinition<Request, Response>,
  answer: WritableMessage<Response>,
): TolerantMethod<Request, Response> {
  const writer = new MessageWriter(answer);
  return { ...tolerateMalformed(method), responseSerialize: (response) => writer.write(response) };
}
