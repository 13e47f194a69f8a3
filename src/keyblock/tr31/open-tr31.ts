import { SecretBytes } from "../../base/index.js";
import { ALL_KEY_BITS, isSameKey } from "../same-key.js";
import { invalidBlock } from "./invalid-block.js";
import { takeKey } from "./payload.js";
import { parseTr31Header } from "./read-header.js";
import type { Tr31Header } from "./tr31-header.js";
import type { Tr31Protection } from "./tr31-protection.js";
import { TR31_RULES, type Tr31Version } from "./tr31-version.js";

/** What the caller lets in. */
export interface Tr31Policy {
  readonly versions: readonly Tr31Version[];
}

/** B and D. A and C bind header and key by 4 bytes under related keys, and are deprecated. */
export const TR31_DEFAULT_POLICY: Tr31Policy = { versions: ["B", "D"] };

/** An authentic key block's header and its key, which the caller wipes. */
export interface OpenedTr31 {
  readonly header: Tr31Header;
  readonly key: SecretBytes;
}

interface Body {
  /** The header's bytes, as they were received. */
  readonly header: Buffer;
  readonly ciphertext: Buffer;
  readonly mac: Buffer;
}

const UPPER_HEX = /^[0-9A-F]+$/;

/** In A and C the first bytes of the header are the IV. */
const HEADER_IV_LENGTH = 8;

function checkProtection(protection: Tr31Protection): void {
  const rule = TR31_RULES[protection.version];
  if (protection.blockLength !== rule.blockLength || protection.macLength !== rule.macLength) {
    throw new RangeError("A protection has not the lengths of its version.");
  }
}

function splitBody(block: Buffer, headerLength: number, version: Tr31Version): Body {
  const { blockLength, macLength } = TR31_RULES[version];
  const text = block.toString("latin1", headerLength);
  const ciphertextLength = text.length / 2 - macLength;
  // A length that is odd in characters leaves half a byte, which is no multiple either.
  if (ciphertextLength <= 0 || ciphertextLength % blockLength !== 0 || !UPPER_HEX.test(text)) throw invalidBlock();
  return {
    header: block.subarray(0, headerLength),
    ciphertext: Buffer.from(text.slice(0, 2 * ciphertextLength), "hex"),
    mac: Buffer.from(text.slice(2 * ciphertextLength), "hex"),
  };
}

function verifyMac(protection: Tr31Protection, data: Buffer, mac: Buffer): void {
  const expected = protection.mac(data);
  try {
    if (expected.length !== protection.macLength) throw new RangeError("A MAC has not the length of its version.");
    if (!isSameKey(expected, mac, ALL_KEY_BITS)) throw invalidBlock();
  } finally {
    expected.fill(0);
  }
}

function openVariantBound(body: Body, protection: Tr31Protection): SecretBytes {
  verifyMac(protection, Buffer.concat([body.header, body.ciphertext]), body.mac);
  return SecretBytes.take(protection.decryptCbc(body.header.subarray(0, HEADER_IV_LENGTH), body.ciphertext));
}

/** The MAC covers the clear payload, which must be deciphered first and is nothing but noise until the MAC was verified. */
function openDerivationBound(body: Body, protection: Tr31Protection): SecretBytes {
  const payload = SecretBytes.take(protection.decryptCbc(body.mac, body.ciphertext));
  const covered = SecretBytes.alloc(body.header.length + payload.length);
  try {
    body.header.copy(covered.expose());
    payload.expose().copy(covered.expose(), body.header.length);
    verifyMac(protection, covered.expose(), body.mac);
    return payload;
  } catch (error) {
    payload.wipe();
    throw error;
  } finally {
    covered.wipe();
  }
}

/**
 * Opens a key block. In this order: form of the header and stated length; version, which must be the protection's and allowed; lengths and
 * hex digits of ciphertext and MAC; the MAC, compared whole and in constant time; the key's length against its algorithm. Usage, mode and
 * exportability are the caller's to judge, with the authentic header that is returned.
 * @param block ASCII, nothing before or after it
 * @throws Refusal KEY_BLOCK_INVALID for every fault of the block; nothing of the payload outlives it
 */
export function openTr31(block: Buffer, protection: Tr31Protection, policy: Tr31Policy = TR31_DEFAULT_POLICY): OpenedTr31 {
  checkProtection(protection);
  const { header, headerLength } = parseTr31Header(block);
  if (header.version !== protection.version || !policy.versions.includes(header.version)) throw invalidBlock();
  const body = splitBody(block, headerLength, header.version);
  const covers = TR31_RULES[header.version].macCovers;
  const payload = covers === "payload" ? openDerivationBound(body, protection) : openVariantBound(body, protection);
  try {
    return { header, key: takeKey(payload.expose(), header.algorithm) };
  } finally {
    payload.wipe();
  }
}
