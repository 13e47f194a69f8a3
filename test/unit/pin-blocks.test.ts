import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BlockCipher, SecretBytes } from "../../src/base/index.js";
import { decipherPinBlock, encipherPinBlock, parsePan, pinBlockLength } from "../../src/pin/index.js";
import { readPinField } from "../../src/pin/pin-field.js";
import { referenceSubject } from "../reference/index.js";
import { pinOf, textOf } from "../support/product-subject.js";
import { refusalOf } from "../support/refusals.js";
import { clearCipher, softwareAes, softwareTdes } from "../support/software-cipher.js";

const digits = (minLength: number, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(..."0123456789"), minLength, maxLength });

const anyPin = digits(4, 12);
const anyPan = digits(12, 19).map((text) => parsePan(text));
const anyFormat = fc.constantFrom(0 as const, 3 as const, 4 as const);
const anyReadFormat = fc.constantFrom(0 as const, 1 as const, 3 as const, 4 as const);
const anyKey = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes));
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length }).map((array) => Buffer.from(array));

const cipherFor = (format: number, key: Buffer): BlockCipher => (format === 4 ? softwareAes(key) : softwareTdes(key));
const PAN = parsePan("4111111111111111");

/** Remembers every buffer that a cipher took or gave, to see what becomes of it. */
function watchedCipher(inner: BlockCipher): { cipher: BlockCipher; seen: Buffer[] } {
  const seen: Buffer[] = [];
  const watch = (operation: (blocks: Buffer) => Buffer) => (blocks: Buffer) => {
    const result = operation(blocks);
    seen.push(blocks, result);
    return result;
  };
  const cipher = {
    blockLength: inner.blockLength,
    encryptEcb: watch(inner.encryptEcb),
    decryptEcb: watch(inner.decryptEcb),
    cbcResidue: watch(inner.cbcResidue),
  };
  return { cipher, seen };
}

