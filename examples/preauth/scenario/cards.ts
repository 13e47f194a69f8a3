import type { Card, PinEntry } from "../parties/index.js";

/** Test cards; the PINs are what the cardholders know and the issuer has on file. */
export const CARDS = {
  /** Of a zone with AES PIN blocks. */
  hotelGuest: { pan: "4761739001010119", expiry: "2912" },
  /** Of a UnionPay zone with TDES PIN blocks. */
  unionPayGuest: { pan: "6212345678901232", expiry: "2910" },
  /** Of a zone whose route in the switch asks for PIN block format 1. */
  misrouted: { pan: "5413330089020011", expiry: "2911" },
} as const satisfies Record<string, Card>;

/** PAN → PIN, as the issuer keeps it. */
export const REFERENCE_PINS: ReadonlyMap<string, string> = new Map([
  [CARDS.hotelGuest.pan, "2580"],
  [CARDS.unionPayGuest.pan, "147258"],
  [CARDS.misrouted.pan, "3691"],
]);

/** The right PIN of a card, typed in. */
export function rightPin(card: Card): PinEntry {
  return { kind: "digits", pin: REFERENCE_PINS.get(card.pan) ?? "" };
}
