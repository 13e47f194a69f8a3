/** The keys of the demo by the names under which set-up registers them: see demo-keys.json. */
export const KEY_NAMES = {
  bdk: "pos/bdk",
  zonePinTdes: "issuer/zone-pin",
  zonePinAes: "issuer/zone-pin-aes",
  zoneMac: "issuer/zone-mac",
  unionPayPin: "unionpay/terminal-1/pin",
  unionPayMac: "unionpay/terminal-1/mac",
} as const;

/** One of them. */
export type KeyRole = keyof typeof KEY_NAMES;
