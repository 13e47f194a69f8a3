import type { KeyAlgorithm, KeyUsage, ModeOfUse } from "../../../keyblock/index.js";
import type { MacScheme } from "../../../mac/index.js";

/** What a key of a usage is, when nothing else is said. */
export interface UsageDefaults {
  readonly algorithm: KeyAlgorithm;
  readonly mode: ModeOfUse;
  readonly scheme?: MacScheme;
  /** Undefined: keys of this usage make no MACs unless a scheme is given. */
  readonly macLength?: number;
  /** The scheme must be said. */
  readonly schemeRequired?: boolean;
}

export const USAGE_DEFAULTS: Readonly<Record<KeyUsage, UsageDefaults>> = {
  B0: { algorithm: "TDES", mode: "X" },
  D0: { algorithm: "AES", mode: "B" },
  K0: { algorithm: "TDES", mode: "B" },
  K1: { algorithm: "AES", mode: "B" },
  P0: { algorithm: "TDES", mode: "B" },
  M0: { algorithm: "TDES", mode: "C", scheme: "ISO9797_1_ALG1", macLength: 8 },
  M1: { algorithm: "DES", mode: "C", macLength: 8, schemeRequired: true },
  M3: { algorithm: "TDES", mode: "C", scheme: "ISO9797_1_ALG3", macLength: 8 },
  M6: { algorithm: "AES", mode: "C", scheme: "CMAC", macLength: 8 },
  M7: { algorithm: "HMAC", mode: "C", scheme: "HMAC_SHA256", macLength: 32 },
  V1: { algorithm: "TDES", mode: "V" },
  V2: { algorithm: "TDES", mode: "V" },
};

/** In bytes. */
export const DEFAULT_LENGTHS: Readonly<Record<KeyAlgorithm, number>> = { DES: 8, TDES: 16, AES: 32, HMAC: 32 };
