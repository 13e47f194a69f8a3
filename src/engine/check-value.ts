import {
  type HmacHash,
  type ObjectHandle,
  type OpenToken,
  signAesCmac,
  signHmac,
  type TokenSession,
  tokenCbcCipher,
  tokenEcbCipher,
  unwrapPart,
  type WorkingKeyUse,
} from "../hsm/index.js";
import { CHECK_VALUES, type CheckValue, computeAesCheckValue, computeTdesCheckValue } from "../keyblock/index.js";
import { truncateMac } from "../mac/index.js";
import type { PartPlan } from "./part-plan.js";

type Token = Pick<OpenToken, "session" | "keys">;

function hmacCheckValue(session: TokenSession, hash: HmacHash, key: ObjectHandle): CheckValue {
  const { method, length } = CHECK_VALUES.HMAC;
  return { method, value: truncateMac(signHmac(session, hash, key, Buffer.alloc(0)), length) };
}

/** The check value of a handle that may do `use`, by the method of its algorithm. */
function checkValueOfHandle({ session }: Token, use: WorkingKeyUse, key: ObjectHandle): CheckValue {
  switch (use) {
    case "encryptDes3Ecb":
    case "bothDes3Ecb":
      return computeTdesCheckValue(tokenEcbCipher(session, key, 8));
    case "encryptDes3Cbc":
      return computeTdesCheckValue(tokenCbcCipher(session, key));
    case "encryptAesEcb":
    case "bothAesEcb":
      return computeAesCheckValue(tokenEcbCipher(session, key, 16));
    case "signAesCmac": {
      const { method, length } = CHECK_VALUES.AES;
      return { method, value: truncateMac(signAesCmac(session, key, Buffer.alloc(16)), length) };
    }
    case "signSha224Hmac":
      return hmacCheckValue(session, "SHA224", key);
    case "signSha256Hmac":
      return hmacCheckValue(session, "SHA256", key);
    case "signSha384Hmac":
      return hmacCheckValue(session, "SHA384", key);
    case "signSha512Hmac":
      return hmacCheckValue(session, "SHA512", key);
    default:
      throw new RangeError("A key with this use alone has no check value.");
  }
}

/**
 * Computes a key's check value in the token: with the working handle where that can, else with one unwrapped for this alone and
 * destroyed at once.
 * @throws TokenFault
 */
export function computeCheckValue(
  token: Token,
  plan: PartPlan,
  handles: readonly ObjectHandle[],
  wrappedParts: readonly Buffer[],
): CheckValue {
  const { checkPart, checkUse } = plan;
  const handle = handles[checkPart];
  const wrapped = wrappedParts[checkPart];
  if (handle === undefined || wrapped === undefined) throw new RangeError("The key has too few parts.");
  if (plan.uses[checkPart] === checkUse) return checkValueOfHandle(token, checkUse, handle);
  const transient = unwrapPart(token, plan.keyType, checkUse, wrapped);
  try {
    return checkValueOfHandle(token, checkUse, transient);
  } finally {
    if (!token.session.isBroken) token.session.destroyObject(transient);
  }
}
