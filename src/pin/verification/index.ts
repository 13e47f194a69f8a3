/**
 * PIN verification for issuers: Visa PVV and IBM 3624 with offset. Verification only: nothing here makes a PVV or an offset for a PIN.
 * Pure: ciphers come through ports; the PIN is a buffer of digits that stays the caller's.
 * The engine verifies with it; whoever parses requests or key parameters uses the parsers.
 */
export { DecimalizationTable } from "./decimalization-table.js";
export { type Ibm3624Offset, parseIbm3624Offset, verifyIbm3624Offset } from "./ibm-3624.js";
export { verifyPvv } from "./pvv.js";
export { type Pvki, type Pvv, parsePvki, parsePvv } from "./pvv-reference.js";
export { buildValidationData, parseValidationDataRule, type ValidationDataRule } from "./validation-data.js";
