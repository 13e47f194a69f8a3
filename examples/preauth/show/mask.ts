import type { Fields } from "../messages/index.js";

/** A PAN for people: first six and last four digits (PCI DSS 3.4.1). */
export function maskPan(pan: string): string {
  return pan.slice(0, 6) + "*".repeat(pan.length - 10) + pan.slice(-4);
}

/** A message that may be shown: as it is, with the PAN masked. */
export function maskFields(fields: Fields): Fields {
  return fields[2] === undefined ? fields : { ...fields, 2: maskPan(fields[2]) };
}
