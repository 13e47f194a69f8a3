import type { Outcome } from "./step.js";

/** Completed, and decided by the issuer. */
export function reachesIssuer(responseCode: string): Outcome {
  return { service: "COMPLETED", responseCode, reachedIssuer: true, responseMacVerified: true };
}

/** The service refuses, and the switch answers the terminal. */
export function stopsAtSwitch(service: string, responseCode: string, requirement?: string): Outcome {
  return {
    service,
    ...(requirement !== undefined && { requirement }),
    responseCode,
    reachedIssuer: false,
    responseMacVerified: true,
  };
}
