import { createHash, createPublicKey, type KeyObject, verify } from "node:crypto";
import { AuditLogError } from "./audit-log-error.js";

/** Signs checkpoints, and what else the token answers for: in production the audit key inside the token. */
export interface CheckpointSigner {
  /** Names the key for people; printable, at most 64 characters. */
  readonly keyId: string;
  /**
   * ECDSA P-256 with SHA-256 over `bytes`.
   * @returns r ‖ s, 64 bytes
   */
  sign(bytes: Buffer): Promise<Buffer>;
}

const DOMAIN = Buffer.from("pinmac audit checkpoint v1\0", "ascii");

/** What is signed: the domain, the checkpoint's sequence number (8 bytes, big-endian), its hash (32 bytes). */
export function checkpointMessage(seq: number, hash: Buffer): Buffer {
  const number = Buffer.alloc(8);
  number.writeBigUInt64BE(BigInt(seq));
  return Buffer.concat([DOMAIN, number, hash]);
}

/** The public half of the audit key. */
export class AuditPublicKey {
  readonly #key: KeyObject;
  /** SHA-256 of the SubjectPublicKeyInfo (DER), hex. */
  readonly fingerprint: string;

  /** @throws AuditLogError KEY_INVALID when `pem` is no P-256 public key */
  constructor(pem: string) {
    this.#key = parse(pem);
    this.fingerprint = createHash("sha256")
      .update(this.#key.export({ type: "spki", format: "der" }))
      .digest("hex");
  }

  /** As PEM, in the one form that this writes. */
  toPem(): string {
    return this.#key.export({ type: "spki", format: "pem" }).toString();
  }

  /** Whether `signature` (r ‖ s) is of this key over this checkpoint. */
  holds(seq: number, hash: Buffer, signature: Buffer): boolean {
    return this.signed(checkpointMessage(seq, hash), signature);
  }

  /** Whether `signature` (r ‖ s) is of this key over `message`, which begins with the domain of whoever had it signed. */
  signed(message: Buffer, signature: Buffer): boolean {
    return verify("sha256", message, { key: this.#key, dsaEncoding: "ieee-p1363" }, signature);
  }
}

function parse(pem: string): KeyObject {
  try {
    // A private key would be accepted too, and has no business here.
    if (!pem.includes("PUBLIC KEY")) throw new TypeError("not a public key");
    const key = createPublicKey(pem);
    if (key.asymmetricKeyDetails?.namedCurve !== "prime256v1") throw new TypeError("not on P-256");
    return key;
  } catch (cause) {
    throw new AuditLogError("KEY_INVALID", "The audit key is not a public key on P-256 in PEM.", cause);
  }
}
