/**
 * PIN blocks of ISO 9564-1: formats 0, 3 and 4 both ways, 1 as a source, and the table of allowed translations (PCI PIN 3-3).
 * Pure: ciphers and random bytes come through ports. The clear PIN exists only between `decipherPinBlock` and `encipherPinBlock`.
 * The engine calls it; front and CLI use the types and `parsePan` only.
 */
export { decipherPinBlock } from "./decipher-pin-block.js";
export { encipherPinBlock, type RandomBytes } from "./encipher-pin-block.js";
export { type Pan, parsePan } from "./pan.js";
export { PIN_BLOCK_FORMATS, type PinBlockFormat, pinBlockLength } from "./pin-block-format.js";
export { MAX_PIN_LENGTH, MIN_PIN_LENGTH } from "./pin-field.js";
export { checkTranslationAllowed } from "./translation-matrix.js";
