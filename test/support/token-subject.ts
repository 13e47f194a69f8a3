import type { BlockCipher } from "../../src/base/index.js";
import {
  createKnownPart,
  type HmacHash,
  isUseServed,
  type ObjectHandle,
  type SecretKeyType,
  signAesCmac,
  signDes3Cmac,
  signHmac,
  tokenCbcCipher,
  tokenEcbCipher,
  unwrapPart,
  type WorkingKeyUse,
} from "../../src/hsm/index.js";
import { productSubject } from "./product-subject.js";
import type { TokenUnderTest } from "./token-under-test.js";
import type { VectorCipher, VectorHash, VectorSubject } from "./vector-subject.js";

const fromHex = (text: string): Buffer => Buffer.from(text, "hex");
const toHex = (bytes: Buffer): string => bytes.toString("hex").toUpperCase();

/** Gives the token a published key for one use, wrapped and unwrapped as every key is; each once. */
export type KnownKeys = (keyType: SecretKeyType, use: WorkingKeyUse, value: Buffer) => ObjectHandle;

/** The published keys of a token under test. */
export function knownKeysOf({ token }: TokenUnderTest): KnownKeys {
  const handles = new Map<string, ObjectHandle>();
  return (keyType, use, value) => {
    const name = `${keyType} ${use} ${toHex(value)}`;
    const handle = handles.get(name) ?? unwrapPart(token, keyType, use, createKnownPart(token, keyType, value));
    handles.set(name, handle);
    return handle;
  };
}

/** DES as K‖K. */
function desKey(key: Buffer): Buffer {
  return key.length === 8 ? Buffer.concat([key, key]) : key;
}

const desType = (key: Buffer): SecretKeyType => (key.length === 24 ? "DES3" : "DES2");

/** TDES: a handle for each direction and one for CBC, as the engine has them. */
function desCipher({ token: { session } }: TokenUnderTest, keys: KnownKeys, value: Buffer): BlockCipher {
  const key = desKey(value);
  const handle = (use: WorkingKeyUse): ObjectHandle => keys(desType(key), use, key);
  return {
    blockLength: 8,
    encryptEcb: (blocks) => tokenEcbCipher(session, handle("encryptDes3Ecb"), 8).encryptEcb(blocks),
    decryptEcb: (blocks) => tokenEcbCipher(session, handle("decryptDes3Ecb"), 8).decryptEcb(blocks),
    cbcResidue: (blocks) => tokenCbcCipher(session, handle("encryptDes3Cbc")).cbcResidue(blocks),
  };
}

function aesCipher({ token: { session } }: TokenUnderTest, keys: KnownKeys, key: Buffer): BlockCipher {
  return tokenEcbCipher(session, keys("AES", "bothAesEcb", key), 16);
}

const HASHES: Readonly<Record<VectorHash, readonly [HmacHash, WorkingKeyUse, length: number]>> = {
  sha224: ["SHA224", "signSha224Hmac", 32],
  sha256: ["SHA256", "signSha256Hmac", 32],
  sha384: ["SHA384", "signSha384Hmac", 48],
  sha512: ["SHA512", "signSha512Hmac", 64],
};

/** RFC 3394 and SoftHSM take no shorter keys. HMAC fills keys up with zeros itself, so that a filled-up key has the same values. */
function fillUp(key: Buffer, length: number): Buffer {
  return Buffer.concat([key, Buffer.alloc(Math.max(0, length - key.length))]);
}

/**
 * The product's own code over a token's primitives: CMAC and HMAC are the token's, where it has them.
 * @param onUse hears when a key in the token is used
 */
export function tokenSubject(under: TokenUnderTest, onUse: () => void): VectorSubject {
  const known = knownKeysOf(under);
  const keys: KnownKeys = (...key) => {
    onUse();
    return known(...key);
  };
  const { session, capabilities } = under.token;
  const ciphers = (cipher: VectorCipher, key: Buffer): BlockCipher =>
    cipher === "AES" ? aesCipher(under, keys, key) : desCipher(under, keys, key);
  const composed = productSubject(under.name, ciphers);
  return {
    ...composed,
    cmac: (cipher, key, message) => {
      if (cipher === "AES") return toHex(signAesCmac(session, keys("AES", "signAesCmac", fromHex(key)), fromHex(message)));
      if (!isUseServed(capabilities, "signDes3Cmac")) return composed.cmac(cipher, key, message);
      const value = desKey(fromHex(key));
      return toHex(signDes3Cmac(session, keys(desType(value), "signDes3Cmac", value), fromHex(message)));
    },
    hmac: (hash, key, message) => {
      const [name, use, length] = HASHES[hash];
      return toHex(signHmac(session, name, keys("GENERIC_SECRET", use, fillUp(fromHex(key), length)), fromHex(message)));
    },
  };
}
