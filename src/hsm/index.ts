/**
 * The PKCS#11 token: loading a module, finding and opening a token, strict templates, primitives, faults. It knows no payment keys.
 * The engine works through it; the CLI initialises tokens and takes inventory. No one else may load a PKCS#11 module.
 */
export type { ObjectTemplate } from "./attributes.js";
export { type AuditKey, signAuditDigest } from "./audit-key.js";
export { AUDIT_KEY_LABEL, auditPublicKeyOf } from "./audit-public-key.js";
export { isUseServed, type TokenCapabilities, type TokenMechanism } from "./capabilities.js";
export { ClearImport } from "./clear-import.js";
export { clearUnfinishedFounding } from "./clear-unfinished-founding.js";
export type { SecretKeyType } from "./cryptoki.js";
export type { InitializeTokenOptions } from "./ensure-token.js";
export { countHalfObjects, destroyHalfObjects } from "./half-objects.js";
export { type InitializedToken, initializeToken } from "./initialize-token.js";
export { type InventoryObject, type TokenInventory, takeInventory } from "./inventory.js";
export { type KeyAttributes, readKeyAttributes } from "./key-attributes.js";
export { type DerivedKey, deriveKey } from "./key-derivation.js";
export { createKnownPart, generateWrappedKey, isUnwrapRuleEnforced, unwrapPart, wrapAndDestroy } from "./key-wrapping.js";
export { createOfficerTokenKey, type OfficerToken, type OfficerTokenOptions, openOfficerToken } from "./officer-token.js";
export { type OpenToken, openToken } from "./open-token.js";
export type { ObjectHandle } from "./pkcs11.js";
export { SEAL_KEY_LABEL, STORAGE_MASTER_KEY_LABEL, type WorkingKeyUse } from "./templates.js";
export { type CbcDecipher, tokenCbcCipher, tokenCbcDecipher, tokenEcbCipher } from "./token-ciphers.js";
export { TokenFault, type TokenFaultKind } from "./token-fault.js";
export { type FoundingOptions, type MasterKeyMaterial, TokenFounding } from "./token-founding.js";
export {
  TOKEN_INITIALIZATION_ERRORS,
  TokenInitializationError,
  type TokenInitializationErrorCode,
} from "./token-initialization-error.js";
export { type HmacHash, signAesCmac, signDes3Cmac, signHmac } from "./token-macs.js";
export type { TokenAddress, TokenOptions } from "./token-options.js";
export type { TokenSession } from "./token-session.js";
export { TOKEN_START_ERRORS, TokenStartError, type TokenStartErrorCode } from "./token-start-error.js";
