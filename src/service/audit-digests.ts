import { createHmac } from "node:crypto";
import type { AuditEntry, DigestPurpose } from "../audit/index.js";
import type { SecretBytes } from "../base/index.js";
import type { AuditSubjects } from "./audit-subjects.js";

/** Bytes of a digest: no two values ever share one by chance, and a record stays short. */
const DIGEST_LENGTH = 20;

/** Bytes by which records name the secret of their digests. */
const ID_LENGTH = 8;

/**
 * Makes the keyed digests of the audit log: HMAC-SHA-256 over the purpose, a zero byte and the value, its first 20 bytes. Equal values have
 * equal digests as long as the secret is the same; without it nobody can try values.
 */
export class AuditDigests {
  readonly #secret: SecretBytes;
  readonly #purposes: readonly DigestPurpose[];

  /** @param secret 32 bytes, the caller's to wipe @param purposes what digests are made of; of the rest there are none */
  constructor(secret: SecretBytes, purposes: readonly DigestPurpose[]) {
    this.#secret = secret;
    this.#purposes = purposes;
  }

  /** Names the secret, in hex, and tells nothing of it: records whose digests can be compared have the same. */
  get id(): string {
    return this.#digest("id", "", ID_LENGTH);
  }

  /** The digests of what there is, in hex. */
  of(subjects: AuditSubjects): AuditEntry["digests"] {
    const digests: { [purpose in DigestPurpose]?: string } = {};
    for (const purpose of this.#purposes) {
      const value = subjects[purpose];
      if (value !== undefined) digests[purpose] = this.#digest(purpose, value, DIGEST_LENGTH);
    }
    return digests;
  }

  /** As text at once: a buffer for each would be costly to make and, later, to collect. */
  #digest(purpose: DigestPurpose | "id", value: string | Buffer, length: number): string {
    const hmac = createHmac("sha256", this.#secret.expose()).update(`${purpose}\0`).update(value);
    return hmac.digest("hex").slice(0, 2 * length);
  }
}
