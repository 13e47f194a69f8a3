import { createHash, createPublicKey, type KeyObject, verify } from "node:crypto";
import { OfficerError } from "./officer-error.js";

/** SubjectPublicKeyInfo of an Ed25519 key (RFC 8410), up to the 32 bytes of the point. */
const SPKI_PREFIX = Buffer.from("302a300506032b6570032100", "hex");
const HEX = /^[0-9a-f]{64}$/;
const SIGNATURE_LENGTH = 64;
const SIGN_BIT = 0x80;

/**
 * The y coordinates, little-endian, of the points whose order divides 8, and the encodings of them beyond the field's prime (RFC 8032,
 * 5.1). Under such a key some signatures hold that nobody made.
 */
const SMALL_ORDER: ReadonlySet<string> = new Set([
  `01${"00".repeat(31)}`,
  "00".repeat(32),
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  `ec${"ff".repeat(30)}7f`,
  `ed${"ff".repeat(30)}7f`,
  `ee${"ff".repeat(30)}7f`,
]);

/** The public half of an officer's key: Ed25519 (RFC 8032). */
export class OfficerPublicKey {
  readonly #key: KeyObject;
  /** The 32 bytes, as 64 small hex digits: the one form in which files hold it. */
  readonly hex: string;
  /** SHA-256 of the SubjectPublicKeyInfo (DER), hex. */
  readonly fingerprint: string;

  private constructor(hex: string) {
    const der = Buffer.concat([SPKI_PREFIX, Buffer.from(hex, "hex")]);
    this.#key = createPublicKey({ key: der, format: "der", type: "spki" });
    this.hex = hex;
    this.fingerprint = createHash("sha256").update(der).digest("hex");
  }

  /** @throws OfficerError PUBLIC_KEY_INVALID */
  static parse(hex: string): OfficerPublicKey {
    if (!HEX.test(hex) || isOfSmallOrder(hex)) throw new OfficerError("PUBLIC_KEY_INVALID");
    return new OfficerPublicKey(hex);
  }

  /** Whether `signature` (64 bytes) is of this key over `message`. */
  signed(message: Buffer, signature: Buffer): boolean {
    return signature.length === SIGNATURE_LENGTH && verify(null, message, this.#key, signature);
  }
}

function isOfSmallOrder(hex: string): boolean {
  const bytes = Buffer.from(hex, "hex");
  bytes.writeUInt8(bytes.readUInt8(31) & ~SIGN_BIT, 31);
  return SMALL_ORDER.has(bytes.toString("hex"));
}
