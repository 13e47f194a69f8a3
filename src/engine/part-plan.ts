import type { HmacHash, SecretKeyType, WorkingKeyUse } from "../hsm/index.js";
import type { KeyAlgorithm, KeyHeader } from "../keyblock/index.js";
import type { MacParameters } from "../mac/index.js";

/** What of a header decides how its parts are unwrapped. */
export type PlannedHeader = Pick<
  KeyHeader,
  "usage" | "algorithm" | "keyLength" | "modeOfUse" | "mac" | "dukptType" | "dukptWorkingKeys" | "keyBlockVersion"
>;

/** How a header's parts come into the token, in their order, and where its check value is computed. */
export interface PartPlan {
  readonly keyType: SecretKeyType;
  /** One for each part. */
  readonly uses: readonly WorkingKeyUse[];
  /** The part whose check value is the key's. */
  readonly checkPart: number;
  /** What that part must be able to do for it. Often its own use; else it is unwrapped once more, for this alone. */
  readonly checkUse: WorkingKeyUse;
}

/** The token's type of a key's parts; all parts of a key have one. Single DES is kept as K‖K. */
export function keyTypeOf({ algorithm, keyLength }: Pick<PlannedHeader, "algorithm" | "keyLength">): SecretKeyType {
  const types: Readonly<Record<KeyAlgorithm, SecretKeyType>> = {
    DES: "DES2",
    TDES: keyLength === 24 ? "DES3" : "DES2",
    AES: "AES",
    HMAC: "GENERIC_SECRET",
  };
  return types[algorithm];
}

const HMAC_HASHES: Readonly<Partial<Record<MacParameters["scheme"], HmacHash>>> = {
  HMAC_SHA224: "SHA224",
  HMAC_SHA256: "SHA256",
  HMAC_SHA384: "SHA384",
  HMAC_SHA512: "SHA512",
};

/** The hash of an HMAC scheme; undefined of every other scheme. */
export function hmacHashOf(scheme: MacParameters["scheme"]): HmacHash | undefined {
  return HMAC_HASHES[scheme];
}

const HMAC_USES = {
  SHA224: "signSha224Hmac",
  SHA256: "signSha256Hmac",
  SHA384: "signSha384Hmac",
  SHA512: "signSha512Hmac",
} as const satisfies Record<HmacHash, WorkingKeyUse>;

/** The use of a key that makes HMACs. @throws RangeError for parameters of another scheme: a defect */
export function hmacUseOf(mac: MacParameters | undefined): WorkingKeyUse {
  const hash = mac && hmacHashOf(mac.scheme);
  if (hash === undefined) throw new RangeError("An HMAC key has a hash.");
  return HMAC_USES[hash];
}

type Uses = Pick<PartPlan, "uses" | "checkPart" | "checkUse">;

/** One part, which computes its check value itself unless another use is given for that. */
function onePart(use: WorkingKeyUse, checkUse: WorkingKeyUse = use): Uses {
  return { uses: [use], checkPart: 0, checkUse };
}

function encryptUse({ algorithm }: PlannedHeader): WorkingKeyUse {
  return algorithm === "AES" ? "encryptAesEcb" : "encryptDes3Ecb";
}

/** Keys of ciphers that go in the directions of their mode of use. */
function cipherUses(header: PlannedHeader): Uses {
  const isAes = header.algorithm === "AES";
  switch (header.modeOfUse) {
    case "E":
      return onePart(encryptUse(header));
    case "D":
      return onePart(isAes ? "decryptAesEcb" : "decryptDes3Ecb", encryptUse(header));
    case "B":
      return onePart(isAes ? "bothAesEcb" : "bothDes3Ecb");
    default:
      throw new RangeError("A cipher's key does not have this mode of use.");
  }
}

/** A terminal master key only ever enciphers; one that may not do so does nothing here. */
function keyEncryptionUses(header: PlannedHeader): Uses {
  return header.modeOfUse === "B" ? onePart(encryptUse(header)) : cipherUses(header);
}

/** A BDK enciphers KSNs, or derives: an AES BDK can do nothing that shows what it derives. */
function bdkUses(header: PlannedHeader): Uses {
  if (header.algorithm === "AES") return onePart("deriveAes", "signAesCmac");
  return { uses: ["encryptDes3Ecb", "encryptDes3Ecb"], checkPart: 0, checkUse: "encryptDes3Ecb" };
}

function cmacUses({ algorithm }: PlannedHeader): Uses {
  return algorithm === "AES" ? onePart("signAesCmac") : onePart("signDes3Cmac", "encryptDes3Ecb");
}

/** In B and D the key is one of CMAC; in A and C its variants decipher payloads and make MACs, and the key itself is checked only. */
function keyBlockUses(header: PlannedHeader): Uses {
  if (header.keyBlockVersion === "B" || header.keyBlockVersion === "D") return cmacUses(header);
  return { uses: ["decryptDes3Cbc", "encryptDes3Cbc", "encryptDes3Ecb"], checkPart: 2, checkUse: "encryptDes3Ecb" };
}

const USES: Readonly<Record<PlannedHeader["usage"], (header: PlannedHeader) => Uses>> = {
  B0: bdkUses,
  D0: cipherUses,
  K0: keyEncryptionUses,
  K1: keyBlockUses,
  P0: cipherUses,
  M0: () => onePart("encryptDes3Cbc"),
  M1: () => onePart("encryptDes3Cbc"),
  M3: () => ({ uses: ["encryptDes3Cbc", "encryptDes3Ecb"], checkPart: 1, checkUse: "encryptDes3Ecb" }),
  M6: cmacUses,
  M7: ({ mac }) => onePart(hmacUseOf(mac)),
  V1: () => onePart("encryptDes3Ecb"),
  V2: () => onePart("encryptDes3Ecb"),
};

/**
 * The one table of what a key may do in the token. Each object gets the uses and the one mechanism that its header needs: a key that
 * makes MACs by CBC does no ECB, a key that deciphers PIN blocks enciphers none.
 */
export function planParts(header: PlannedHeader): PartPlan {
  return { keyType: keyTypeOf(header), ...USES[header.usage](header) };
}
