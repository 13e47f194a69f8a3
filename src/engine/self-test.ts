import { createHash, verify } from "node:crypto";
import { SecretBytes } from "../base/index.js";
import {
  type AuditKey,
  auditPublicKeyOf,
  createKnownPart,
  isUnwrapRuleEnforced,
  isUseServed,
  type ObjectHandle,
  type OpenToken,
  signAesCmac,
  signAuditDigest,
  signDes3Cmac,
  signHmac,
  TokenFault,
  TokenStartError,
  tokenCbcCipher,
  tokenEcbCipher,
  unwrapPart,
} from "../hsm/index.js";
import { splitKeyMaterial } from "../keyblock/index.js";
import { withAesPinCipher } from "./aes-dukpt-keys.js";
import { AesDukptTree } from "./aes-dukpt-tree.js";
import { computeDukptMac, withPinCipher } from "./dukpt-keys.js";
import { destroyHandles } from "./key-opener.js";
import {
  AES_DUKPT_KNOWN_ANSWERS,
  type AesDukptKnownAnswer,
  DUKPT_KNOWN_ANSWER,
  KNOWN_ANSWERS,
  type KnownAnswer,
} from "./known-answers.js";

type Token = Pick<OpenToken, "session" | "keys" | "capabilities" | "auditKey">;

const bytes = (hex: string): Buffer => Buffer.from(hex, "hex");

function answer({ session }: Token, { operation, hash = "SHA256", keyType, input }: KnownAnswer, key: ObjectHandle): Buffer {
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
    case "hmac":
      return signHmac(session, hash, key, bytes(input));
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

/** From the BDK to a PIN key, all in the token. */
function isAesDukptRight(token: Token, known: AesDukptKnownAnswer): boolean {
  const { session } = token;
  const bdk = unwrapPart(token, "AES", "deriveAes", createKnownPart(token, "AES", bytes(known.bdk)));
  try {
    const tree = new AesDukptTree(session, bdk, known.type, 0);
    const keys = { session, tree, header: { dukptWorkingKeys: { pin: known.type } } };
    const clear = withAesPinCipher(keys, bytes(known.ksn), (cipher) => cipher.decryptEcb(bytes(known.enciphered)));
    return clear.equals(bytes(known.clear));
  } finally {
    destroyHandles(token, [bdk]);
  }
}

/** The storage master key must refuse to unwrap anything readable or extractable. */
function isTokenStrict(token: Token): boolean {
  return isUnwrapRuleEnforced(token, "AES", createKnownPart(token, "AES", Buffer.alloc(16, 0xa5)));
}

/** ECDSA has no known answer: the signature is verified with the public half, which so is shown to belong to the private one. */
function isAuditKeyRight({ session }: Token, auditKey: AuditKey): boolean {
  const message = Buffer.from("pinmac audit self-test v1\0", "latin1");
  const signature = signAuditDigest(session, auditKey, createHash("sha256").update(message).digest());
  const key = auditPublicKeyOf(auditKey.publicPoint);
  return verify("sha256", message, { key, dsaEncoding: "ieee-p1363" }, signature);
}

type Check = (token: Token) => boolean;

/** What is checked on this token: every mechanism that it serves. */
function checksOf({ capabilities, auditKey }: Token): readonly Check[] {
  const served = KNOWN_ANSWERS.filter(({ use }) => isUseServed(capabilities, use));
  const aesDukpt = isUseServed(capabilities, "deriveAes") ? AES_DUKPT_KNOWN_ANSWERS : [];
  return [
    ...served.map(
      (known): Check =>
        (token) =>
          isAnswerRight(token, known),
    ),
    isDukptRight,
    ...aesDukpt.map(
      (known): Check =>
        (token) =>
          isAesDukptRight(token, known),
    ),
    isTokenStrict,
    ...(auditKey === undefined ? [] : [(token: Token) => isAuditKeyRight(token, auditKey)]),
  ];
}

/**
 * Known answers of every mechanism in use that the token has, on keys that went through wrap and unwrap, of DUKPT, and the proof that the storage master
 * key's rule about what it unwraps is enforced.
 * @returns how many checks were passed
 * @throws TokenStartError SELF_TEST_FAILED for a wrong answer, TOKEN_CANNOT for none
 */
export function runSelfTest(token: Token): number {
  const checks = checksOf(token);
  for (const check of checks) {
    try {
      if (!check(token)) throw new TokenStartError("SELF_TEST_FAILED");
    } catch (error) {
      if (!(error instanceof TokenFault)) throw error;
      throw new TokenStartError(error.isFatal ? "TOKEN_FAULT" : "TOKEN_CANNOT", error);
    }
  }
  return checks.length;
}
