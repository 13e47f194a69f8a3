import { Refusal } from "../../base/index.js";
import type { KeyHeader } from "../key-header.js";

/** What strength depends on. */
export type KeyStrengthSubject = Pick<KeyHeader, "algorithm" | "keyLength">;

/** Bits of security; TDES with two and three keys as PCI PIN and NIST SP 800-57 count them. */
const DES_FAMILY_STRENGTHS: Readonly<Record<number, number>> = { 8: 56, 16: 80, 24: 112 };

/** There is no stronger key-encryption key. */
const MAX_STRENGTH = 256;

function strengthOf({ algorithm, keyLength }: KeyStrengthSubject): number {
  if (algorithm === "AES" || algorithm === "HMAC") return Math.min(8 * keyLength, MAX_STRENGTH);
  const strength = DES_FAMILY_STRENGTHS[keyLength];
  if (strength === undefined) throw new RangeError("A DES key has an impossible length.");
  return strength;
}

/**
 * Refuses to bring a key under a weaker one (PCI PIN 10): TDES2 < TDES3 < AES-128 < AES-192 < AES-256; an HMAC key counts by its length,
 * up to 256 bits. Only TDES and AES keys encipher keys.
 * @throws Refusal KEY_STRENGTH_INSUFFICIENT
 */
export function checkKeyEncryptionStrength(kbpk: KeyStrengthSubject, key: KeyStrengthSubject): void {
  const enciphersKeys = kbpk.algorithm === "TDES" || kbpk.algorithm === "AES";
  if (!enciphersKeys || strengthOf(kbpk) < strengthOf(key)) {
    throw new Refusal("KEY_STRENGTH_INSUFFICIENT", { requirement: "PCI PIN 10" });
  }
}
