import { type EncodedTemplate, encodeTemplate, type ObjectTemplate } from "./attributes.js";
import { AUDIT_KEY_LABEL } from "./audit-public-key.js";
import { KEY_TYPES, type MechanismName, OBJECT_CLASSES, type SecretKeyType } from "./cryptoki.js";
import { encodeNestedTemplate } from "./nested-template.js";

/** The labels of the objects that live in the token. */
export const STORAGE_MASTER_KEY_LABEL = "pinmac-storage-master-key";
export const SEAL_KEY_LABEL = "pinmac-seal-key";

/** Every use is written out: what a template leaves open, tokens fill with weak defaults. */
const NO_USE = {
  encrypt: false,
  decrypt: false,
  wrap: false,
  unwrap: false,
  sign: false,
  verify: false,
  derive: false,
} as const satisfies ObjectTemplate;

/** What every key that comes out of the storage master key is, whatever a caller of the token asks for. */
const UNWRAPPED_ALWAYS = {
  class: OBJECT_CLASSES.SECRET_KEY,
  token: false,
  sensitive: true,
  extractable: false,
} as const satisfies ObjectTemplate;

/** Nobody changes an attribute later, and nobody gets round that by copying the object. */
const FROZEN = { copyable: false, modifiable: false } as const satisfies ObjectTemplate;

/** What a working key may do. One group of uses and one mechanism each. */
export const WORKING_KEY_USES = {
  encryptDes3Ecb: { uses: { encrypt: true }, mechanism: "DES3_ECB" },
  decryptDes3Ecb: { uses: { decrypt: true }, mechanism: "DES3_ECB" },
  bothDes3Ecb: { uses: { encrypt: true, decrypt: true }, mechanism: "DES3_ECB" },
  encryptDes3Cbc: { uses: { encrypt: true }, mechanism: "DES3_CBC" },
  decryptDes3Cbc: { uses: { decrypt: true }, mechanism: "DES3_CBC" },
  encryptAesEcb: { uses: { encrypt: true }, mechanism: "AES_ECB" },
  decryptAesEcb: { uses: { decrypt: true }, mechanism: "AES_ECB" },
  bothAesEcb: { uses: { encrypt: true, decrypt: true }, mechanism: "AES_ECB" },
  signDes3Cmac: { uses: { sign: true }, mechanism: "DES3_CMAC" },
  signAesCmac: { uses: { sign: true }, mechanism: "AES_CMAC" },
  signSha224Hmac: { uses: { sign: true }, mechanism: "SHA224_HMAC" },
  signSha256Hmac: { uses: { sign: true }, mechanism: "SHA256_HMAC" },
  signSha384Hmac: { uses: { sign: true }, mechanism: "SHA384_HMAC" },
  signSha512Hmac: { uses: { sign: true }, mechanism: "SHA512_HMAC" },
  deriveAes: { uses: { derive: true }, mechanism: "AES_ECB_ENCRYPT_DATA" },
} as const satisfies Record<string, { uses: ObjectTemplate; mechanism: MechanismName }>;
export type WorkingKeyUse = keyof typeof WORKING_KEY_USES;

/** A key unwrapped for one use: a sensitive, non-extractable session object. */
export function workingKeyAttributes(keyType: SecretKeyType, use: WorkingKeyUse): ObjectTemplate {
  const { uses, mechanism } = WORKING_KEY_USES[use];
  return {
    ...UNWRAPPED_ALWAYS,
    private: true,
    keyType: KEY_TYPES[keyType],
    ...NO_USE,
    ...uses,
    allowedMechanisms: [mechanism],
    ...FROZEN,
  };
}

/** A key derived for one use: as one unwrapped for it. The type of a DES key is its length. */
export function derivedKeyAttributes(keyType: SecretKeyType, length: number, use: WorkingKeyUse): ObjectTemplate {
  const hasLength = keyType === "AES" || keyType === "GENERIC_SECRET";
  return { ...workingKeyAttributes(keyType, use), ...(hasLength && { valueLength: length }) };
}

const encodedWorkingKeys = new Map<string, EncodedTemplate>();

/** The template for C_UnwrapKey; encoded once for each kind. */
export function workingKeyTemplate(keyType: SecretKeyType, use: WorkingKeyUse): EncodedTemplate {
  const name = `${keyType} ${use}`;
  const known = encodedWorkingKeys.get(name);
  if (known !== undefined) return known;
  const encoded = encodeTemplate(workingKeyAttributes(keyType, use));
  encodedWorkingKeys.set(name, encoded);
  return encoded;
}

/**
 * A key on its way under the storage master key: the one kind of object that may be wrapped. It can do nothing else, and lives for one
 * C_WrapKey.
 */
export function transientKeyAttributes(keyType: SecretKeyType): ObjectTemplate {
  return {
    class: OBJECT_CLASSES.SECRET_KEY,
    token: false,
    private: true,
    keyType: KEY_TYPES[keyType],
    sensitive: true,
    extractable: true,
    ...NO_USE,
    allowedMechanisms: ["AES_KEY_WRAP"],
    ...FROZEN,
  };
}

