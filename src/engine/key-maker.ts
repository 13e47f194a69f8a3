import type { SecretBytes } from "../base/index.js";
import type { KeyHeader, KeyHeaderDraft } from "../keyblock/key-header.js";
import type { RegisterHead } from "../keyblock/register-head.js";

/** A new key: its header, and the sealed key to be kept. */
export interface MadeKey {
  readonly header: KeyHeader;
  readonly sealedKey: Buffer;
}

/** Makes sealed keys as people ask for them. Lives in the CLI's process; the serving lanes make keys as their commands say, and no others. */
export interface KeyMaker {
  /**
   * A new random key. Keys that are one part are generated inside the token and never leave it in clear; keys whose operations need
   * derived parts (TDES BDK, retail MAC, single DES, key block protection in A and C) and exportable keys pass through one wiped buffer.
   * @throws Refusal KEY_MATERIAL_INVALID, TOKEN_CANNOT, TOKEN_UNAVAILABLE
   */
  generateKey(draft: KeyHeaderDraft): MadeKey;
  /**
   * Seals clear key material (the development path) and wipes it. Refuses weak DES keys, equal halves where the algorithm asks for
   * distinct ones, zero keys, wrong lengths.
   * @throws Refusal KEY_MATERIAL_INVALID, TOKEN_CANNOT, TOKEN_UNAVAILABLE
   */
  importClearKey(draft: KeyHeaderDraft, material: SecretBytes): MadeKey;
  /** Random bytes of the token; the caller wipes them. @throws Refusal TOKEN_UNAVAILABLE */
  randomBytes(length: number): SecretBytes;
  /** The seal for where the register's journal stands once the new key is in it; 16 bytes. @throws Refusal TOKEN_UNAVAILABLE */
  sealRegisterHead(head: RegisterHead): Buffer;
}
