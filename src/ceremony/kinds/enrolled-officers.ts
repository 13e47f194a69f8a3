import { AuditPublicKey } from "../../audit/index.js";
import type { CeremonyToken } from "../../engine/ceremony-token.js";
import type { OfficerDirectory, OfficerName, OfficerPublicKey } from "../../officers/index.js";
import { type CeremonyPlan, participantsOf, ROLE_OF_PART } from "../plan/index.js";
import { CeremonyRefused } from "../run/ceremony-refused.js";
import type { SealedDirectory } from "../run/ceremony-site.js";
import { pemOf } from "./token-sealer.js";

/** The officers of a plan, as the directory knows them. */
export class EnrolledOfficers {
  readonly directory: OfficerDirectory;
  readonly #key: AuditPublicKey;

  /** @throws CeremonyRefused OFFICER_NOT_ENROLLED when one is not active in the role of their part */
  constructor(plan: CeremonyPlan, { directory, key }: SealedDirectory) {
    this.directory = directory;
    this.#key = key;
    for (const { name, part } of participantsOf(plan)) {
      const roles = directory.find(name)?.roles ?? [];
      if (!roles.includes(ROLE_OF_PART[part])) throw new CeremonyRefused("OFFICER_NOT_ENROLLED");
    }
  }

  /**
   * The key beside the directory may have been put there together with it: only the token's own counts.
   * @throws CeremonyRefused DIRECTORY_FOREIGN
   */
  requireSealedBy(token: CeremonyToken): void {
    const own = token.auditPublicKey && new AuditPublicKey(pemOf(token.auditPublicKey));
    if (own?.fingerprint !== this.#key.fingerprint) throw new CeremonyRefused("DIRECTORY_FOREIGN");
  }

  isKeyOf(name: OfficerName, key: OfficerPublicKey): boolean {
    return this.directory.find(name)?.publicKey.hex === key.hex;
  }
}
