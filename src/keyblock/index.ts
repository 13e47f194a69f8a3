/**
 * What a key is: the header, what may stand in it, what material is acceptable, check values, and the frame of a sealed key.
 * Pure: wrapping and sealing are the token's; here are the bytes they work on, and the strict parser of what comes back.
 * Everyone reads headers; only the engine makes sealed keys.
 */
export { checkKeyHeaderDraft, isKeyHeaderConsistent } from "./check-key-header.js";
export { checkKeyMaterial } from "./check-key-material.js";
export { computeAesCheckValue, computeTdesCheckValue } from "./check-value.js";
export { type CheckValueRequest, checkCheckValueLength } from "./check-value-length.js";
export { type CipherCheckValueRequest, computeRequestedCheckValue } from "./check-value-request.js";
export * from "./key-header.js";
export { isKeyName, KEY_NAME_PATTERN } from "./key-name.js";
export { exportPartOf, partLengths, splitKeyMaterial } from "./key-parts.js";
export { isRegisterHead, type RegisterHead, registerHeadMessage } from "./register-head.js";
export {
  encodeSealedKeyBody,
  finishSealedKey,
  type ParsedSealedKey,
  parseSealedKey,
  sealAuthenticatedData,
} from "./sealed-key.js";
export * from "./sign-on/index.js";
export * from "./tr31/index.js";
export { bdkTypeOf } from "./usage-parameters.js";
export { CHECK_VALUES } from "./usage-rules.js";
export { parseUuid } from "./uuid.js";
