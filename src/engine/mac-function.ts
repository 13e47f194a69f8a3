import type { BlockCipher } from "../base/index.js";
import {
  type ObjectHandle,
  type OpenToken,
  signAesCmac,
  signDes3Cmac,
  signHmac,
  tokenCbcCipher,
  tokenEcbCipher,
} from "../hsm/index.js";
import type { KeyHeader } from "../keyblock/index.js";
import {
  computeCbcMac,
  computeCmac,
  computeRetailMac,
  computeUnionPayMac,
  type MacParameters,
  type PaddingMethod,
} from "../mac/index.js";
import type { MacFunction } from "./opened-key.js";
import { hmacHashOf } from "./part-plan.js";

function paddingOf({ paddingMethod }: MacParameters): PaddingMethod {
  if (paddingMethod === 0) throw new RangeError("This MAC needs a padding method.");
  return paddingMethod;
}

/**
 * The MAC function of an M key, with its parts in the token. CBC runs under a handle that may do CBC encryption only; algorithm 3 takes
 * its last block to a handle that may do ECB encryption only.
 */
export function tokenMacFunction(
  { session }: Pick<OpenToken, "session">,
  header: KeyHeader,
  parameters: MacParameters,
  [first, second]: readonly ObjectHandle[],
): MacFunction {
  if (first === undefined) throw new RangeError("The key has too few parts.");
  switch (parameters.scheme) {
    case "ISO9797_1_ALG1": {
      const cipher = tokenCbcCipher(session, first);
      return (message) => computeCbcMac(cipher, paddingOf(parameters), message);
    }
    case "ISO9797_1_ALG3": {
      if (second === undefined) throw new RangeError("The key has too few parts.");
      const left = tokenCbcCipher(session, first);
      const whole = tokenEcbCipher(session, second, 8);
      return (message) => computeRetailMac(left, whole, paddingOf(parameters), message);
    }
    case "UNIONPAY_ECB": {
      const cipher = tokenCbcCipher(session, first);
      return (message) => computeUnionPayMac(cipher, message);
    }
    case "CMAC":
      return header.algorithm === "AES"
        ? (message) => signAesCmac(session, first, message)
        : (message) => signDes3Cmac(session, first, message);
    default: {
      const hash = hmacHashOf(parameters.scheme);
      if (hash === undefined) throw new RangeError("There is no MAC of this scheme.");
      return (message) => signHmac(session, hash, first, message);
    }
  }
}

/**
 * The MAC of a message under a key at hand, by the schemes that a BDK may have.
 * @param left DES under the key's left half
 * @param whole TDES under the key
 */
export function computeMacWith(parameters: MacParameters, left: BlockCipher, whole: BlockCipher, message: Buffer): Buffer {
  switch (parameters.scheme) {
    case "ISO9797_1_ALG1":
      return computeCbcMac(whole, paddingOf(parameters), message);
    case "ISO9797_1_ALG3":
      return computeRetailMac(left, whole, paddingOf(parameters), message);
    case "CMAC":
      return computeCmac(whole, message);
    default:
      throw new RangeError("A BDK has no MAC of this scheme.");
  }
}
