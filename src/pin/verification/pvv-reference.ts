import { Refusal } from "../../base/index.js";

declare const pvvBrand: unique symbol;
declare const pvkiBrand: unique symbol;

/** A PVV as the issuer stores it: 4 decimal digits. */
export type Pvv = string & { readonly [pvvBrand]: true };

/** The PVKI, a digit from 0 to 6: which of an issuer's PVKs made a PVV. */
export type Pvki = number & { readonly [pvkiBrand]: true };

const PVV_PATTERN = /^[0-9]{4}$/;
const MAX_PVKI = 6;

/**
 * Takes the PVV to compare with.
 * @throws Refusal REQUEST_INVALID
 */
export function parsePvv(text: string, field = "pvv"): Pvv {
  if (!PVV_PATTERN.test(text)) throw new Refusal("REQUEST_INVALID", { field });
  return text as Pvv;
}

/**
 * Takes the PVKI that goes into the PVV's input.
 * @throws Refusal REQUEST_INVALID
 */
export function parsePvki(value: number, field = "pvki"): Pvki {
  if (!Number.isInteger(value) || value < 0 || value > MAX_PVKI) throw new Refusal("REQUEST_INVALID", { field });
  return value as Pvki;
}
