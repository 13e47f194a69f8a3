import { type EncodedTemplate, encodeTemplate } from "./attributes.js";
import type { SecretKeyType } from "./cryptoki.js";
import { MECHANISMS } from "./cryptoki.js";
import { type PinnedMemory, pinMemory } from "./native-address.js";
import type { Mechanism, ObjectHandle } from "./pkcs11.js";
import { derivedKeyAttributes, type WorkingKeyUse } from "./templates.js";
import type { TokenSession } from "./token-session.js";

/** What a derived key is. */
export interface DerivedKey {
  readonly keyType: SecretKeyType;
  /** In bytes; of DES keys their type says it. */
  readonly length: number;
  readonly use: WorkingKeyUse;
}

const AES_BLOCK = 16;
const MAX_DATA_LENGTH = 2 * AES_BLOCK;
const ULONG_LENGTH = 8;

/** Derivation data and the CK_KEY_DERIVATION_STRING_DATA for each length of them; made at the first derivation, then used for all. */
interface DerivationMemory {
  readonly data: PinnedMemory;
  readonly mechanisms: Readonly<Record<number, Mechanism>>;
}
let memory: DerivationMemory | undefined;

/** CK_KEY_DERIVATION_STRING_DATA: pointer, length. */
function stringDataMechanism({ address }: PinnedMemory, length: number): Mechanism {
  const parameter = Buffer.alloc(2 * ULONG_LENGTH);
  parameter.writeBigUInt64LE(address, 0);
  parameter.writeBigUInt64LE(BigInt(length), ULONG_LENGTH);
  return { mechanism: MECHANISMS.AES_ECB_ENCRYPT_DATA, parameter };
}

function derivationMemory(): DerivationMemory {
  if (memory !== undefined) return memory;
  const data = pinMemory(MAX_DATA_LENGTH);
  const lengths = [AES_BLOCK, MAX_DATA_LENGTH];
  memory = { data, mechanisms: Object.fromEntries(lengths.map((length) => [length, stringDataMechanism(data, length)])) };
  return memory;
}

const encodedTemplates = new Map<string, EncodedTemplate>();

function derivedKeyTemplate({ keyType, length, use }: DerivedKey): EncodedTemplate {
  const name = `${keyType} ${length} ${use}`;
  const known = encodedTemplates.get(name);
  if (known !== undefined) return known;
  const encoded = encodeTemplate(derivedKeyAttributes(keyType, length, use));
  encodedTemplates.set(name, encoded);
  return encoded;
}

/**
 * Derives inside the token: ECB of the data under the parent, of which the first bytes are the new key, a sensitive, non-extractable
 * session key for one use (PKCS#11 v2.40, CKM_AES_ECB_ENCRYPT_DATA).
 * @param parent an AES key that may derive
 * @param data one block of 16 bytes, or two; never a caller's bytes: whoever chose them could have the cipher's output as a key
 * @returns its handle, the caller's to destroy
 * @throws TokenFault
 */
export function deriveKey(session: TokenSession, parent: ObjectHandle, data: Buffer, derived: DerivedKey): ObjectHandle {
  const { data: target, mechanisms } = derivationMemory();
  const mechanism = mechanisms[data.length];
  if (mechanism === undefined) throw new RangeError("Derivation data are one block or two.");
  data.copy(target.bytes);
  return session.deriveKey(mechanism, parent, derivedKeyTemplate(derived));
}
