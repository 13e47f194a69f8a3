/**
 * From a request message to a command of the engine, in the words of the schema. Structure only: what a key may do is judged
 * with the command, by src/engine. Used by the handlers.
 */
export { parseAuthorize } from "./authorize.js";
export { type KeyChoice, parseKeyChoice } from "./key-choice.js";
export { parseGenerateMac, parseVerifyMac } from "./mac.js";
export { parsePageChoice } from "./page.js";
export { parseTranslatePin } from "./translate-pin.js";
