import {
  SIGN_ON_CHECK_VALUE_LENGTH,
  SIGN_ON_KEYS,
  SIGN_ON_SLOTS,
  type SignOnKeyName,
  type SignOnLayout,
  type SignOnSlot,
} from "./sign-on-layout.js";

/** A session key as a terminal receives it. */
export interface SignOnKey {
  /** The key, ECB-enciphered under the terminal master key; as long as the key. */
  readonly cryptogram: Buffer;
  /** The first 4 bytes of a zero block enciphered under the key. */
  readonly checkValue4: Buffer;
}

/** The keys of a sign-on; `data` exactly in the layouts that have it. */
export type SignOnKeys = Readonly<Record<Exclude<SignOnKeyName, "data">, SignOnKey>> & { readonly data?: SignOnKey };

/** The lengths, in bytes, of the keys to be made for a layout; no `data` where the layout has none. */
export function signOnKeyLengths(layout: SignOnLayout): Readonly<Partial<Record<SignOnKeyName, number>>> {
  const slots = Object.entries(SIGN_ON_SLOTS[layout]);
  return Object.fromEntries(slots.map(([name, slot]) => [name, slot.keyLength]));
}

function encodeSlot(slot: SignOnSlot, key: SignOnKey): Buffer[] {
  if (key.cryptogram.length !== slot.keyLength) throw new RangeError("a session key has not the length of its layout");
  if (key.checkValue4.length !== SIGN_ON_CHECK_VALUE_LENGTH) throw new RangeError("a sign-on check value is 4 bytes");
  return [key.cryptogram, Buffer.alloc(slot.padding), key.checkValue4];
}

/**
 * Field 62 of a UnionPay 0810: each session key under the terminal master key, then its check value. See SIGN_ON_SLOTS for which layouts
 * are known from public descriptions, and which are an interpretation.
 * @returns as many bytes as the layout's name says, without the length prefix of the field
 * @throws RangeError keys that are not those of the layout: a defect of the caller
 */
export function buildSignOnField62(layout: SignOnLayout, keys: SignOnKeys): Buffer {
  const parts = SIGN_ON_KEYS.flatMap((name) => {
    const slot = SIGN_ON_SLOTS[layout][name];
    const key = keys[name];
    if (slot === undefined && key === undefined) return [];
    if (slot === undefined || key === undefined) throw new RangeError("these are not the session keys of this layout");
    return encodeSlot(slot, key);
  });
  return Buffer.concat(parts);
}
