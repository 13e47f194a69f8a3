import { Refusal } from "../base/index.js";

declare const panBrand: unique symbol;

/** A PAN: 12 to 19 decimal digits, the last one its check digit. */
export type Pan = string & { readonly [panBrand]: true };

const PAN_PATTERN = /^[0-9]{12,19}$/;

/**
 * Takes 12 to 19 ASCII digits (ISO/IEC 7812-1). The check digit is not verified: issuers use PANs without one, and PIN blocks
 * do not contain it.
 * @throws Refusal PAN_INVALID
 */
export function parsePan(text: string, field = "pan"): Pan {
  if (!PAN_PATTERN.test(text)) throw new Refusal("PAN_INVALID", { field });
  return text as Pan;
}
