import type { KeyHeaderDraft } from "../../src/keyblock/index.js";
import type { MacParameters } from "../../src/mac/index.js";
import { SOURCE_KEY, TARGET_KEY } from "./fixture.js";
import { benchKey, staticPinKey } from "./key-drafts.js";

const RETAIL_MAC: MacParameters = { scheme: "ISO9797_1_ALG3", paddingMethod: 1, length: 8 };

/** Clear keys. They protect nothing. */
export const BDK = Buffer.from("3b8f1c6d92e4a7507dc2581e9fb0436a", "hex");
export const INBOUND_MAC_KEY = Buffer.from("1f2e3d4c5b6a798889a7b6c5d4e3f201", "hex");
export const OUTBOUND_MAC_KEY = Buffer.from("2b7e151628aed2a6abf7158809cf4f3c", "hex");

/** The keys by what they are for. */
export const KEY_NAMES = {
  bdk: "bench/bdk",
  inboundPin: "bench/inbound-pin",
  inboundMac: "bench/inbound-mac",
  outboundPin: "bench/outbound-pin",
  outboundMac: "bench/outbound-mac",
} as const;

/** Every key of the measurement with its value. */
export const STREAM_KEYS: readonly (readonly [KeyHeaderDraft, Buffer])[] = [
  [staticPinKey(KEY_NAMES.inboundPin), SOURCE_KEY],
  [staticPinKey(KEY_NAMES.outboundPin), TARGET_KEY],
  [
    { ...benchKey(KEY_NAMES.inboundMac), usage: "M3", algorithm: "TDES", keyLength: 16, modeOfUse: "V", mac: RETAIL_MAC },
    INBOUND_MAC_KEY,
  ],
  [
    {
      ...benchKey(KEY_NAMES.outboundMac),
      usage: "M6",
      algorithm: "AES",
      keyLength: 16,
      modeOfUse: "G",
      mac: { scheme: "CMAC", paddingMethod: 0, length: 8 },
    },
    OUTBOUND_MAC_KEY,
  ],
  [
    {
      ...benchKey(KEY_NAMES.bdk),
      usage: "B0",
      algorithm: "TDES",
      keyLength: 16,
      modeOfUse: "X",
      dukptType: "TDES_2KEY",
      mac: RETAIL_MAC,
    },
    BDK,
  ],
];
