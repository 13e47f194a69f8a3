import { SecretBytes } from "../base/index.js";
import {
  createKnownPart,
  isUnwrapRuleEnforced,
  type ObjectHandle,
  type OpenToken,
  signAesCmac,
  signDes3Cmac,
  signHmac,
  TokenFault,
  TokenStartError,
  tokenCbcCipher,
  tokenEcbCipher,
  unwrapPart,
} from "../hsm/index.js";
import { splitKeyMaterial } from "../keyblock/index.js";
import { computeDukptMac, withPinCipher } from "./dukpt-keys.js";
import { destroyHandles } from "./key-opener.js";
import { DUKPT_KNOWN_ANSWER, KNOWN_ANSWERS, type KnownAnswer } from "./known-answers.js";

type Token = Pick<OpenToken, "session" | "keys">;

const bytes = (hex: string): Buffer => Buffer.from(hex, "hex");

function answer({ session }: Token, { operation, keyType, input }: KnownAnswer, key: ObjectHandle): Buffer {
  const ecb = tokenEcbCipher(session, key, keyType === "AES" ? 16 : 8);
  switch (operation) {
    case "encryptEcb":
      return ecb.encryptEcb(bytes(input));
    case "decryptEcb":
      return ecb.decryptEcb(bytes(input));
    case "cbcResidue":
      return tokenCbcCipher(session, key).cbcResidue(bytes(input));
    case "aesCmac":
      return signAesCmac(session, key, bytes(input));
    case "des3Cmac":
      return signDes3Cmac(session, key, bytes(input));
    case "sha256Hmac":
      return signHmac(session, "SHA256", key, bytes(input));
  }
}

/** The key goes under the storage master key and comes out again, as every payment key does. */
function isAnswerRight(token: Token, known: KnownAnswer): boolean {
  const wrapped = createKnownPart(token, known.keyType, bytes(known.key));
  const key = unwrapPart(token, known.keyType, known.use, wrapped);
  try {
    return answer(token, known, key).equals(bytes(known.output));
  } finally {
    destroyHandles(token, [key]);
  }
}

/** BDK and variant in the token, the rest in OpenSSL: the way of a real transaction. */
function isDukptRight(token: Token): boolean {
  const { bdk, ksn, clearPinBlock, encipheredPinBlock, message, macRequest } = DUKPT_KNOWN_ANSWER;
  const parts = splitKeyMaterial({ usage: "B0", algorithm: "TDES", keyLength: 16 }, SecretBytes.take(bytes(bdk)));
  const handles: ObjectHandle[] = [];
  try {
    for (const part of parts) {
      handles.push(unwrapPart(token, "DES2", "encryptDes3Ecb", createKnownPart(token, "DES2", part.expose())));
    }
    const [first, second] = handles.map((handle) => tokenEcbCipher(token.session, handle, 8));
    if (first === undefined || second === undefined) return false;
    const keys = { bdk: first, variant: second };
    const parameters = { scheme: "ISO9797_1_ALG3", paddingMethod: 1, length: 4 } as const;
    const block = withPinCipher(keys, bytes(ksn), (cipher) => cipher.decryptEcb(bytes(encipheredPinBlock)));
    const mac = computeDukptMac(keys, bytes(ksn), "macRequest", parameters, Buffer.from(message, "latin1"));
    return block.equals(bytes(clearPinBlock)) && mac.subarray(0, 4).equals(bytes(macRequest));
  } finally {
    destroyHandles(token, handles);
  }
}

/** The storage master key must refuse to unwrap anything readable or extractable. */
function isTokenStrict(token: Token): boolean {
  return isUnwrapRuleEnforced(token, "AES", createKnownPart(token, "AES", Buffer.alloc(16, 0xa5)));
}

const CHECKS: readonly ((token: Token) => boolean)[] = [
  ...KNOWN_ANSWERS.map((known) => (token: Token) => isAnswerRight(token, known)),
  isDukptRight,
  isTokenStrict,
];

/**
 * Known answers of every mechanism in use, on keys that went through wrap and unwrap, of DUKPT, and the proof that the storage master
 * key's rule about what it unwraps is enforced.
 * @returns how many checks were passed
 * @throws TokenStartError SELF_TEST_FAILED for a wrong answer, TOKEN_CANNOT for none
 */
export function runSelfTest(token: Token): number {
  for (const check of CHECKS) {
    try {
      if (!check(token)) throw new TokenStartError("SELF_TEST_FAILED");
    } catch (error) {
      if (!(error instanceof TokenFault)) throw error;
      throw new TokenStartError(error.isFatal ? "TOKEN_FAULT" : "TOKEN_CANNOT", error);
    }
  }
  return CHECKS.length;
}
