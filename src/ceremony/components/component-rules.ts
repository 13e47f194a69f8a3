import type { SecretBytes } from "../../base/index.js";
import type { KeyAlgorithm } from "../../keyblock/index.js";
import type { ComponentFault } from "./component-fault.js";

/** What a component is checked against as soon as it is typed. */
export interface ComponentRule {
  readonly algorithm: KeyAlgorithm;
  /** In bytes; that of the key. */
  readonly length: number;
}

function hasOddParity(bytes: Buffer): boolean {
  let isOdd = 1;
  for (const byte of bytes) {
    let folded = byte ^ (byte >> 4);
    folded ^= folded >> 2;
    isOdd &= folded ^ (folded >> 1);
  }
  return (isOdd & 1) === 1;
}

function isZero(bytes: Buffer): boolean {
  let bits = 0;
  for (const byte of bytes) bits |= byte;
  return bits === 0;
}

/**
 * What is wrong with one component by itself: its length, for DES and TDES its parity (FIPS 46-3), or that it is zero, which would leave the
 * key to the others (PCI PIN 12).
 */
export function findComponentFault({ algorithm, length }: ComponentRule, component: SecretBytes): ComponentFault | undefined {
  const bytes = component.expose();
  if (bytes.length !== length) return "LENGTH_WRONG";
  if (isZero(bytes)) return "COMPONENT_ZERO";
  const hasParity = algorithm === "DES" || algorithm === "TDES";
  return hasParity && !hasOddParity(bytes) ? "PARITY_WRONG" : undefined;
}
