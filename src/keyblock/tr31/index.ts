/**
 * TR-31 / ANSI X9.143 key blocks of versions A to D: header, optional blocks, payload, the order of checks, what strength a key-encryption
 * key must have. Pure: ciphers and MACs come through `Tr31Protection`, which may lie in the token.
 * The engine opens and seals with it; everyone may read headers. A and C are opened when the policy says so and never made.
 */
export { deriveTr31Keys, type Tr31Keys } from "./derive-keys.js";
export { isExportable, keyDraftOf, type Tr31DraftDefaults, tr31HeaderOf, tr31SessionHeaderOf } from "./header-mapping.js";
export { checkKeyEncryptionStrength, type KeyStrengthSubject } from "./key-strength.js";
export { type OpenedTr31, openTr31, TR31_DEFAULT_POLICY, type Tr31Policy } from "./open-tr31.js";
export { parseTr31Header, type ReadTr31Header, readTr31Header } from "./read-header.js";
export { sealTr31 } from "./seal-tr31.js";
export type { Tr31Header, Tr31HeaderFields, Tr31OptionalBlock } from "./tr31-header.js";
export type { Tr31Protection } from "./tr31-protection.js";
export { TR31_RULES, TR31_VERSIONS, type Tr31Version, type Tr31VersionRule } from "./tr31-version.js";
export { type Tr31VariantPurpose, tr31Variant } from "./variant.js";
export { writeTr31Header } from "./write-header.js";
