import type { OfficerName } from "./officer-name.js";
import type { OfficerPublicKey } from "./officer-public-key.js";
import type { OfficerRole } from "./officer-role.js";

/** A person who is enrolled and not revoked. */
export interface Officer {
  readonly name: OfficerName;
  readonly roles: readonly OfficerRole[];
  readonly publicKey: OfficerPublicKey;
}

/** Whoever knows the active officers. */
export interface OfficerLookup {
  find(name: string): Officer | undefined;
}
