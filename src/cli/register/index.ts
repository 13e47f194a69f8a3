/**
 * The key register as an operator looks after it: verifying it against the token and the audit log, and the copies that are kept of it.
 * The commands and the start of the service call it.
 */
export { readAnchor } from "./anchor.js";
export { examineRegister, headCheck } from "./examine-register.js";
export { sweepSeals } from "./sweep-seals.js";
