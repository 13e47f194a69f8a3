import { createCipheriv, createDecipheriv } from "node:crypto";
import { SecretBytes } from "../base/index.js";
import { type OpenToken, signAesCmac } from "../hsm/index.js";
import { type KeyHeader, parseUuid } from "../keyblock/index.js";

type Token = Pick<OpenToken, "session" | "keys">;

/** Nothing that is sealed or probed with begins like this. */
const DOMAIN = Buffer.from("pinmac export key v1\0", "latin1");

const EXPORT_KEY_LENGTH = 32;
const CMAC_LENGTH = 16;

const AES_256_WRAP = "id-aes256-wrap";
/** The initial value of RFC 3394, 2.2.3.1. */
const WRAP_IV = Buffer.alloc(8, 0xa6);

/** Counter mode with CMAC (NIST SP 800-108, 4.1): domain, counter, key id, length in bits. */
function derivationData(counter: number, id: string): Buffer {
  const lengthInBits = Buffer.alloc(2);
  lengthInBits.writeUInt16BE(8 * EXPORT_KEY_LENGTH);
  return Buffer.concat([DOMAIN, Buffer.of(counter), parseUuid(id), lengthInBits]);
}

/** The key that one exportable key's export part is under, and no other's: derived from the seal key and the key's id. */
function deriveExportKey(token: Token, id: string): SecretBytes {
  const key = SecretBytes.alloc(EXPORT_KEY_LENGTH);
  try {
    for (let offset = 0; offset < EXPORT_KEY_LENGTH; offset += CMAC_LENGTH) {
      const block = signAesCmac(token.session, token.keys.sealKey, derivationData(offset / CMAC_LENGTH + 1, id));
      block.copy(key.expose(), offset);
      block.fill(0);
    }
    return key;
  } catch (error) {
    key.wipe();
    throw error;
  }
}

/**
 * The export part of an exportable key: its material, wrapped (RFC 3394) under a key of its own.
 * @param part as `exportPartOf` gives it; stays the caller's to wipe
 * @throws TokenFault
 */
export function wrapExportPart(token: Token, id: string, part: SecretBytes): Buffer {
  const key = deriveExportKey(token, id);
  try {
    const cipher = createCipheriv(AES_256_WRAP, key.expose(), WRAP_IV);
    return Buffer.concat([cipher.update(part.expose()), cipher.final()]);
  } finally {
    key.wipe();
  }
}

/**
 * The material of an exportable key, in this process's memory.
 * @param wrappedPart of a sealed key whose seal was checked
 * @returns as long as the header says; the caller wipes it
 * @throws TokenFault
 */
export function unwrapExportPart(token: Token, header: Pick<KeyHeader, "id" | "keyLength">, wrappedPart: Buffer): SecretBytes {
  const key = deriveExportKey(token, header.id);
  try {
    const decipher = createDecipheriv(AES_256_WRAP, key.expose(), WRAP_IV);
    // The one call gives all; `final` checks nothing in this mode.
    const part = decipher.update(wrappedPart);
    const material = SecretBytes.alloc(header.keyLength);
    part.copy(material.expose());
    part.fill(0);
    return material;
  } finally {
    key.wipe();
  }
}
