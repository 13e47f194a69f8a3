import { describe, expect, it } from "vitest";
import { checkTranslationAllowed, PIN_BLOCK_FORMATS } from "../../src/pin/index.js";
import { refusalOf } from "../support/refusals.js";

/** PCI PIN 3-3 as printed: rows are sources, columns targets. y: allowed; n: never; o: allowed by PCI, not offered. */
const TABLE = [
  // 0    1    2    3    4
  ["y", "n", "n", "y", "y"],
  ["y", "o", "n", "y", "y"],
  ["n", "n", "n", "n", "n"],
  ["y", "n", "n", "y", "y"],
  ["y", "n", "n", "y", "y"],
] as const;

const REQUIREMENTS = { n: "PCI PIN 3-3", o: "ISO 9564-1 format 1 as a target is not offered" } as const;

describe("the translation matrix", () => {
  for (const source of PIN_BLOCK_FORMATS) {
    for (const target of PIN_BLOCK_FORMATS) {
      const cell = TABLE[source][target];
      it(`${source} to ${target}: ${cell === "y" ? "allowed" : "refused"}`, () => {
        if (cell === "y") {
          expect(() => checkTranslationAllowed(source, target)).not.toThrow();
          return;
        }
        const refusal = refusalOf(() => checkTranslationAllowed(source, target));
        expect(refusal.reason).toBe("TRANSLATION_NOT_ALLOWED");
        expect(refusal.requirement).toBe(REQUIREMENTS[cell]);
      });
    }
  }
});
