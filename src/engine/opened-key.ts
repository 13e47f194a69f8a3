import type { BlockCipher } from "../base/index.js";
import type { ObjectHandle } from "../hsm/index.js";
import type { KeyHeader } from "../keyblock/index.js";

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

/** A key of the M usages. */
export interface OpenedMacKey extends OpenedKeyBase {
  readonly kind: "mac";
  readonly computeMac: MacFunction;
}

/** A BDK and its variant, both in the token, both for enciphering KSNs only. */
export interface OpenedBdk extends OpenedKeyBase {
  readonly kind: "bdk";
  readonly bdk: BlockCipher;
  readonly variant: BlockCipher;
}

/** A sealed key, authenticated, unwrapped into the token, its check value compared. */
export type OpenedKey = OpenedPinKey | OpenedMacKey | OpenedBdk;
