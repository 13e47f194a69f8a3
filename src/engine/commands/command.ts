import type { Reason } from "../../base/index.js";
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

/** Authenticates a sealed key, opens it in the token and checks its check value. */
export interface OpenSealedKeyCommand {
  readonly kind: "openSealedKey";
  readonly sealedKey: Buffer;
}

/** One known answer on the token: is it still there? */
export interface ProbeCommand {
  readonly kind: "probe";
}

/** What the serving engine does. Making keys is not among it: see `KeyMaker`. */
export type EngineCommand =
  | TranslatePinCommand
  | GenerateMacCommand
  | VerifyMacCommand
  | AuthorizeCommand
  | OpenSealedKeyCommand
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

export interface DoneOutcome {
  readonly kind: "done";
}

export type EngineOutcome =
  | RefusedOutcome
  | TranslatePinOutcome
  | GenerateMacOutcome
  | VerifyMacOutcome
  | AuthorizeOutcome
  | DoneOutcome;
