/**
 * From a request message to a command of the engine, in the words of the schema. Structure only: what a key may do is judged
 * with the command, by src/engine. Used by the handlers.
 */
export { parseAuthorize } from "./authorize.js";
export type { Custody } from "./custody.js";
export { type ParsedImport, parseExportKey, parseImportKey } from "./key-blocks.js";
export { type KeyChoice, parseKeyChoice } from "./key-choice.js";
export { parseKeyFilter } from "./key-filter.js";
export { parseGenerateMac, parseVerifyMac } from "./mac.js";
export { parsePageChoice } from "./page.js";
export { parseSignedChange, refusalOfChange, type SignedChange } from "./signed-change.js";
export { type ParsedSignOn, parseDeriveInitialKey, parseSignOn, type SignOnDelivery } from "./terminal.js";
export { parseTranslatePin } from "./translate-pin.js";
export { parseVerifyPin } from "./verify-pin.js";
