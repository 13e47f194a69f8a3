/**
 * ISO 8583 messages: the dialects that the parties speak, packing and unpacking by the library `iso_8583`, the MAC in field 64.
 * Used by the parties. Fields are text by number, number 0 is the message type, binary fields are upper-case hex.
 */
export { DIALECTS, type Dialect } from "./dialects.js";
export type { Fields } from "./fields.js";
export { isResponseTo, pickFields, responseType, withoutFields } from "./fields.js";
export { authenticatedPart, macOf, packBeforeMac, packWithMac } from "./mac-field.js";
export { offsetOfField, packMessage, unpackMessage } from "./packing.js";
export { RESPONSE_CODES, type ResponseCode } from "./response-codes.js";