describe("PIN blocks", () => {
  it("give back the PIN they were made with", () => {
    fc.assert(
      fc.property(anyFormat, anyPin, anyPan, anyKey, (format, pin, pan, key) => {
        const cipher = cipherFor(format, key);
        const block = encipherPinBlock(format, cipher, pinOf(pin), pan, randomBytes);
        expect(block).toHaveLength(pinBlockLength(format));
        expect(textOf(decipherPinBlock(format, cipher, block, pan))).toBe(pin);
      }),
    );
  });

  it("are read by the reference, and read the reference's", () => {
    fc.assert(
      fc.property(anyFormat, anyPin, anyPan, anyKey, (format, pin, pan, key) => {
        const block = encipherPinBlock(format, cipherFor(format, key), pinOf(pin), pan, randomBytes);
        const read = referenceSubject.decipherPinBlock(format, key.toString("hex"), block.toString("hex"), pan);
        expect(read).toBe(pin);
      }),
      { numRuns: 50 },
    );
  });

  it("of random bytes give what the reference says: digits, or PIN_BLOCK_INVALID", () => {
    fc.assert(
      fc.property(anyReadFormat, bytes(16), anyPan, anyKey, (format, random, pan, key) => {
        const block = Buffer.from(random.subarray(0, pinBlockLength(format)));
        const hex = block.toString("hex").toUpperCase();
        const expected = referenceSubject.decipherPinBlock(format, key.toString("hex"), hex, pan);
        const read = (): unknown => textOf(decipherPinBlock(format, cipherFor(format, key), block, pan));
        if (expected !== undefined) expect(read()).toBe(expected);
        else expect(refusalOf(read)).toMatchObject({ reason: "PIN_BLOCK_INVALID", field: undefined, requirement: undefined });
      }),
      { numRuns: 300 },
    );
  });

  it("with one wrong nibble anywhere are refused, and with one right one are not", () => {
    for (const format of [0, 1, 3, 4] as const) {
      for (const length of [4, 7, 12]) {
        for (const [index, value] of everyNibble()) expectSameJudgement(format, length, index, value);
      }
    }
  });

  /** Each of the 16 nibbles of a PIN field, with each value. */
  function everyNibble(): (readonly [number, number])[] {
    return Array.from({ length: 256 }, (_, position) => [position >> 4, position & 15] as const);
  }

  /** The rule of ISO 9564-1, written out again: may `value` stand at `index` of a field whose PIN has `length` digits? */
  function mayStand(format: number, length: number, index: number, value: number): boolean {
    if (index === 0) return value === format;
    // Another length is right only where the digits then are digits and the fill is fill.
    if (index === 1) return value === length || (format === 1 && value >= 4 && value <= 12);
    if (index < 2 + length) return value <= 9;
    const fill: Readonly<Record<number, readonly number[]>> = { 0: [15], 3: [10, 11, 12, 13, 14, 15], 4: [10] };
    return fill[format]?.includes(value) ?? true;
  }

  function expectSameJudgement(format: 0 | 1 | 3 | 4, length: number, index: number, value: number): void {
    const fill = { 0: "F", 1: "0", 3: "B", 4: "A" }[format];
    const nibbles = [String(format), length.toString(16), ..."123456789012".slice(0, length)];
    const field = nibbles.join("").padEnd(16, fill).split("");
    field[index] = value.toString(16);
    // Of this PAN the field that is put on is zero, so that the block is the field.
    const pan = parsePan("0000000000000");
    const block = Buffer.from(field.join(""), "hex");
    const read = (): SecretBytes =>
      format === 4 ? readPinField(4, block) : decipherPinBlock(format, clearCipher(8), block, pan);
    if (mayStand(format, length, index, value)) expect(read().length).toBe(index === 1 ? value : length);
    else expect(refusalOf(read).reason).toBe("PIN_BLOCK_INVALID");
  }

  it("do not carry over to another PAN in format 4", () => {
    const cipher = softwareAes(randomBytes(16));
    const block = encipherPinBlock(4, cipher, pinOf("1234"), PAN, randomBytes);
    const other = parsePan("4111111111111112");
    expect(refusalOf(() => decipherPinBlock(4, cipher, block, other)).reason).toBe("PIN_BLOCK_INVALID");
  });

  it("are refused before decryption when they have the wrong length or go to the wrong cipher", () => {
    const tdes = softwareTdes(randomBytes(16));
    expect(refusalOf(() => decipherPinBlock(0, tdes, Buffer.alloc(16), PAN)).reason).toBe("PIN_BLOCK_LENGTH_INVALID");
    expect(refusalOf(() => decipherPinBlock(4, tdes, Buffer.alloc(16), PAN)).reason).toBe("KEY_ALGORITHM_MISMATCH");
    expect(refusalOf(() => encipherPinBlock(4, tdes, pinOf("1234"), PAN, randomBytes)).reason).toBe("KEY_ALGORITHM_MISMATCH");
  });

  it("of formats 1 and 2 are never made, of format 2 never read", () => {
    const tdes = softwareTdes(randomBytes(16));
    for (const format of [1, 2] as const) {
      const refusal = refusalOf(() => encipherPinBlock(format, tdes, pinOf("1234"), PAN, randomBytes));
      expect(refusal.reason).toBe("TRANSLATION_NOT_ALLOWED");
    }
    expect(refusalOf(() => decipherPinBlock(2, tdes, Buffer.alloc(8), PAN)).reason).toBe("TRANSLATION_NOT_ALLOWED");
  });

  it("draw the fill of format 3 evenly from A to F", () => {
    const counts = new Map<number, number>();
    const pan = parsePan("000000000000");
    for (let round = 0; round < 2000; round++) {
      const block = encipherPinBlock(3, clearCipher(8), pinOf("1234"), pan, randomBytes);
      for (const byte of block.subarray(3)) {
        for (const nibble of [byte >> 4, byte & 15]) counts.set(nibble, (counts.get(nibble) ?? 0) + 1);
      }
    }
    expect([...counts.keys()].sort((left, right) => left - right)).toEqual([10, 11, 12, 13, 14, 15]);
    const expected = 20_000 / 6;
    const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // 5 degrees of freedom: beyond 30 in one of 70,000 fair runs.
    expect(chiSquare).toBeLessThan(30);
  });
});

describe("clear intermediates", () => {
  const wiped = (buffer: Buffer): boolean => buffer.every((byte) => byte === 0);

  it.each([0, 3, 4] as const)("of format %i are zero once the PIN is read, or refused", (format) => {
    const key = randomBytes(16);
    const block = encipherPinBlock(format, cipherFor(format, key), pinOf("1234"), PAN, randomBytes);
    for (const candidate of [block, randomBytes(block.length)]) {
      const { cipher, seen } = watchedCipher(cipherFor(format, key));
      try {
        decipherPinBlock(format, cipher, candidate, PAN).wipe();
      } catch (error) {
        expect(error).toMatchObject({ reason: "PIN_BLOCK_INVALID" });
      }
      const intermediates = seen.filter((buffer) => buffer !== candidate);
      expect(intermediates.length).toBeGreaterThan(0);
      expect(intermediates.every(wiped)).toBe(true);
    }
  });

  it.each([0, 3, 4] as const)("of format %i are zero once the block is made", (format) => {
    const { cipher, seen } = watchedCipher(cipherFor(format, randomBytes(16)));
    const block = encipherPinBlock(format, cipher, pinOf("1234"), PAN, randomBytes);
    const intermediates = seen.filter((buffer) => buffer !== block);
    expect(intermediates.length).toBeGreaterThan(0);
    expect(intermediates.every(wiped)).toBe(true);
  });
});
