/**
 * What the demo needs before its first message: the checkout's paths, the parties' keys, a running server.
 * Used by main.ts only.
 */

export { KEY_NAMES, type KeyRole } from "./key-names.js";
export { type DemoOptions, readOptions, USAGE } from "./options.js";
export { type PartyKeys, readPartyKeys } from "./party-keys.js";
export { requireSetUp } from "./require-set-up.js";
export { SetUpMissing } from "./set-up-missing.js";
export { type RunningPinmac, startPinmac } from "./start-pinmac.js";
export { type AuditReport, verifyAudit } from "./verify-audit.js";
