import { createCipheriv, timingSafeEqual } from "node:crypto";
import type { SecretBytes } from "../base/index.js";
import { createKnownPart, type MasterKeyMaterial, type OpenToken, TokenStartError } from "../hsm/index.js";
import { computeCmac } from "../mac/index.js";
import { computeSeal } from "./seal.js";
import { SoftwareBlockCipher } from "./software-block-cipher.js";

type Token = Pick<OpenToken, "session" | "keys">;

/** No key of anybody: what the token's answer is compared on. */
const KNOWN_PART = Buffer.alloc(32, 0x5a);
const KNOWN_MESSAGE = Buffer.from("pinmac master key proof v1\0", "latin1");

/** The initial value of RFC 3394, 2.2.3.1. */
const WRAP_IV = Buffer.alloc(8, 0xa6);

function isSame(left: Buffer, right: Buffer): boolean {
  return left.length === right.length && timingSafeEqual(left, right);
}

/** RFC 3394 gives one result for one key: the token's is compared with OpenSSL's. */
function isStorageMasterKey(token: Token, material: SecretBytes): boolean {
  const cipher = createCipheriv("id-aes256-wrap", material.expose(), WRAP_IV);
  const expected = Buffer.concat([cipher.update(KNOWN_PART), cipher.final()]);
  return isSame(createKnownPart(token, "AES", KNOWN_PART), expected);
}

function isSealKey(token: Token, material: SecretBytes): boolean {
  using cipher = SoftwareBlockCipher.ofAes(material);
  return isSame(computeSeal(token, KNOWN_MESSAGE), computeCmac(cipher, KNOWN_MESSAGE));
}

/**
 * Proves that the master keys in the token are the material that was brought in: neither can be read back, so both answer a question whose
 * answer is known.
 * @param material stays the caller's to wipe
 * @throws TokenStartError SELF_TEST_FAILED; TokenFault
 */
export function proveMasterKeys(token: Token, { storageMasterKey, sealKey }: MasterKeyMaterial): void {
  if (!isStorageMasterKey(token, storageMasterKey) || !isSealKey(token, sealKey)) throw new TokenStartError("SELF_TEST_FAILED");
}
