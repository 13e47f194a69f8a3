import { aes } from "./block-ciphers.js";
import { chunk, toHex } from "./hex.js";

/** Algorithm indicator and length in bits of each key type, as the vectors name it. */
const KEY_TYPES: Readonly<Record<string, readonly [algorithm: bigint, bits: bigint]>> = {
  "2TDEA": [0n, 128n],
  "3TDEA": [1n, 192n],
  AES128: [2n, 128n],
  AES192: [3n, 192n],
  AES256: [4n, 256n],
  HMAC128: [5n, 128n],
  HMAC192: [5n, 192n],
  HMAC256: [5n, 256n],
};

const DERIVATION = 0x8000n;
const INITIAL = 0x8001n;

/** Derivation data as one number: version, block number, usage, algorithm, bits, and 64 bits of context. */
export function derivationData(usage: bigint, keyType: string, context: bigint): string[] {
  const [algorithm, bits] = KEY_TYPES[keyType] ?? [];
  if (algorithm === undefined || bits === undefined) throw new Error("no such key type");
  const blocks = bits > 128n ? [1n, 2n] : [1n];
  return blocks.map((block) =>
    toHex((1n << 120n) | (block << 112n) | (usage << 96n) | (algorithm << 80n) | (bits << 64n) | context, 32),
  );
}

function derive(key: string, usage: bigint, keyType: string, context: bigint): string {
  const output = derivationData(usage, keyType, context).map((block) => aes(key).encrypt(block));
  return output.join("").slice(0, Number((KEY_TYPES[keyType] ?? [0n, 0n])[1] / 4n));
}

/** The type of an AES key by its hex digits. */
function typeOf(key: string): string {
  return `AES${key.length * 4}`;
}

/** The initial key of a device: `id` is 16 hex digits. */
export function initialKey(bdk: string, id: string): string {
  return derive(bdk, INITIAL, typeOf(bdk), BigInt(`0x${id}`));
}

/** The derivation key of a transaction, from the initial key, one step for each one-bit. */
export function derivationKey(initial: string, id: string, counter: bigint): string {
  const device = BigInt(`0x${id}`) & 0xffffffffn;
  const bits = [...counter.toString(2).padStart(32, "0")].flatMap((bit, index) => (bit === "1" ? [31n - BigInt(index)] : []));
  let taken = 0n;
  return bits.reduce((key, bit) => {
    taken |= 1n << bit;
    return derive(key, DERIVATION, typeOf(initial), (device << 32n) | taken);
  }, initial);
}

/** A working key; `usage` is 4 hex digits. */
export function workingKey(initial: string, id: string, counter: bigint, usage: string, keyType: string): string {
  const device = BigInt(`0x${id}`) & 0xffffffffn;
  return derive(derivationKey(initial, id, counter), BigInt(`0x${usage}`), keyType, (device << 32n) | counter);
}

/** AES-CBC with a zero IV, of whole blocks. */
export function encryptCbc(key: string, blocks: string): string {
  let state = "0".repeat(32);
  return chunk(blocks, 32)
    .map((block) => {
      state = aes(key).encrypt(toHex(BigInt(`0x${block}`) ^ BigInt(`0x${state}`), 32));
      return state;
    })
    .join("");
}
