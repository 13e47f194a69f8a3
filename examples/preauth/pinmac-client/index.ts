/**
 * The callers' client of pinmac: the generated stubs over mutual TLS, promises, and refusals read from google.rpc.Status.
 * Used by switch and operator, and by the start of the demo.
 */
export type { StreamedAnswer, StreamRun } from "./authorize-all.js";
export { type Caller, connectPinmac, openEndpoint, type PinmacClient, type PinmacEndpoint } from "./connect.js";
export { isServing } from "./health.js";
export { keyByName } from "./key-by-name.js";
export { type Refused, readRefusal } from "./refused.js";
