import { createHash } from "node:crypto";
import { des, type HexCipher } from "./block-ciphers.js";
import { chunk, toHex, xorHex } from "./hex.js";

/** Padding methods 1 and 2 of ISO/IEC 9797-1 for 8-byte blocks. */
export function pad(method: 1 | 2, message: string, blockDigits = 16): string {
  const marked = method === 2 ? `${message}80` : message;
  const blocks = Math.max(1, Math.ceil(marked.length / blockDigits));
  return marked.padEnd(blocks * blockDigits, "0");
}

function chain(cipher: HexCipher, padded: string): string {
  return chunk(padded, cipher.blockDigits).reduce(
    (state, block) => cipher.encrypt(xorHex(state, block)),
    "0".repeat(cipher.blockDigits),
  );
}

/** MAC algorithm 1. */
export function cbcMac(cipher: HexCipher, padding: 1 | 2, message: string): string {
  return chain(cipher, pad(padding, message));
}

/** MAC algorithm 3, with its output transformation spelled out. */
export function retailMac(key: string, padding: 1 | 2, message: string): string {
  const left = des(key.slice(0, 16));
  const right = des(key.slice(16, 32));
  return left.encrypt(right.decrypt(chain(left, pad(padding, message))));
}

function double(value: string): string {
  const bits = BigInt(value.length * 4);
  const shifted = BigInt(`0x${value}`) << 1n;
  const reduction = value.length === 16 ? 0x1bn : 0x87n;
  const carried = shifted >> bits === 1n;
  return toHex((shifted & ((1n << bits) - 1n)) ^ (carried ? reduction : 0n), value.length);
}

/** CMAC. */
export function cmac(cipher: HexCipher, message: string): string {
  const size = cipher.blockDigits;
  const first = double(cipher.encrypt("0".repeat(size)));
  const complete = message !== "" && message.length % size === 0;
  const padded = complete ? message : pad(2, message, size);
  const mask = (complete ? first : double(first)).padStart(padded.length, "0");
  return chain(cipher, xorHex(padded, mask));
}

/** UnionPay's MAC field, as hex of its 8 characters. */
export function unionPayMac(cipher: HexCipher, message: string): string {
  const folded = chunk(pad(1, message), 16).reduce(xorHex);
  const characters = Buffer.from(folded, "latin1").toString("hex").toUpperCase();
  return Buffer.from(chain(cipher, characters).slice(0, 8), "latin1").toString("hex").toUpperCase();
}

function digest(hash: string, hex: string): string {
  return createHash(hash).update(Buffer.from(hex, "hex")).digest("hex").toUpperCase();
}

/** Block of a hash in hex digits (FIPS 180-4). */
const HASH_BLOCKS: Readonly<Record<string, number>> = { sha224: 128, sha256: 128, sha384: 256, sha512: 256 };

/** HMAC from the hash alone (FIPS 198-1). */
export function hmac(hash: string, key: string, message: string): string {
  const size = HASH_BLOCKS[hash];
  if (size === undefined) throw new Error(`${hash} is not known`);
  const block = (key.length > size ? digest(hash, key) : key).padEnd(size, "0");
  const mask = (byte: string): string => xorHex(block, byte.repeat(size / 2));
  return digest(hash, mask("5C") + digest(hash, mask("36") + message));
}

/** HMAC with SHA-256. */
export function hmacSha256(key: string, message: string): string {
  return hmac("sha256", key, message);
}