/** The pair that clear parts are enciphered to on their way into the token. It lives as long as the session. */
export const IMPORT_KEY_BITS = 2048;
export const IMPORT_PRIVATE_KEY: ObjectTemplate = {
  class: OBJECT_CLASSES.PRIVATE_KEY,
  token: false,
  private: true,
  keyType: KEY_TYPES.RSA,
  sensitive: true,
  extractable: false,
  decrypt: false,
  unwrap: true,
  sign: false,
  derive: false,
  allowedMechanisms: ["RSA_PKCS_OAEP"],
  ...FROZEN,
};
export const IMPORT_PUBLIC_KEY: ObjectTemplate = {
  class: OBJECT_CLASSES.PUBLIC_KEY,
  token: false,
  private: true,
  keyType: KEY_TYPES.RSA,
  encrypt: false,
  wrap: false,
  verify: false,
  derive: false,
  modulusBits: IMPORT_KEY_BITS,
  publicExponent: Buffer.of(0x01, 0x00, 0x01),
};

function tokenKeyAttributes(label: string, uses: ObjectTemplate, mechanism: MechanismName): ObjectTemplate {
  return {
    class: OBJECT_CLASSES.SECRET_KEY,
    token: true,
    private: true,
    label,
    keyType: KEY_TYPES.AES,
    sensitive: true,
    extractable: false,
    ...NO_USE,
    ...uses,
    allowedMechanisms: [mechanism],
    valueLength: 32,
    ...FROZEN,
  };
}

/** The storage master key: AES-256, wraps and unwraps with RFC 3394, nothing else. */
export const STORAGE_MASTER_KEY: ObjectTemplate = tokenKeyAttributes(
  STORAGE_MASTER_KEY_LABEL,
  { wrap: true, unwrap: true },
  "AES_KEY_WRAP",
);

/** The seal key: AES-256, CMAC, nothing else. Seals are compared in constant time by pinmac, so that it needs no VERIFY. */
export const SEAL_KEY: ObjectTemplate = tokenKeyAttributes(SEAL_KEY_LABEL, { sign: true }, "AES_CMAC");

/** The object identifier of the curve P-256 (1.2.840.10045.3.1.7), in DER. */
const P256 = Buffer.from("06082a8648ce3d030107", "hex");

/** The private half of the audit key: ECDSA on P-256 over digests that pinmac made, nothing else. */
export const AUDIT_PRIVATE_KEY: ObjectTemplate = {
  class: OBJECT_CLASSES.PRIVATE_KEY,
  token: true,
  private: true,
  label: AUDIT_KEY_LABEL,
  keyType: KEY_TYPES.EC,
  sensitive: true,
  extractable: false,
  decrypt: false,
  unwrap: false,
  sign: true,
  derive: false,
  allowedMechanisms: ["ECDSA"],
  ...FROZEN,
};

/** The public half, for everyone to read. Signatures are checked by OpenSSL: the token's own verification is of no use here. */
export const AUDIT_PUBLIC_KEY: ObjectTemplate = {
  class: OBJECT_CLASSES.PUBLIC_KEY,
  token: true,
  private: false,
  label: AUDIT_KEY_LABEL,
  keyType: KEY_TYPES.EC,
  encrypt: false,
  wrap: false,
  verify: true,
  derive: false,
  ecParams: P256,
  allowedMechanisms: ["ECDSA"],
  ...FROZEN,
};

/** The object identifier of Ed25519 (1.3.101.112, RFC 8410), in DER. */
const ED25519 = Buffer.from("06032b6570", "hex");

/** The private half of an officer's key on a token of the officer's own: EdDSA over statements and transcripts, nothing else. */
export function officerPrivateKey(label: string): ObjectTemplate {
  return { ...AUDIT_PRIVATE_KEY, label, keyType: KEY_TYPES.EC_EDWARDS, allowedMechanisms: ["EDDSA"] };
}

/** The public half. */
export function officerPublicKey(label: string): ObjectTemplate {
  return { ...AUDIT_PUBLIC_KEY, label, keyType: KEY_TYPES.EC_EDWARDS, ecParams: ED25519, allowedMechanisms: ["EDDSA"] };
}

/** The storage master key as it is created: with the template that everything unwrapped by it must fit. */
export function storageMasterKeyCreation(): ObjectTemplate {
  return { ...STORAGE_MASTER_KEY, unwrapTemplate: encodeNestedTemplate(UNWRAPPED_ALWAYS) };
}

/** Every template that can be emitted, for the test that none has two groups of uses. */
export function allKeyTemplates(): readonly ObjectTemplate[] {
  const keyTypes: readonly SecretKeyType[] = ["GENERIC_SECRET", "DES2", "DES3", "AES"];
  const uses = Object.keys(WORKING_KEY_USES) as WorkingKeyUse[];
  return [
    STORAGE_MASTER_KEY,
    SEAL_KEY,
    AUDIT_PRIVATE_KEY,
    officerPrivateKey("officer"),
    IMPORT_PRIVATE_KEY,
    ...keyTypes.map(transientKeyAttributes),
    ...keyTypes.flatMap((keyType) => uses.map((use) => workingKeyAttributes(keyType, use))),
  ];
}
