import { Refusal, type SecretBytes } from "../../base/index.js";
import type { KeyHeaderDraft, RegisterHead } from "../../keyblock/index.js";
import type { MadeKey } from "../key-maker.js";
import type {
  OpenedAesBdk,
  OpenedBdk,
  OpenedKey,
  OpenedKeyBlockKey,
  OpenedKeyEncryptionKey,
  OpenedMacKey,
  OpenedPinKey,
  OpenedPinVerificationKey,
} from "../opened-key.js";
import type { CommandKey } from "./command.js";

/** What a command works with. It was admitted; its keys were opened then, and are opened again for nothing. */
export interface CommandContext {
  /** @throws Refusal SEALED_KEY_INVALID; TokenFault */
  open(key: CommandKey): OpenedKey;
  /** Random bytes of the token. */
  randomBytes(length: number): Buffer;
  /**
   * Makes a sealed key of clear material, which stays the caller's to wipe.
   * @throws Refusal KEY_MATERIAL_INVALID, TOKEN_CANNOT; TokenFault
   */
  sealMaterial(draft: KeyHeaderDraft, material: SecretBytes): MadeKey;
  /**
   * The material of an exportable key; the caller wipes it. Of no other key is there a way to it.
   * @throws Refusal KEY_NOT_EXPORTABLE, SEALED_KEY_INVALID; TokenFault
   */
  exportMaterial(key: CommandKey): SecretBytes;
  /**
   * Signs a SHA-256 digest with the token's audit key: r ‖ s.
   * @throws Refusal TOKEN_CANNOT when there is none; TokenFault
   */
  signAuditDigest(digest: Buffer): Buffer;
  /** The seal over where the register's journal stands, 16 bytes. @throws TokenFault */
  sealRegisterHead(head: RegisterHead): Buffer;
  /** Whether these bytes are a sealed key with its seal; compared in constant time. The key is not opened. @throws TokenFault */
  isSealed(sealedKey: Buffer): boolean;
}

/** A BDK of either kind. */
export type OpenedAnyBdk = OpenedBdk | OpenedAesBdk;

/** Admission has refused every key that serves another operation. */
function mismatch(): Refusal {
  return new Refusal("KEY_USAGE_MISMATCH");
}

/** A key that PIN blocks are deciphered with. */
export function asPinSource(key: OpenedKey): OpenedPinKey | OpenedAnyBdk {
  if (key.kind !== "pin" && key.kind !== "bdk" && key.kind !== "aesBdk") throw mismatch();
  return key;
}

/** A key that PIN blocks are enciphered with. */
export function asPinTarget(key: OpenedKey): OpenedPinKey {
  if (key.kind !== "pin") throw mismatch();
  return key;
}

/** A key that MACs are made with. */
export function asMacKey(key: OpenedKey): OpenedMacKey | OpenedAnyBdk {
  if (key.kind !== "mac" && key.kind !== "bdk" && key.kind !== "aesBdk") throw mismatch();
  return key;
}

/** A key that PINs are verified with. */
export function asPinVerificationKey(key: OpenedKey): OpenedPinVerificationKey {
  if (key.kind !== "pinVerification") throw mismatch();
  return key;
}

/** A key that key blocks are opened or made with. */
export function asKeyBlockKey(key: OpenedKey): OpenedKeyBlockKey {
  if (key.kind !== "keyBlockProtection") throw mismatch();
  return key;
}

/** A terminal master key that enciphers session keys by itself. */
export function asKeyEncryptionKey(key: OpenedKey): OpenedKeyEncryptionKey {
  if (key.kind !== "keyEncryption") throw mismatch();
  return key;
}

/** A BDK. */
export function asBdk(key: OpenedKey): OpenedAnyBdk {
  if (key.kind !== "bdk" && key.kind !== "aesBdk") throw mismatch();
  return key;
}
