import { type DukptKeyType, KEY_TYPES } from "./aes-key-type.js";

/**
 * What a working key is for, as the terminal sees it: with `macGeneration` the terminal makes the MAC of its request and the host
 * verifies it; with `macVerification` the host makes the MAC of its response.
 */
export const AES_WORKING_KEY_USAGES = [
  "pinEncryption",
  "macGeneration",
  "macVerification",
  "macBoth",
  "dataEncryption",
  "dataDecryption",
  "dataBoth",
  "keyEncryption",
] as const;
export type AesWorkingKeyUsage = (typeof AES_WORKING_KEY_USAGES)[number];

/** Usages of derivation data: those of working keys, and the two of the schedule itself, which no working key may have. */
export type DerivationUsage = AesWorkingKeyUsage | "keyDerivation" | "initialKey";

/** Key usage indicators (X9.24-3:2017, 6.3.2, tables 2 and 3). */
const USAGE_INDICATORS: Readonly<Record<DerivationUsage, number>> = {
  keyEncryption: 0x0002,
  pinEncryption: 0x1000,
  macGeneration: 0x2000,
  macVerification: 0x2001,
  macBoth: 0x2002,
  dataEncryption: 0x3000,
  dataDecryption: 0x3001,
  dataBoth: 0x3002,
  keyDerivation: 0x8000,
  initialKey: 0x8001,
};

const VERSION = 1;
const BLOCK_LENGTH = 16;

/**
 * One derivation of AES DUKPT: ECB of `data` under the parent key; the first `keyLength` bytes of the output are the new key.
 * Holds no key material, so that whoever owns the parent can carry it out, a token with C_DeriveKey included.
 */
export interface DerivationStep {
  /** One block of 16 bytes, or two for keys longer than 16 bytes. */
  readonly data: Buffer;
  /** 16, 24 or 32 bytes. */
  readonly keyLength: number;
}

/**
 * Derivation data (X9.24-3:2017, 6.3.2, tables 2 and 3), a block for every 16 bytes of key: version, block number from 1, usage, algorithm, length in
 * bits, and what tells keys of one usage apart.
 * @param distinguisher 8 bytes: the initial key id for the initial key, derivation id and counter for every other key
 */
export function derivationStep(usage: DerivationUsage, keyType: DukptKeyType, distinguisher: Buffer): DerivationStep {
  const { algorithm, length } = KEY_TYPES[keyType];
  const data = Buffer.alloc(Math.ceil(length / BLOCK_LENGTH) * BLOCK_LENGTH);
  for (let offset = 0; offset < data.length; offset += BLOCK_LENGTH) {
    data.writeUInt8(VERSION, offset);
    data.writeUInt8(offset / BLOCK_LENGTH + 1, offset + 1);
    data.writeUInt16BE(USAGE_INDICATORS[usage], offset + 2);
    data.writeUInt16BE(algorithm, offset + 4);
    data.writeUInt16BE(length * 8, offset + 6);
    distinguisher.copy(data, offset + 8, 0, 8);
  }
  return { data, keyLength: length };
}
