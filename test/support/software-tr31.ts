import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { type BlockCipher, SecretBytes } from "../../src/base/index.js";
import {
  deriveTr31Keys,
  TR31_RULES,
  type Tr31Protection,
  type Tr31Version,
  tr31Variant,
} from "../../src/keyblock/tr31/index.js";
import { computeCbcMac, computeCmac, truncateMac } from "../../src/mac/index.js";
import { softwareAes, softwareTdes } from "./software-cipher.js";

interface WorkingKeys {
  readonly encryption: Buffer;
  readonly authentication: Buffer;
}

function workingKeys(version: Tr31Version, kbpk: Buffer): WorkingKeys {
  if (version === "A" || version === "C") {
    const secret = SecretBytes.take(Buffer.from(kbpk));
    return {
      encryption: tr31Variant(secret, "encryption").expose(),
      authentication: tr31Variant(secret, "authentication").expose(),
    };
  }
  const cmac = (message: Buffer): Buffer => computeCmac(cipherOf(version, kbpk), message);
  const keys = deriveTr31Keys(version, kbpk.length, cmac);
  return { encryption: keys.encryption.expose(), authentication: keys.authentication.expose() };
}

function cipherOf(version: Tr31Version, key: Buffer): BlockCipher {
  return version === "D" ? softwareAes(key) : softwareTdes(key);
}

function cbcName(version: Tr31Version, key: Buffer): string {
  return version === "D" ? `aes-${key.length * 8}-cbc` : "des-ede3-cbc";
}

function openSslKey(version: Tr31Version, key: Buffer): Buffer {
  return version !== "D" && key.length === 16 ? Buffer.concat([key, key.subarray(0, 8)]) : key;
}

/** A KBPK in software: node:crypto's ciphers and the product's CMAC. */
export function softwareTr31(version: Tr31Version, kbpk: Buffer): Tr31Protection {
  const { blockLength, macLength, macCovers } = TR31_RULES[version];
  const keys = workingKeys(version, kbpk);
  const macCipher = cipherOf(version, keys.authentication);
  const name = cbcName(version, keys.encryption);
  const key = openSslKey(version, keys.encryption);
  return {
    version,
    blockLength,
    macLength,
    mac: (data) =>
      macCovers === "payload" ? computeCmac(macCipher, data) : truncateMac(computeCbcMac(macCipher, 1, data), macLength),
    decryptCbc: (iv, ciphertext) => {
      const decipher = createDecipheriv(name, key, iv).setAutoPadding(false);
      return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
    },
    encryptCbc: (iv, plaintext) => {
      const cipher = createCipheriv(name, key, iv).setAutoPadding(false);
      return Buffer.concat([cipher.update(plaintext), cipher.final()]);
    },
  };
}

/** A protection that makes blocks of any version of any payload: what an attacker with the KBPK could send. */
export function forgeTr31(protection: Tr31Protection, header: string, payload: Buffer): string {
  const head = Buffer.from(header, "latin1");
  const hex = (bytes: Buffer): string => bytes.toString("hex").toUpperCase();
  if (TR31_RULES[protection.version].macCovers === "payload") {
    const mac = protection.mac(Buffer.concat([head, payload]));
    return header + hex(protection.encryptCbc(mac, payload)) + hex(mac);
  }
  const ciphertext = protection.encryptCbc(head.subarray(0, 8), payload);
  return header + hex(ciphertext) + hex(protection.mac(Buffer.concat([head, ciphertext])));
}

/** Random bytes for padding. */
export const softwareRandom = (length: number): Buffer => randomBytes(length);
