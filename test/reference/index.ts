/**
 * A second implementation of the payment cryptography, for tests only: on hex text, by node-forge's ciphers and a bare hash. It shares no
 * code with src and imports nothing from it, so that an error would have to be made twice to be missed.
 * Tests compare the product, in software and on the token, with it.
 */
import type { VectorCipher, VectorSubject } from "../support/vector-subject.js";
import { aes, des, type HexCipher, tdes } from "./block-ciphers.js";
import { cbcMac, cmac, hmac, pad, retailMac, unionPayMac } from "./macs.js";
import {
  decipherBlock,
  decodeClearBlock,
  decodePinField4,
  encipherBlock,
  encodeClearBlock,
  encodePinField4,
  panField4,
} from "./pin-blocks.js";
import { initialKey, workingKey } from "./tdes-dukpt.js";

function cipherOf(cipher: VectorCipher, key: string): HexCipher {
  if (cipher === "AES") return aes(key);
  return key.length === 16 ? des(key) : tdes(key);
}

/** The reference as a subject of vectors. */
export const referenceSubject: VectorSubject = {
  name: "reference",
  encodeClearBlock,
  decodeClearBlock,
  encodePinField4,
  decodePinField4,
  encodePanField4: (pan) => (/^\d{12,19}$/.test(pan) ? panField4(pan) : undefined),
  encipherPinBlock: (format, key, pin, pan, random) =>
    encipherBlock(format, cipherOf(format === 4 ? "AES" : "TDES", key), pin, pan, random),
  decipherPinBlock: (format, key, block, pan) =>
    decipherBlock(format, cipherOf(format === 4 ? "AES" : "TDES", key), block, pan),
  initialKey,
  workingKey,
  pad,
  cbcMac: (cipher, key, padding, message) => cbcMac(cipherOf(cipher, key), padding, message),
  retailMac,
  cmac: (cipher, key, message) => cmac(cipherOf(cipher, key), message),
  unionPayMac: (cipher, key, message) => unionPayMac(cipherOf(cipher, key), message),
  hmac,
  checkValue: (cipher, key) =>
    cipher === "AES" ? cmac(aes(key), "0".repeat(32)).slice(0, 10) : cipherOf(cipher, key).encrypt("0".repeat(16)).slice(0, 6),
};
