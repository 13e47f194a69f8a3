import type { OfficerCard } from "../officer-card.js";
import type { OfficerName } from "../officer-name.js";
import type { OfficerRole } from "../officer-role.js";

/** Why an officer is one no longer. */
export const REVOCATION_REASONS = ["left", "keyLost", "keyCompromised", "replaced"] as const;
export type RevocationReason = (typeof REVOCATION_REASONS)[number];

/** Someone who becomes an officer. */
export interface Enrolment {
  readonly card: OfficerCard;
  readonly roles: readonly OfficerRole[];
}

/** What an entry of the directory says. */
export type DirectoryChange =
  | { readonly kind: "founded"; readonly officers: readonly [Enrolment, Enrolment] }
  | { readonly kind: "enrolled"; readonly officer: Enrolment }
  | { readonly kind: "rolesChanged"; readonly name: OfficerName; readonly roles: readonly OfficerRole[] }
  | { readonly kind: "revoked"; readonly name: OfficerName; readonly reason: RevocationReason };

/** Whom a change is about: they do not approve it, but for the founders, who can only vouch for each other. */
export function concernedBy(change: DirectoryChange): readonly OfficerName[] {
  switch (change.kind) {
    case "founded":
      return [];
    case "enrolled":
      return [change.officer.card.name];
    case "rolesChanged":
    case "revoked":
      return [change.name];
  }
}
