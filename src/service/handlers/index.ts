/**
 * One file for each method of the API: request in, answer out, refusals thrown. Knows no gRPC.
 * Used by the server, through the call runner.
 */

export { authorizeHandler } from "./authorize.js";
export { AUTHORIZE_ITEMS } from "./authorize-items.js";
export { changeKeyStateHandler } from "./change-key-state.js";
export { deriveInitialKeyHandler } from "./derive-initial-key.js";
export type { HandlerDependencies } from "./execute.js";
export { exportKeyHandler } from "./export-key.js";
export { generateMacHandler } from "./generate-mac.js";
export { getDeviceHandler } from "./get-device.js";
export { getKeyHandler } from "./get-key.js";
export { importKeyHandler } from "./import-key.js";
export { listKeysHandler } from "./list-keys.js";
export { signOnHandler } from "./sign-on.js";
export { translatePinHandler } from "./translate-pin.js";
export { verifyMacHandler } from "./verify-mac.js";
export { verifyPinHandler } from "./verify-pin.js";
