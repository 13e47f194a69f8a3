import { createHash } from "node:crypto";
import { MECHANISMS, type MechanismName } from "./cryptoki.js";
import type { FoundToken } from "./find-token.js";
import type { Pkcs11Library } from "./pkcs11.js";
import { WORKING_KEY_USES, type WorkingKeyUse } from "./templates.js";
import { TokenFault } from "./token-fault.js";
import { TokenStartError } from "./token-start-error.js";

/** A mechanism as the token announces it (C_GetMechanismInfo). */
export interface TokenMechanism {
  readonly type: number;
  readonly flags: number;
  readonly minKeySize: number;
  readonly maxKeySize: number;
}

/** What a token announces. */
export interface TokenCapabilities {
  /** By type. */
  readonly mechanisms: readonly TokenMechanism[];
  /** SHA-256 over the list, hex: it changes when firmware or policy change. */
  readonly digest: string;
}

/**
 * Without one of these pinmac does not start. Every other mechanism serves some kinds of keys: without it, those keys alone are refused.
 */
const REQUIRED_MECHANISMS: readonly MechanismName[] = ["DES3_ECB", "DES3_CBC", "AES_ECB", "AES_CMAC", "AES_KEY_WRAP"];

/** Reads what the token announces. @throws TokenStartError TOKEN_FAULT */
export function readCapabilities(library: Pkcs11Library, token: FoundToken): TokenCapabilities {
  try {
    const mechanisms = library
      .C_GetMechanismList(token.slot)
      .map((type) => ({ type, ...library.C_GetMechanismInfo(token.slot, type) }))
      .map(({ type, flags, minKeySize, maxKeySize }) => ({ type, flags, minKeySize, maxKeySize }))
      .sort((left, right) => left.type - right.type);
    return { mechanisms, digest: createHash("sha256").update(JSON.stringify(mechanisms)).digest("hex") };
  } catch (error) {
    throw new TokenStartError("TOKEN_FAULT", TokenFault.from(error, "C_GetMechanismInfo"));
  }
}

function isAnnounced({ mechanisms }: TokenCapabilities, name: MechanismName): boolean {
  return mechanisms.some(({ type }) => type === MECHANISMS[name]);
}

/** Whether the token announces the mechanism that a working key of that use has. */
export function isUseServed(capabilities: TokenCapabilities, use: WorkingKeyUse): boolean {
  return isAnnounced(capabilities, WORKING_KEY_USES[use].mechanism);
}

/** Whether an audit key can be made, and sign. */
export function isAuditServed(capabilities: TokenCapabilities): boolean {
  return isAnnounced(capabilities, "EC_KEY_PAIR_GEN") && isAnnounced(capabilities, "ECDSA");
}

/** @throws TokenStartError TOKEN_CANNOT when a mechanism that pinmac cannot do without is not announced */
export function assertRequiredMechanisms(capabilities: TokenCapabilities): void {
  if (!REQUIRED_MECHANISMS.every((name) => isAnnounced(capabilities, name))) throw new TokenStartError("TOKEN_CANNOT");
}
