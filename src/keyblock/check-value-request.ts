import type { BlockCipher } from "../base/index.js";
import { computeCmac, truncateMac } from "../mac/index.js";
import { type CheckValueRequest, type CheckValueRequestMethod, checkCheckValueLength } from "./check-value-length.js";

/** Methods that need a block cipher, with its block length. */
const BLOCK_LENGTHS = { TDES_ECB: 8, AES_CMAC: 16, AES_ECB: 16 } as const satisfies Partial<
  Record<CheckValueRequestMethod, 8 | 16>
>;

/** A request for the check value of a TDES or AES key. */
export type CipherCheckValueRequest = CheckValueRequest & { readonly method: keyof typeof BLOCK_LENGTHS };

/**
 * The check value of a TDES or AES key as it is asked for; what is not shown of the cipher's output is wiped.
 * @param cipher the key's; TDES for TDES_ECB, AES for the others
 * @returns `request.length` bytes
 * @throws Refusal REQUEST_INVALID the length is not allowed
 * @throws RangeError the cipher is not the method's: a defect of the caller
 */
export function computeRequestedCheckValue(request: CipherCheckValueRequest, cipher: BlockCipher): Buffer {
  const { method, length, context } = request;
  checkCheckValueLength(method, length, context);
  if (cipher.blockLength !== BLOCK_LENGTHS[method]) throw new RangeError("this cipher is not the method's");
  const zeroBlock = Buffer.alloc(cipher.blockLength);
  return truncateMac(method === "AES_CMAC" ? computeCmac(cipher, zeroBlock) : cipher.encryptEcb(zeroBlock), length);
}

/**
 * The check value of an HMAC key: the first 3 bytes of the HMAC of the empty message; the rest is wiped.
 * @param hmac HMAC under the key; returns a new buffer
 */
export function computeHmacCheckValue(hmac: (message: Buffer) => Buffer): Buffer {
  return truncateMac(hmac(Buffer.alloc(0)), 3);
}
