import type { Reason } from "../../base/index.js";
import type { KeyHeaderDraft } from "../../keyblock/key-header.js";
import type { RegisterHead } from "../../keyblock/register-head.js";
import type { SignOnLayout } from "../../keyblock/sign-on/index.js";
import type { Pan } from "../../pin/pan.js";
import type { PinBlockFormat } from "../../pin/pin-block-format.js";

/** A key as a command carries it: always sealed, never a handle. */
export interface CommandKey {
  /** The sealed key, byte for byte. The engine authenticates it; the caller need not have. */
  readonly sealedKey: Buffer;
  /** The KSN, exactly when the key is a BDK. */
  readonly ksn?: Buffer;
}

/** Deciphers a PIN block, checks it against the PAN and enciphers it under the target key in the target format. */
export interface TranslatePinCommand {
  readonly kind: "translatePin";
  readonly source: { readonly key: CommandKey; readonly format: PinBlockFormat; readonly pinBlock: Buffer };
  readonly target: { readonly key: CommandKey; readonly format: PinBlockFormat };
  readonly pan: Pan;
}

/** Computes a MAC; under a BDK with the MAC response key. */
export interface GenerateMacCommand {
  readonly kind: "generateMac";
  readonly key: CommandKey;
  readonly message: Buffer;
}

/** Compares a MAC in constant time; under a BDK with the MAC request key. */
export interface VerifyMacCommand {
  readonly kind: "verifyMac";
  readonly key: CommandKey;
  readonly message: Buffer;
  readonly mac: Buffer;
}

/** Where the translated PIN block is written into an outbound message before its MAC is computed. */
export interface PinBlockPlacement {
  readonly offset: number;
  readonly encoding: "binary" | "hex";
}

/** Verify, translate, generate: each optional, all or nothing. */
export interface AuthorizeCommand {
  readonly kind: "authorize";
  readonly verifyMac?: VerifyMacCommand;
  readonly translatePin?: TranslatePinCommand;
  readonly generateMac?: GenerateMacCommand & { readonly placement?: PinBlockPlacement };
}

/** Verifies a PIN for its issuer. */
export interface VerifyPinCommand {
  readonly kind: "verifyPin";
  readonly source: TranslatePinCommand["source"];
  readonly pan: Pan;
  readonly method: VisaPvvMethod | Ibm3624Method;
}

export interface VisaPvvMethod {
  readonly kind: "visaPvv";
  readonly key: CommandKey;
  readonly pvki: number;
  /** 4 digits. */
  readonly pvv: string;
}

/** Table and validation data rule are in the key's header. */
export interface Ibm3624Method {
  readonly kind: "ibm3624";
  readonly key: CommandKey;
  /** 4 to 12 digits. */
  readonly offset: string;
}

/** What a key block does not say of a key: the rest of its header. `version` and `environment` are the service's to choose. */
export type KeyBlockDraft = Omit<KeyHeaderDraft, "usage" | "algorithm" | "keyLength" | "modeOfUse" | "exportability">;

/** Opens a TR-31 key block and seals the key. */
export interface ImportKeyBlockCommand {
  readonly kind: "importKeyBlock";
  /** ASCII. */
  readonly keyBlock: Buffer;
  readonly keyEncryptionKey: CommandKey;
  readonly draft: KeyBlockDraft;
}

/** Gives a key as a TR-31 key block of the version that the key-encryption key is bound to. */
export interface ExportKeyBlockCommand {
  readonly kind: "exportKeyBlock";
  readonly key: CommandKey;
  readonly keyEncryptionKey: CommandKey;
}

/** Makes session keys of a terminal: sealed for us, under the terminal master key for it. */
export interface GenerateSessionKeysCommand {
  readonly kind: "generateSessionKeys";
  readonly terminalMasterKey: CommandKey;
  readonly delivery: { readonly kind: "unionPay"; readonly layout: SignOnLayout } | { readonly kind: "keyBlocks" };
  /** Whole drafts, made by the front: pin P0, mac M1 (UnionPay) or M3/M6 (key blocks), data D0. */
  readonly drafts: { readonly pin: KeyHeaderDraft; readonly mac: KeyHeaderDraft; readonly data?: KeyHeaderDraft };
}

/** Derives a device's initial key and gives it in a key block (B1). */
export interface DeriveInitialKeyCommand {
  readonly kind: "deriveInitialKey";
  /** Without a KSN. */
  readonly bdk: CommandKey;
  /** TDES: 10 bytes (or 8), counter 0. AES: 8 bytes. */
  readonly initialKeyId: Buffer;
  readonly keyEncryptionKey: CommandKey;
}

