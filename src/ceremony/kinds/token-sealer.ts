import { createHash } from "node:crypto";
import type { CheckpointSigner } from "../../audit/index.js";
import { Refusal } from "../../base/index.js";
import type { CeremonyToken } from "../../engine/ceremony-token.js";
import { auditPublicKeyOf } from "../../hsm/audit-public-key.js";
import type { FoundingToken } from "../run/ceremony-site.js";

const digestOf = (bytes: Buffer): Buffer => createHash("sha256").update(bytes).digest();

/** The public audit key in PEM. @param publicPoint X9.62, uncompressed */
export function pemOf(publicPoint: Buffer): string {
  return auditPublicKeyOf(publicPoint).export({ type: "spki", format: "pem" }).toString();
}

/** The audit key of a token that is being founded. */
export function foundingSealer(token: FoundingToken): CheckpointSigner {
  return { keyId: token.tokenSerial, sign: async (bytes) => token.signAuditDigest(digestOf(bytes)) };
}

/** The audit key of a founded token. Its `sign` throws Refusal TOKEN_UNAVAILABLE, TOKEN_CANNOT. */
export function tokenSealer(token: CeremonyToken): CheckpointSigner {
  return {
    keyId: token.serial,
    sign: async (bytes) => {
      const outcome = await token.execute({ kind: "signCheckpoint", digest: digestOf(bytes) });
      if (outcome.kind === "signCheckpoint") return outcome.signature;
      throw new Refusal(outcome.kind === "refused" ? outcome.reason : "INTERNAL");
    },
  };
}
