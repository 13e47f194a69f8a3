import { combine, split } from "shamir-secret-sharing";
import { SecretBytes } from "../../base/index.js";
import { SoftwareBlockCipher } from "../../engine/software-block-cipher.js";
import { CHECK_VALUES, type CheckValue } from "../../keyblock/index.js";
import { computeCmac, truncateMac } from "../../mac/index.js";

/** Of a share of 32 bytes: as many, and its place on the polynomial. */
export const SHARE_LENGTH = 33;

/** The package takes no Buffer. Its own memory, outside of V8's heap. */
function plainCopy(bytes: Buffer): Uint8Array {
  const copy = new Uint8Array(new ArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
}

function taken(bytes: Uint8Array): SecretBytes {
  return SecretBytes.take(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}

/**
 * Shares of a secret, any `threshold` of which restore it (Shamir, over GF(2^8)). What the package returns is wiped here; its polynomials it
 * leaves to the garbage collector. See docs/adr/0019-storage-master-key-from-components.md.
 * @param secret 32 bytes; stays the caller's to wipe
 * @returns shares of 33 bytes each, the caller's to wipe
 */
export async function splitIntoShares(secret: SecretBytes, shares: number, threshold: number): Promise<readonly SecretBytes[]> {
  const input = plainCopy(secret.expose());
  try {
    return (await split(input, shares, threshold)).map(taken);
  } finally {
    input.fill(0);
  }
}

/**
 * The secret that shares restore. Any shares restore something: only its check value tells whether it is the one.
 * @param shares stay the caller's to wipe
 * @returns 32 bytes, the caller's to wipe; undefined: two shares have one place, or none has its place
 */
export async function combineShares(shares: readonly SecretBytes[]): Promise<SecretBytes | undefined> {
  const places = shares.map((share) => share.expose().at(-1) ?? 0);
  if (places.includes(0) || new Set(places).size !== places.length) return undefined;
  const inputs = shares.map((share) => plainCopy(share.expose()));
  try {
    return taken(await combine(inputs));
  } finally {
    for (const input of inputs) input.fill(0);
  }
}

/**
 * The check value of a share: CMAC under its 32 bytes as an AES key, of a block that ends with its place, 5 bytes. So a wrong place shows,
 * too.
 */
export function computeShareCheckValue(share: SecretBytes): CheckValue {
  if (share.length !== SHARE_LENGTH) throw new RangeError("A share has 33 bytes.");
  const { method, length } = CHECK_VALUES.AES;
  const key = SecretBytes.alloc(SHARE_LENGTH - 1);
  share.expose().copy(key.expose());
  using cipher = SoftwareBlockCipher.ofAes(key);
  key.wipe();
  const block = Buffer.alloc(16);
  share.expose().copy(block, 15, SHARE_LENGTH - 1);
  return { method, value: truncateMac(computeCmac(cipher, block), length) };
}
