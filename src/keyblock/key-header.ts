import type { DukptKeyType } from "../dukpt/aes-key-type.js";
import type { DukptType } from "../dukpt/dukpt-type.js";
import type { MacParameters } from "../mac/mac-scheme.js";

/**
 * TR-31 / X9.143 key usages that pinmac knows.
 * B0 BDK; D0 data encryption; K0 key encryption (terminal master key); K1 key block protection; P0 PIN encryption; M0 CBC-MAC with TDES;
 * M1 CBC-MAC with DES, and UnionPay's MAC; M3 retail MAC; M6 CMAC; M7 HMAC; V1 IBM 3624; V2 Visa PVV.
 */
export const KEY_USAGES = ["B0", "D0", "K0", "K1", "P0", "M0", "M1", "M3", "M6", "M7", "V1", "V2"] as const;
export type KeyUsage = (typeof KEY_USAGES)[number];

/** DES occurs as the single-length MAC key of UnionPay terminals only. */
export const KEY_ALGORITHMS = ["DES", "TDES", "AES", "HMAC"] as const;
export type KeyAlgorithm = (typeof KEY_ALGORITHMS)[number];

/**
 * TR-31 / X9.143 modes of use: B both encrypt and decrypt; C both generate and verify; D decrypt only; E encrypt only;
 * G generate only; V verify only; X derive.
 */
export const MODES_OF_USE = ["B", "C", "D", "E", "G", "V", "X"] as const;
export type ModeOfUse = (typeof MODES_OF_USE)[number];

/** TR-31 / X9.143 exportability: E under a trusted key; N never; S under any key-encryption key. */
export const EXPORTABILITIES = ["E", "N", "S"] as const;
export type Exportability = (typeof EXPORTABILITIES)[number];

export const ENVIRONMENTS = ["test", "production"] as const;
export type Environment = (typeof ENVIRONMENTS)[number];

/** TDES_ECB: E(0⁸)[0..3). AES_CMAC: CMAC(0¹⁶)[0..5) (X9.24-3 / X9.143). HMAC_EMPTY: HMAC of the empty message [0..3). */
export const CHECK_VALUE_METHODS = ["TDES_ECB", "AES_CMAC", "HMAC_EMPTY"] as const;
export type CheckValueMethod = (typeof CHECK_VALUE_METHODS)[number];

/** A check value and how it was computed; never more than 3 bytes of a TDES or HMAC key, 5 of an AES key. */
export interface CheckValue {
  readonly method: CheckValueMethod;
  readonly value: Buffer;
}

/** What the working keys of an AES BDK are, fixed for its life. A BDK without `mac` serves PINs only, one without `pin` MACs only. */
export interface DukptWorkingKeys {
  readonly pin?: DukptKeyType;
  readonly mac?: DukptKeyType;
}

/** The key block versions of TR-31 / X9.143. A and C are legacy: import only. */
export const KEY_BLOCK_VERSIONS = ["A", "B", "C", "D"] as const;
export type KeyBlockVersion = (typeof KEY_BLOCK_VERSIONS)[number];

/** How an issuer makes IBM 3624 PINs: a parameter of its PIN verification key, sealed with it and never part of a request. */
export interface Ibm3624Parameters {
  /** The name under which people know the decimalization table: as a key's name. */
  readonly tableName: string;
  /** The table's 16 decimal digits. */
  readonly table: string;
  /** The validation data: PAN digits from `panStart` (from 0), `panLength` of them, filled up with the hexadecimal digit `pad`. */
  readonly panStart: number;
  readonly panLength: number;
  readonly pad: string;
}

/** What a key is and may do: everything its seal binds. Built by `parseKeyHeader`, which refuses what does not fit together. */
export interface KeyHeader {
  /** UUID in its text form. */
  readonly id: string;
  readonly name: string;
  /** From 1. */
  readonly version: number;
  readonly usage: KeyUsage;
  readonly algorithm: KeyAlgorithm;
  /** In bytes: DES 8; TDES 16 or 24; AES 16, 24 or 32; HMAC 16 to 64. */
  readonly keyLength: number;
  readonly modeOfUse: ModeOfUse;
  readonly exportability: Exportability;
  readonly checkValue: CheckValue;
  readonly environment: Environment;
  /** May be empty. */
  readonly owner: string;
  /** Seconds since 1970, as the other times. */
  readonly createdAt: number;
  readonly notBefore?: number;
  readonly notAfter?: number;
  /** Of keys of the M usages, and of a BDK whose MAC keys are used. */
  readonly mac?: MacParameters;
  /** Of a BDK. */
  readonly dukptType?: DukptType;
  /** Of an AES BDK. */
  readonly dukptWorkingKeys?: DukptWorkingKeys;
  /** Of a K1 key: the one version it serves since the working keys of A and C are variants of the key itself. */
  readonly keyBlockVersion?: KeyBlockVersion;
  /** Of a V1 key. */
  readonly ibm3624?: Ibm3624Parameters;
  /** Made at the sign-on of a terminal: in use at once, and no officer decides about it first. */
  readonly sessionKey?: true;
  /** The id of the key-encryption key under which it was imported, or given to its terminal (PCI PIN 22): who has that key may have this one. */
  readonly cameUnder?: string;
  /**
   * What tells whether two keys are the same key: 16 bytes, under the seal key, the same for the same material whatever it is for. Of every
   * key that a token sealed. Says nothing to who has not the token.
   */
  readonly digest?: Buffer;
}

/** In bytes. */
export const KEY_DIGEST_LENGTH = 16;

/** A header before there is a key: what `generate` and `import` are asked to make. */
export type KeyHeaderDraft = Omit<KeyHeader, "id" | "checkValue" | "createdAt" | "digest">;
