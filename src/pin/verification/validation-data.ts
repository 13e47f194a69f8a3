import { Refusal } from "../../base/index.js";
import type { Pan } from "../pan.js";
import { packNibbles } from "./digits.js";

declare const ruleBrand: unique symbol;

interface ValidationDataFields {
  /** The first PAN digit taken, from 0. */
  readonly start: number;
  /** How many PAN digits are taken, 1 to 16. */
  readonly length: number;
  /** The hexadecimal digit, 0 to 15, that fills up to 16. */
  readonly pad: number;
}

/** How an issuer makes validation data from a PAN. A parameter of the PIN verification key, fixed with it. */
export type ValidationDataRule = ValidationDataFields & { readonly [ruleBrand]: true };

const NIBBLES = 16;
const MAX_PAN_LENGTH = 19;
const PAD_PATTERN = /^[0-9A-Fa-f]$/;

function isRange(start: number, length: number): boolean {
  const isWhole = Number.isInteger(start) && Number.isInteger(length);
  return isWhole && start >= 0 && length >= 1 && length <= NIBBLES && start + length <= MAX_PAN_LENGTH;
}

/**
 * Takes an issuer's rule for validation data.
 * @param pad one hexadecimal digit
 * @throws Refusal KEY_MATERIAL_INVALID
 */
export function parseValidationDataRule(
  start: number,
  length: number,
  pad: string,
  field = "validation_data",
): ValidationDataRule {
  if (!isRange(start, length) || !PAD_PATTERN.test(pad)) throw new Refusal("KEY_MATERIAL_INVALID", { field });
  const rule: ValidationDataFields = { start, length, pad: Number.parseInt(pad, 16) };
  return rule as ValidationDataRule;
}

/**
 * The validation data of a card (IBM 3624): the PAN digits that the rule names, left-justified, and its pad.
 * @returns 8 bytes
 * @throws Refusal PAN_INVALID the PAN is too short for the rule
 */
export function buildValidationData(rule: ValidationDataRule, pan: Pan, field = "pan"): Buffer {
  if (pan.length < rule.start + rule.length) throw new Refusal("PAN_INVALID", { field });
  const nibbles = Buffer.alloc(NIBBLES, rule.pad);
  for (let index = 0; index < rule.length; index++) nibbles[index] = pan.charCodeAt(rule.start + index) - 0x30;
  return packNibbles(nibbles);
}
