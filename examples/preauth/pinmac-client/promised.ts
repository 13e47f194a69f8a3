import type { ServiceError } from "@grpc/grpc-js";

type Callback<Response> = (error: ServiceError | null, response: Response) => void;

/** A unary call as a promise; it rejects with the gRPC error. */
export function promised<Response>(call: (done: Callback<Response>) => unknown): Promise<Response> {
  return new Promise((resolve, reject) => {
    call((error, response) => (error === null ? resolve(response) : reject(error)));
  });
}
