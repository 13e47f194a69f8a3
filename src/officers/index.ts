/**
 * The security officers: names, roles and keys, the directory of who is one, statements and the approvals that officers sign.
 * The ceremonies, the life of keys and the CLI call it; it knows no payment key and no PKCS#11 token.
 */
export {
  type Approval,
  type ApprovalRecord,
  type ApprovalRule,
  approve,
  checkApprovals,
  readApproval,
  writeApproval,
} from "./approval.js";
export * from "./directory/index.js";
export * from "./key-file/index.js";
export type { Officer, OfficerLookup } from "./officer.js";
export {
  formatOfficerCard,
  makeOfficerCard,
  type OfficerCard,
  type OfficerCardRecord,
  parseOfficerCard,
} from "./officer-card.js";
export { OFFICER_ERRORS, OfficerError, type OfficerErrorCode } from "./officer-error.js";
export { isOfficerName, type OfficerName, parseOfficerName } from "./officer-name.js";
export { OfficerPublicKey } from "./officer-public-key.js";
export { OFFICER_ROLES, type OfficerRole, parseOfficerRoles } from "./officer-role.js";
export type { OfficerSigner } from "./officer-signer.js";
export { Statement, type StatementFields } from "./statement.js";
