import { OfficerError } from "./officer-error.js";

/** A custodian holds components; two key managers together decide; an auditor watches and signs, and does neither. */
export const OFFICER_ROLES = ["custodian", "keyManager", "auditor"] as const;
export type OfficerRole = (typeof OFFICER_ROLES)[number];

/**
 * The roles of one officer, each once, in the order of the list. Who audits has a share in nothing that is audited.
 * @throws OfficerError ROLES_INVALID
 */
export function parseOfficerRoles(roles: readonly string[]): readonly OfficerRole[] {
  const known = OFFICER_ROLES.filter((role) => roles.includes(role));
  if (known.length === 0 || known.length !== roles.length) throw new OfficerError("ROLES_INVALID");
  if (known.includes("auditor") && known.length > 1) throw new OfficerError("ROLES_INVALID");
  return known;
}
