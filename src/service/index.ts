/**
 * The front: gRPC in, commands to the engine, answers and constant error texts out. It loads no PKCS#11 module and sees no
 * clear key and no clear PIN. Started by the CLI (and by benchmarks and tests); `startServer` is the only way in.
 */
export type { EngineHealth } from "./health.js";
export { DEFAULT_LIMITS, type ServerLimits } from "./limits.js";
export { type OperationSwitches, SWITCHED_OPERATIONS, type SwitchedOperation } from "./operations.js";
export { startServer } from "./server.js";
export type { AdditionalService, InsecureLoopback, MutualTls, RunningServer, ServerOptions } from "./server-options.js";
export { ServerStartError, type ServerStartErrorCode } from "./server-start-error.js";
export { createServiceLogger } from "./service-logger.js";
