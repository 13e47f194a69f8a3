import { makeClientConstructor, type ServiceError } from "@grpc/grpc-js";
import { service } from "grpc-health-check";
import type { PinmacEndpoint } from "./connect.js";

interface HealthResponse {
  readonly status?: string;
}

const HealthClient = makeClientConstructor(service, "grpc.health.v1.Health");

/** Asks grpc.health.v1 once: is the server there, and does it serve? */
export function isServing({ address, credentials, options }: PinmacEndpoint): Promise<boolean> {
  const client = new HealthClient(address, credentials, options);
  const deadline = new Date(Date.now() + 2_000);
  return new Promise((resolve) => {
    client["Check"]?.({ service: "" }, { deadline }, (error: ServiceError | null, response?: HealthResponse) => {
      resolve(error === null && response?.status === "SERVING");
    });
  });
}
