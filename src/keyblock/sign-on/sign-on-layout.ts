/** The lengths of field 62 in a UnionPay sign-on response, which name its layouts. */
export const SIGN_ON_LAYOUTS = [24, 40, 56, 60, 84] as const;
export type SignOnLayout = (typeof SIGN_ON_LAYOUTS)[number];

/** The session keys of a sign-on: PIN key (PIK), MAC key (MAK), track data key (TDK). */
export const SIGN_ON_KEYS = ["pin", "mac", "data"] as const;
export type SignOnKeyName = (typeof SIGN_ON_KEYS)[number];

/** The place of one key in field 62. */
export interface SignOnSlot {
  /** Bytes of the key, which are as many bytes of cryptogram. */
  readonly keyLength: number;
  /** Zero bytes between cryptogram and check value: the MAK is single length in every layout. */
  readonly padding: number;
}

/** Bytes of check value after each key: the one place where 4 bytes of a TDES check value are shown. */
export const SIGN_ON_CHECK_VALUE_LENGTH = 4;

const MAC_KEY_LENGTH = 8;

/** Slots of `length` bytes each, without the check value. */
function slots(length: number): { readonly pin: SignOnSlot; readonly mac: SignOnSlot } {
  return {
    pin: { keyLength: length, padding: 0 },
    mac: { keyLength: MAC_KEY_LENGTH, padding: length - MAC_KEY_LENGTH },
  };
}

/**
 * What stands in each layout, in the order PIK, MAK, TDK (UnionPay POS terminal specification, field 62, usage 1).
 *
 * 24 (single length), 40 (double length) and 60 (double length with TDK) are transcribed in public descriptions of that field, and 40 is
 * checked against a published example.
 *
 * 56 and 84: public descriptions name these lengths only, not what is in them. Here they are an interpretation: the structure of 40 and 60
 * with triple-length keys, whose sums they match exactly (2 × 28 and 3 × 28). Ask the acquirer before relying on them.
 */
export const SIGN_ON_SLOTS: Readonly<Record<SignOnLayout, Readonly<Partial<Record<SignOnKeyName, SignOnSlot>>>>> = {
  24: slots(8),
  40: slots(16),
  60: { ...slots(16), data: { keyLength: 16, padding: 0 } },
  56: slots(24),
  84: { ...slots(24), data: { keyLength: 24, padding: 0 } },
};
