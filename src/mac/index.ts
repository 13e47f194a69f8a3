/**
 * Message authentication codes: ISO/IEC 9797-1 algorithms 1 and 3, CMAC, UnionPay's POS MAC, their padding, and what parameters suit
 * each. Pure: composed from a block cipher that may live in the token. HMAC is the token's own; only its parameters are known here.
 * The engine computes with it; key headers use the parameters. Nobody compares MACs here.
 */
export { computeCbcMac } from "./cbc-mac.js";
export { computeCmac } from "./cmac.js";
export { MAC_SCHEMES, MAX_MESSAGE_LENGTH, type MacParameters, type MacScheme } from "./mac-scheme.js";
export { type PaddingMethod, padMessage, padMethod1, padMethod2 } from "./padding.js";
export { computeRetailMac } from "./retail-mac.js";
export { findMacParameterFault, type MacParameterName, MIN_MAC_LENGTH } from "./scheme-rules.js";
export { truncateMac } from "./truncate-mac.js";
export { computeUnionPayMac } from "./unionpay-mac.js";
