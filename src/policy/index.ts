/**
 * Who may do what with which keys: the policy file, identities of certificates, decisions and their explanation. Default deny.
 * The service decides with it before it looks for a key; the CLI checks and explains policies. It knows names, never keys.
 */
export {
  type AlternativeName,
  CallerDirectory,
  identitiesOfCertificate,
  identitiesOfNames,
  type PeerCertificateShape,
  parseAlternativeNames,
} from "./certificate-identities.js";
export { type Explanation, explainDecision, type GrantExplanation } from "./explain.js";
export type { Grant, SlotPatterns } from "./grant.js";
export { ANONYMOUS, type Caller, type Identity, parseIdentity } from "./identity.js";
export { isPolicyOperation, OPERATION_SLOTS, POLICY_OPERATIONS, type PolicyOperation, type SlotOf } from "./operations.js";
export { type Decision, Policy } from "./policy.js";
export { PolicyError } from "./policy-error.js";
export { PolicyFile, type ReloadOutcome } from "./policy-file.js";
export type { PolicyRequest, SlotNames } from "./policy-request.js";
export { parsePolicy, type ReadPolicy, readPolicy } from "./read-policy.js";
