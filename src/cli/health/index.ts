/**
 * A client of grpc.health.v1, for container probes and monitoring.
 * `pinmac health` calls it.
 */
export { checkHealth, decodeStatus, type HealthStatus } from "./check-health.js";
