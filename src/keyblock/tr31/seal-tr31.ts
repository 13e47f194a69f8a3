import { SecretBytes } from "../../base/index.js";
import { buildPayload } from "./payload.js";
import type { Tr31HeaderFields } from "./tr31-header.js";
import type { Tr31Protection } from "./tr31-protection.js";
import { TR31_RULES } from "./tr31-version.js";
import { writeTr31Header } from "./write-header.js";

function toHex(bytes: Buffer): string {
  return bytes.toString("hex").toUpperCase();
}

function computeMac(header: string, payload: SecretBytes, protection: Tr31Protection): Buffer {
  const covered = SecretBytes.alloc(header.length + payload.length);
  try {
    covered.expose().write(header, "latin1");
    payload.expose().copy(covered.expose(), header.length);
    return protection.mac(covered.expose());
  } finally {
    covered.wipe();
  }
}

function checkVersion(fields: Tr31HeaderFields, protection: Tr31Protection): void {
  if (TR31_RULES[fields.version].macCovers !== "payload")
    throw new RangeError("Key blocks of versions A and C are never made.");
  if (fields.version !== protection.version) throw new RangeError("A protection serves one version.");
}

/**
 * Seals a key into a key block of version B or D. DES and TDES keys look 24 bytes long, AES keys 32; HMAC keys are filled up to the next
 * cipher block.
 * Whether the key may leave at all, and whether the protection is strong enough for it, was checked before: `isExportable`,
 * `checkKeyEncryptionStrength`.
 * @param key stays the caller's to wipe
 * @param randomBytes the padding; wiped here
 * @returns the key block in ASCII
 * @throws RangeError for version A or C, or fields or a key that no block can carry: a defect
 */
export function sealTr31(
  fields: Tr31HeaderFields,
  key: SecretBytes,
  protection: Tr31Protection,
  randomBytes: (length: number) => Buffer,
): string {
  checkVersion(fields, protection);
  const { blockLength, macLength } = TR31_RULES[fields.version];
  const payload = buildPayload(key, fields.algorithm, blockLength, randomBytes);
  try {
    const header = writeTr31Header(fields, 2 * (payload.length + macLength));
    const mac = computeMac(header, payload, protection);
    if (mac.length !== macLength) throw new RangeError("A MAC has not the length of its version.");
    return header + toHex(protection.encryptCbc(mac, payload.expose())) + toHex(mac);
  } finally {
    payload.wipe();
  }
}
