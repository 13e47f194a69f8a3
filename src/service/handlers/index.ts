/**
 * One file for each method of the API: request in, answer out, refusals thrown. Knows no gRPC.
 * Used by the server, through the call runner.
 */
export { authorizeHandler } from "./authorize.js";
export type { HandlerDependencies } from "./execute.js";
export { generateMacHandler } from "./generate-mac.js";
export { getKeyHandler } from "./get-key.js";
export { listKeysHandler } from "./list-keys.js";
export { translatePinHandler } from "./translate-pin.js";
export { verifyMacHandler } from "./verify-mac.js";
