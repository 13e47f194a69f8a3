import type { OfficerName } from "./officer-name.js";
import type { OfficerPublicKey } from "./officer-public-key.js";

/** An officer's key, ready to sign: from a key file that was opened with its passphrase, or in a token of the officer's own. */
export interface OfficerSigner {
  readonly officer: { readonly name: OfficerName; readonly publicKey: OfficerPublicKey };
  /**
   * Ed25519 over `message`, which begins with the domain of whoever has it signed.
   * @returns 64 bytes
   * @throws OfficerError, or the token's errors, when the key cannot be used
   */
  sign(message: Buffer): Promise<Buffer>;
  /** Lets go of the key. May be called twice; the signer is dead afterwards. */
  close(): void;
}
