import type { SecretBytes } from "../base/index.js";
import {
  type FoundingOptions,
  type KeyAttributes,
  type OpenToken,
  readKeyAttributes,
  signAuditDigest,
  TokenFounding,
  TokenStartError,
} from "../hsm/index.js";
import { CHECK_VALUES, type CheckValue } from "../keyblock/index.js";
import { truncateMac } from "../mac/index.js";
import { proveMasterKeys } from "./master-key-proof.js";
import { computeSeal } from "./seal.js";
import { deriveSealKey } from "./seal-key-derivation.js";
import { runSelfTest } from "./self-test.js";

/** AES-256. */
export const STORAGE_MASTER_KEY_LENGTH = 32;

type FoundedToken = Omit<OpenToken, "close">;

/**
 * Makes a token pinmac's: its keys are made, read back, proven and tested before anybody may use them. Nothing of it is seen by others until
 * `finish`; `discard` undoes it, and what a killed process leaves is never opened.
 */
export class EngineFounding {
  readonly #founding: TokenFounding;
  #token: FoundedToken | undefined;

  private constructor(founding: TokenFounding) {
    this.#founding = founding;
  }

  /** Opens the token, which must hold no key of pinmac's. @throws TokenInitializationError, TokenStartError */
  static begin(options: FoundingOptions): EngineFounding {
    return new EngineFounding(TokenFounding.begin(options));
  }

  get tokenDescription(): string {
    return this.#founding.found.description;
  }

  get tokenSerial(): string {
    return this.#founding.found.serial;
  }

  /** Random bytes of the token. The caller wipes them. @throws TokenFault */
  randomBytes(length: number): SecretBytes {
    return this.#founding.randomBytes(length);
  }

  /**
   * Makes the keys: the storage master key given, with the seal key derived from it, or both inside the token; and the audit key.
   * @param storageMasterKey 32 bytes; stays the caller's to wipe
   * @throws TokenStartError; the token is as before then
   */
  makeKeys(storageMasterKey?: SecretBytes): void {
    if (storageMasterKey === undefined) this.#make();
    else this.#bringIn(storageMasterKey);
  }

  /** Of the audit key just made (X9.62, uncompressed). */
  get auditPublicKey(): Buffer {
    return this.#founded.auditKey?.publicPoint ?? Buffer.alloc(0);
  }

  /**
   * By which the master keys are known: CMAC of a zero block by the seal key, in the token, 5 bytes. Both keys come from the same components,
   * and the storage master key itself can only wrap.
   */
  get checkValue(): CheckValue {
    const { method, length } = CHECK_VALUES.AES;
    return { method, value: truncateMac(computeSeal(this.#founded, Buffer.alloc(16)), length) };
  }

  /** The master keys' attributes, read back from the token. @throws TokenFault */
  readKeys(): readonly KeyAttributes[] {
    const { session, keys } = this.#founded;
    return [keys.storageMasterKey, keys.sealKey].map((key) => readKeyAttributes(session, key));
  }

  /** ECDSA by the audit key over a digest of 32 bytes: r ‖ s. @throws TokenFault */
  signAuditDigest(digest: Buffer): Buffer {
    const { session, auditKey } = this.#founded;
    if (auditKey === undefined) throw new TokenStartError("KEYS_MISSING");
    return signAuditDigest(session, auditKey, digest);
  }

  /** From now on the token may be opened. @throws TokenStartError */
  finish(): void {
    this.#founding.finish();
  }

  /** Destroys what was made. May be called when nothing was. */
  discard(): void {
    this.#token = undefined;
    this.#founding.discard();
  }

  close(): void {
    this.#founding.close();
  }

  get #founded(): FoundedToken {
    if (this.#token === undefined) throw new TokenStartError("KEYS_MISSING");
    return this.#token;
  }

  #bringIn(storageMasterKey: SecretBytes): void {
    if (storageMasterKey.length !== STORAGE_MASTER_KEY_LENGTH) throw new RangeError("A storage master key has 32 bytes.");
    using sealKey = deriveSealKey(storageMasterKey);
    const material = { storageMasterKey, sealKey };
    this.#make(material);
  }

  #make(material?: { readonly storageMasterKey: SecretBytes; readonly sealKey: SecretBytes }): void {
    const token = this.#founding.makeKeys(material);
    try {
      if (material !== undefined) proveMasterKeys(token, material);
      runSelfTest(token);
    } catch (error) {
      this.discard();
      throw error;
    }
    this.#token = token;
  }
}
