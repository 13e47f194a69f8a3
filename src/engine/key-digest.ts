import type { BlockCipher } from "../base/index.js";
import {
  type ObjectHandle,
  type OpenToken,
  signAesCmac,
  signHmac,
  tokenCbcCipher,
  tokenEcbCipher,
  unwrapPart,
  type WorkingKeyUse,
} from "../hsm/index.js";
import { computeCmac } from "../mac/index.js";
import { type PlannedHeader, planParts } from "./part-plan.js";

type Token = Pick<OpenToken, "session" | "keys">;

/** Nothing else that the seal key authenticates begins like this. */
const DOMAIN = Buffer.from("pinmac key digest v1\0", "latin1");

/** What a key says of itself: no message, PIN block or KSN, and no zero block, whose cipher under a key would be of use to somebody. */
const CONSTANT = Buffer.from("pinmackeydigest1", "latin1");

/** Keys are compared with keys of their own cipher: DES and TDES are one, and take no notice of parity bits. */
const FAMILIES = { DES: "DES", TDES: "DES", AES: "AES", HMAC: "HMAC" } as const;

/** Two blocks of 8, each on its own: the key may do ECB alone, or CBC alone. */
function encryptConstant(cipher: BlockCipher): Buffer {
  return Buffer.concat([cipher.encryptEcb(CONSTANT.subarray(0, 8)), cipher.encryptEcb(CONSTANT.subarray(8))]);
}

/** What the key makes of the constant: 16 bytes, of HMAC 32. */
function answerOf({ session }: Token, use: WorkingKeyUse, key: ObjectHandle): Buffer {
  switch (use) {
    case "encryptDes3Ecb":
    case "bothDes3Ecb":
      return encryptConstant(tokenEcbCipher(session, key, 8));
    case "encryptDes3Cbc":
      return encryptConstant(tokenCbcCipher(session, key));
    case "encryptAesEcb":
    case "bothAesEcb":
      return computeCmac(tokenEcbCipher(session, key, 16), CONSTANT);
    case "signAesCmac":
      return signAesCmac(session, key, CONSTANT);
    case "signSha256Hmac":
      return signHmac(session, "SHA256", key, CONSTANT);
    default:
      throw new RangeError("A key with this use alone has no digest.");
  }
}

/** The use that a key's digest is computed with: that of its check value, of HMAC keys the one hash that they all have in common. */
export function digestUseOf(header: PlannedHeader): WorkingKeyUse {
  return header.algorithm === "HMAC" ? "signSha256Hmac" : planParts(header).checkUse;
}

/**
 * Computes what tells whether two keys are the same key (PCI PIN 17, 19): CMAC by the seal key over the key's own answer to a constant. The
 * same for the same material, whatever usage, mode, name or owner it has and however its parts are laid out; parity bits of DES do not
 * count. The part is unwrapped for this alone, with the uses that its check value needs, and destroyed.
 * @returns 16 bytes
 * @throws TokenFault
 */
export function computeKeyDigest(token: Token, header: PlannedHeader, wrappedParts: readonly Buffer[]): Buffer {
  const { checkPart, keyType } = planParts(header);
  const wrapped = wrappedParts[checkPart];
  if (wrapped === undefined) throw new RangeError("The key has too few parts.");
  const use = digestUseOf(header);
  const key = unwrapPart(token, keyType, use, wrapped);
  try {
    const family = Buffer.from(`${FAMILIES[header.algorithm]}\0`, "latin1");
    return signAesCmac(token.session, token.keys.sealKey, Buffer.concat([DOMAIN, family, answerOf(token, use, key)]));
  } finally {
    if (!token.session.isBroken) token.session.destroyObject(key);
  }
}
