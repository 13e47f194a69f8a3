/**
 * From a gRPC call to a handler and back: decoding, bounds, deadlines, errors, the log line. Knows no message of the API.
 * Used by the server and the handlers.
 */
export { CallCancelled, type CallContext } from "./call-context.js";
export { CallRunner, type Handler, type UnavailableReason, type Verdict } from "./call-runner.js";
export { InFlight } from "./in-flight.js";
export type { ItemCodec } from "./item-stream.js";
export { frequentMethod, MALFORMED, type Received, type TolerantMethod, tolerateMalformed } from "./service-definition.js";