/** Authenticates a sealed key, opens it in the token and checks its check value. */
export interface OpenSealedKeyCommand {
  readonly kind: "openSealedKey";
  readonly sealedKey: Buffer;
}

/** One known answer on the token: is it still there? */
export interface ProbeCommand {
  readonly kind: "probe";
}

/** Signs a checkpoint of the audit log. Only the service's own audit log asks for it: no method of the API leads here. */
export interface SignCheckpointCommand {
  readonly kind: "signCheckpoint";
  /** SHA-256 of the checkpoint: 32 bytes. */
  readonly digest: Buffer;
}

/** Seals where the key register's journal stands. Only the register asks for it: no method of the API leads here. */
export interface SealRegisterHeadCommand {
  readonly kind: "sealRegisterHead";
  readonly head: RegisterHead;
}

/** Asks whether registered keys have their seal. */
export interface VerifySealsCommand {
  readonly kind: "verifySeals";
  /** At most `MAX_SEALS`. */
  readonly sealedKeys: readonly Buffer[];
}

/** So many seals are checked in one command at the most: under a millisecond of a lane. */
export const MAX_SEALS = 64;

/** What the serving engine does. It makes keys only as these commands say, never clear ones: see `KeyMaker` for the CLI's ways. */
export type EngineCommand =
  | TranslatePinCommand
  | GenerateMacCommand
  | VerifyMacCommand
  | AuthorizeCommand
  | VerifyPinCommand
  | ImportKeyBlockCommand
  | ExportKeyBlockCommand
  | GenerateSessionKeysCommand
  | DeriveInitialKeyCommand
  | OpenSealedKeyCommand
  | SignCheckpointCommand
  | SealRegisterHeadCommand
  | VerifySealsCommand
  | ProbeCommand;

export interface RefusedOutcome {
  readonly kind: "refused";
  readonly reason: Reason;
  readonly field?: string;
  readonly requirement?: string;
}

export interface TranslatePinOutcome {
  readonly kind: "translatePin";
  readonly pinBlock: Buffer;
}

export interface GenerateMacOutcome {
  readonly kind: "generateMac";
  readonly mac: Buffer;
}

export interface VerifyMacOutcome {
  readonly kind: "verifyMac";
  readonly verified: boolean;
}

/** Either the inbound MAC did not match, and nothing else was done, or every step asked for was done. */
export type AuthorizeOutcome =
  | { readonly kind: "authorize"; readonly completed: false }
  | { readonly kind: "authorize"; readonly completed: true; readonly pinBlock?: Buffer; readonly mac?: Buffer };

export interface VerifyPinOutcome {
  readonly kind: "verifyPin";
  readonly verified: boolean;
}

export interface ImportKeyBlockOutcome {
  readonly kind: "importKeyBlock";
  readonly sealedKey: Buffer;
}

export interface ExportKeyBlockOutcome {
  readonly kind: "exportKeyBlock";
  /** ASCII. */
  readonly keyBlock: Buffer;
}

/** One session key: sealed, and where the delivery is key blocks, the block for the terminal. */
export interface MadeSessionKey {
  readonly sealedKey: Buffer;
  readonly keyBlock?: Buffer;
}

export interface GenerateSessionKeysOutcome {
  readonly kind: "generateSessionKeys";
  /** UnionPay deliveries. */
  readonly field62?: Buffer;
  readonly pin: MadeSessionKey;
  readonly mac: MadeSessionKey;
  readonly data?: MadeSessionKey;
}

export interface DeriveInitialKeyOutcome {
  readonly kind: "deriveInitialKey";
  readonly keyBlock: Buffer;
  /** 3 bytes of a TDES key, 5 of an AES key. */
  readonly checkValue: Buffer;
}

export interface SignCheckpointOutcome {
  readonly kind: "signCheckpoint";
  /** r ‖ s, 64 bytes. */
  readonly signature: Buffer;
}

export interface SealRegisterHeadOutcome {
  readonly kind: "sealRegisterHead";
  /** 16 bytes. */
  readonly seal: Buffer;
}

export interface VerifySealsOutcome {
  readonly kind: "verifySeals";
  /** In the order of the keys. False also for what is no sealed key at all. */
  readonly holds: readonly boolean[];
}

export interface DoneOutcome {
  readonly kind: "done";
}

export type EngineOutcome =
  | RefusedOutcome
  | TranslatePinOutcome
  | GenerateMacOutcome
  | VerifyMacOutcome
  | AuthorizeOutcome
  | VerifyPinOutcome
  | ImportKeyBlockOutcome
  | ExportKeyBlockOutcome
  | GenerateSessionKeysOutcome
  | DeriveInitialKeyOutcome
  | SignCheckpointOutcome
  | SealRegisterHeadOutcome
  | VerifySealsOutcome
  | DoneOutcome;
