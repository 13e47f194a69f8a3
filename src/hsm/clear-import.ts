import { constants, createPublicKey, type KeyObject, publicEncrypt } from "node:crypto";
import type { SecretBytes } from "../base/index.js";
import { type EncodedTemplate, encodeTemplate, type ObjectTemplate } from "./attributes.js";
import type { SecretKeyType } from "./cryptoki.js";
import { type ObjectHandle, plainMechanism, RSA_OAEP_SHA1 } from "./pkcs11.js";
import { IMPORT_PRIVATE_KEY, IMPORT_PUBLIC_KEY, transientKeyAttributes } from "./templates.js";
import type { TokenSession } from "./token-session.js";

/**
 * The way of clear key material into the token: enciphered to a key pair of the token's own, since the binding leaves the values of
 * C_CreateObject unwiped in the heap. The pair lives as long as the session.
 */
export class ClearImport {
  readonly #session: TokenSession;
  #pair: { readonly publicKey: KeyObject; readonly privateKey: ObjectHandle } | undefined;

  constructor(session: TokenSession) {
    this.#session = session;
  }

  /**
   * Brings a part into the token as a sensitive session key that can only be wrapped. The part stays the caller's to wipe.
   * @returns its handle, the caller's to destroy
   * @throws TokenFault
   */
  importPart(keyType: SecretKeyType, part: SecretBytes): ObjectHandle {
    return this.#import(part, encodeTemplate(transientKeyAttributes(keyType)));
  }

  /**
   * Brings material into the token as what `template` says, such as a key of the token's own. The material stays the caller's to wipe.
   * @returns its handle; what the token made of it is to be read back
   * @throws TokenFault
   */
  importAs(template: ObjectTemplate, material: SecretBytes): ObjectHandle {
    return this.#import(material, encodeTemplate(template));
  }

  #import(material: SecretBytes, template: EncodedTemplate): ObjectHandle {
    this.#pair ??= this.#generatePair();
    const enciphered = publicEncrypt(
      { key: this.#pair.publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha1" },
      material.expose(),
    );
    return this.#session.unwrapKey(RSA_OAEP_SHA1, this.#pair.privateKey, enciphered, template);
  }

  #generatePair(): { readonly publicKey: KeyObject; readonly privateKey: ObjectHandle } {
    const { publicKey, privateKey } = this.#session.generateKeyPair(
      plainMechanism("RSA_PKCS_KEY_PAIR_GEN"),
      encodeTemplate(IMPORT_PUBLIC_KEY),
      encodeTemplate(IMPORT_PRIVATE_KEY),
    );
    const attributes = this.#session.readAttributes(publicKey, ["modulus", "publicExponent"]);
    const n = attributes.get("modulus");
    const e = attributes.get("publicExponent");
    if (!Buffer.isBuffer(n) || !Buffer.isBuffer(e)) throw new TypeError("A public key has a modulus and an exponent.");
    const key = { kty: "RSA", n: n.toString("base64url"), e: e.toString("base64url") };
    return { publicKey: createPublicKey({ key, format: "jwk" }), privateKey };
  }
}
