/** A card as a terminal reads it. */
export interface Card {
  readonly pan: string;
  /** YYMM. */
  readonly expiry: string;
}

/** What the cardholder, or a broken PIN pad, puts into the PIN block. */
export type PinEntry = { readonly kind: "digits"; readonly pin: string } | { readonly kind: "noise" };
