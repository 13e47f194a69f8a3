/**
 * The token as the commands use it: its PIN from a file or the terminal, and the engine, or its key maker, for the time of one command.
 * Loading it loads no PKCS#11 module; using it does.
 */

export { auditKeyOf } from "./audit-key.js";
export { executeOn, executeOnToken, withTokenEngine } from "./execute-on-token.js";
export { tokenAddress } from "./token-address.js";
export { obtainPin, obtainTokenPin, TokenPin } from "./token-pin.js";
export { withKeyMaker } from "./with-key-maker.js";
