import { Refusal } from "../base/index.js";
import type { CheckValueMethod } from "./key-header.js";

/** How a check value can be asked for: as headers keep it, or AES_ECB, E(0¹⁶), for peers that know nothing newer. */
export type CheckValueRequestMethod = CheckValueMethod | "AES_ECB";

/** Where a check value is shown: anywhere, or between the keys of a UnionPay sign-on response. */
export type CheckValueContext = "general" | "unionPaySignOn";

/** A check value that is asked for; `checkCheckValueLength` says whether it may be shown. */
export interface CheckValueRequest {
  readonly method: CheckValueRequestMethod;
  /** In bytes. */
  readonly length: number;
  readonly context: CheckValueContext;
}

interface LengthRange {
  readonly shortest: number;
  readonly longest: number;
}

const SIGN_ON_LENGTH = 4;

/**
 * Bytes that may be shown. More would help an exhaustive search, and E(0) in full is the seed of CMAC's subkeys; a single byte
 * tells too few keys apart to be of use. Five bytes of AES CMAC are those of X9.24-3 and X9.143.
 */
const LENGTHS: Readonly<Record<CheckValueRequestMethod, LengthRange>> = {
  TDES_ECB: { shortest: 2, longest: 3 },
  AES_CMAC: { shortest: 2, longest: 5 },
  AES_ECB: { shortest: 2, longest: 3 },
  HMAC_EMPTY: { shortest: 3, longest: 3 },
};

function isAllowed({ method, length, context }: CheckValueRequest): boolean {
  // The terminals' specification fixes 4 bytes of TDES there, and knows no other method.
  if (context === "unionPaySignOn") return method === "TDES_ECB" && length === SIGN_ON_LENGTH;
  const { shortest, longest } = LENGTHS[method];
  return Number.isInteger(length) && length >= shortest && length <= longest;
}

/**
 * Refuses a check value that would show too much, too little, or is not what its context carries.
 * @param length in bytes
 * @throws Refusal REQUEST_INVALID
 */
export function checkCheckValueLength(
  method: CheckValueRequestMethod,
  length: number,
  context: CheckValueContext = "general",
  field = "check_value_length",
): void {
  if (!isAllowed({ method, length, context })) throw new Refusal("REQUEST_INVALID", { field });
}
