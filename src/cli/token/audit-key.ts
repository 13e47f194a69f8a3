import { AuditPublicKey } from "../../audit/index.js";
import { auditPublicKeyOf } from "../../hsm/audit-public-key.js";
import { ConfigurationError } from "../errors/index.js";

/**
 * The public half of the token's audit key, under which the officers' directory is sealed.
 * @throws ConfigurationError when the token has none
 */
export function auditKeyOf({ auditPublicKey }: { readonly auditPublicKey: Buffer | undefined }): AuditPublicKey {
  if (auditPublicKey === undefined) {
    throw new ConfigurationError("The token has no audit key, which seals the officers' directory: `pinmac init` makes it.");
  }
  return new AuditPublicKey(auditPublicKeyOf(auditPublicKey).export({ type: "spki", format: "pem" }).toString());
}
