import type { BlockCipher, SecretBytes } from "../base/index.js";
import type { CbcDecipher, ObjectHandle, TokenSession } from "../hsm/index.js";
import type { KeyHeader } from "../keyblock/index.js";
import type { AesDukptTree } from "./aes-dukpt-tree.js";

/** Computes the whole MAC of a message; see `truncateMac`. */
export type MacFunction = (message: Buffer) => Buffer;

interface OpenedKeyBase {
  /** As its seal authenticated it. */
  readonly header: KeyHeader;
  /** The session objects behind it. Dead after `destroy`. */
  readonly handles: readonly ObjectHandle[];
}

/** A P0 key: a cipher in the directions that its mode of use allows. */
export interface OpenedPinKey extends OpenedKeyBase {
  readonly kind: "pin";
  readonly cipher: BlockCipher;
}

/** A D0 key: a cipher in the directions that its mode of use allows. */
export interface OpenedDataKey extends OpenedKeyBase {
  readonly kind: "data";
  readonly cipher: BlockCipher;
}

/** A K0 key, a terminal master key: a cipher that enciphers only, unless its mode is D. */
export interface OpenedKeyEncryptionKey extends OpenedKeyBase {
  readonly kind: "keyEncryption";
  readonly cipher: BlockCipher;
}

/** A K1 key of version B or D: CMAC under the KBPK, from which its working keys are derived; see `deriveTr31Keys`. */
export interface OpenedDerivingKeyBlockKey extends OpenedKeyBase {
  readonly kind: "keyBlockProtection";
  readonly version: "B" | "D";
  /** The whole CMAC: 8 bytes (B) or 16 (D). */
  readonly cmac: MacFunction;
}

/** A K1 key of version A or C: its two variants, both in the token. It opens key blocks and makes none. */
export interface OpenedVariantKeyBlockKey extends OpenedKeyBase {
  readonly kind: "keyBlockProtection";
  readonly version: "A" | "C";
  /** The encryption variant: deciphers by CBC. */
  readonly encryption: CbcDecipher;
  /** The MAC variant: `cbcResidue` only. */
  readonly authentication: BlockCipher;
}

/** A key of the M usages. */
export interface OpenedMacKey extends OpenedKeyBase {
  readonly kind: "mac";
  readonly computeMac: MacFunction;
}

/** A V1 or V2 key: it enciphers blocks. What its verification says of a PIN is for `commands` alone. */
export interface OpenedPinVerificationKey extends OpenedKeyBase {
  readonly kind: "pinVerification";
  readonly cipher: BlockCipher;
}

/** A TDES BDK and its variant, both in the token, both for enciphering KSNs only. */
export interface OpenedBdk extends OpenedKeyBase {
  readonly kind: "bdk";
  readonly bdk: BlockCipher;
  readonly variant: BlockCipher;
}

/** An AES BDK in the token, for deriving only; see `withAesPinCipher` and `computeAesDukptMac`. */
export interface OpenedAesBdk extends OpenedKeyBase {
  readonly kind: "aesBdk";
  readonly session: TokenSession;
  /** What was derived from it. Its keys are among the handles. */
  readonly tree: AesDukptTree;
  /**
   * A device's initial key in this process's memory, for a key block to that device. The BDK is unwrapped once more for it.
   * @param initialKeyId 8 bytes
   * @returns as long as the BDK; the caller wipes it
   * @throws TokenFault
   */
  exportInitialKey(initialKeyId: Buffer): SecretBytes;
}

/** A K1 key. */
export type OpenedKeyBlockKey = OpenedDerivingKeyBlockKey | OpenedVariantKeyBlockKey;

/** A sealed key, authenticated, unwrapped into the token, its check value compared. */
export type OpenedKey =
  | OpenedPinKey
  | OpenedDataKey
  | OpenedKeyEncryptionKey
  | OpenedKeyBlockKey
  | OpenedMacKey
  | OpenedPinVerificationKey
  | OpenedBdk
  | OpenedAesBdk;
