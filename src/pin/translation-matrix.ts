import { Refusal } from "../base/index.js";
import type { PinBlockFormat } from "./pin-block-format.js";

/** PCI PIN Security Requirement 3-3: which format may become which. */
const PCI_PIN_3_3 = "PCI PIN 3-3";

/** Allowed by PCI, but a block that is bound to no PAN is not made here. */
const FORMAT_1_AS_TARGET = "ISO 9564-1 format 1 as a target is not offered";

/** `undefined`: allowed. Otherwise the rule that forbids it. */
type Cell = string | undefined;

/** Rows: the source's format; columns: the target's, 0 to 4. */
const MATRIX: Readonly<Record<PinBlockFormat, readonly [Cell, Cell, Cell, Cell, Cell]>> = {
  0: [undefined, PCI_PIN_3_3, PCI_PIN_3_3, undefined, undefined],
  1: [undefined, FORMAT_1_AS_TARGET, PCI_PIN_3_3, undefined, undefined],
  2: [PCI_PIN_3_3, PCI_PIN_3_3, PCI_PIN_3_3, PCI_PIN_3_3, PCI_PIN_3_3],
  3: [undefined, PCI_PIN_3_3, PCI_PIN_3_3, undefined, undefined],
  4: [undefined, PCI_PIN_3_3, PCI_PIN_3_3, undefined, undefined],
};

/**
 * Refuses a translation that PCI PIN 3-3 forbids, or that is not offered (1 to 1). The rule's other half, the unchanged PAN, holds
 * by construction: a translation has one PAN.
 * @throws Refusal TRANSLATION_NOT_ALLOWED with the requirement
 */
export function checkTranslationAllowed(source: PinBlockFormat, target: PinBlockFormat): void {
  const requirement = MATRIX[source][target];
  if (requirement !== undefined) throw new Refusal("TRANSLATION_NOT_ALLOWED", { requirement });
}
