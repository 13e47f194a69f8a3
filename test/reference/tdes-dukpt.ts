import { des, tdes } from "./block-ciphers.js";
import { toHex, xorHex } from "./hex.js";

const MASK = "C0C0C0C000000000";

const VARIANTS: Readonly<Record<string, string>> = {
  none: "0000000000000000",
  pin: "00000000000000FF",
  mac_request: "000000000000FF00",
  mac_response: "00000000FF000000",
};

/** The initial key of a BDK for a KSN. */
export function initialKey(bdk: string, ksn: string): string {
  const id = toHex((BigInt(`0x${ksn}`) >> 21n) << 21n, 20).slice(0, 16);
  return tdes(bdk).encrypt(id) + tdes(xorHex(bdk, MASK + MASK)).encrypt(id);
}

function generate(key: string, register: string): string {
  const half = (whole: string): string => {
    const left = whole.slice(0, 16);
    const right = whole.slice(16);
    return xorHex(des(left).encrypt(xorHex(register, right)), right);
  };
  return half(xorHex(key, MASK + MASK)) + half(key);
}

/** The transaction key: counter bits from the highest. */
export function transactionKey(initial: string, ksn: string): string {
  const low = BigInt(`0x${ksn.slice(4)}`);
  const base = (low >> 21n) << 21n;
  let key = initial;
  let taken = 0n;
  for (let bit = 20n; bit >= 0n; bit--) {
    if (((low >> bit) & 1n) === 0n) continue;
    taken |= 1n << bit;
    key = generate(key, toHex(base | taken, 16));
  }
  return key;
}

/** A working key: the transaction key with a variant on both halves. */
export function workingKey(initial: string, ksn: string, usage: string): string {
  const variant = VARIANTS[usage];
  if (variant === undefined) throw new Error("no such working key");
  return xorHex(transactionKey(initial, ksn), variant + variant);
}
