import { SecretBytes } from "../../base/index.js";
import type { OfficerToken, OfficerTokenOptions } from "../../hsm/index.js";
import {
  OfficerError,
  type OfficerName,
  OfficerPublicKey,
  type OfficerSigner,
  type TokenReference,
} from "../../officers/index.js";

/** Which token of an officer's own, before there is a reference. */
export type TokenPlace = Omit<TokenReference, "name" | "publicKey" | "tokenSerial"> & { readonly tokenSerial?: string };

/** A key just made in a token: how to sign with it, and where it is. */
export interface MadeTokenKey {
  readonly signer: OfficerSigner;
  readonly reference: TokenReference;
}

/**
 * Opens the key that a reference names. The PIN stays the caller's to wipe.
 * @throws TokenStartError; OfficerError KEY_FILE_UNUSABLE when the token holds another key
 */
export async function openReferencedToken(reference: TokenReference, pin: SecretBytes): Promise<OfficerSigner> {
  const { openOfficerToken } = await import("../../hsm/index.js");
  const token = openOfficerToken(optionsOf(reference, pin));
  if (token.publicKey.toString("hex") === reference.publicKey.hex) return signerOf(reference.name, token);
  token.close();
  throw new OfficerError("KEY_FILE_UNUSABLE");
}

/** Makes a key inside a token. The PIN stays the caller's to wipe. @throws TokenStartError, TokenInitializationError */
export async function makeTokenKey(name: OfficerName, place: TokenPlace, pin: SecretBytes): Promise<MadeTokenKey> {
  const { createOfficerTokenKey } = await import("../../hsm/index.js");
  const token = createOfficerTokenKey(optionsOf(place, pin));
  const signer = signerOf(name, token);
  return { signer, reference: { ...place, ...signer.officer, tokenSerial: token.serial } };
}

function optionsOf(
  { module, moduleEnvironment, tokenLabel, tokenSerial, keyLabel }: TokenPlace,
  pin: SecretBytes,
): OfficerTokenOptions {
  const readPin = () => {
    const copy = SecretBytes.alloc(pin.length);
    pin.expose().copy(copy.expose());
    return copy;
  };
  return {
    modulePath: module,
    moduleEnvironment,
    tokenLabel,
    ...(tokenSerial !== undefined && { tokenSerial }),
    keyLabel,
    readPin,
  };
}

function signerOf(name: OfficerName, token: OfficerToken): OfficerSigner {
  return {
    officer: { name, publicKey: OfficerPublicKey.parse(token.publicKey.toString("hex")) },
    sign: async (message) => token.sign(message),
    close: () => token.close(),
  };
}
