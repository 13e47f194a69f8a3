import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BlockCipher } from "../../src/base/index.js";
import { parsePan } from "../../src/pin/index.js";
import * as verification from "../../src/pin/verification/index.js";
import {
  buildValidationData,
  DecimalizationTable,
  parseIbm3624Offset,
  parsePvki,
  parsePvv,
  parseValidationDataRule,
  verifyIbm3624Offset,
  verifyPvv,
} from "../../src/pin/verification/index.js";
import { computePvv } from "../../src/pin/verification/pvv.js";
import * as reference from "../reference/pin-verification.js";
import { pinOf, textOf } from "../support/product-subject.js";
import { refusalOf } from "../support/refusals.js";
import { softwareTdes } from "../support/software-cipher.js";

const digits = (minLength: number, maxLength: number): fc.Arbitrary<string> =>
  fc.array(fc.nat(9), { minLength, maxLength }).map((all) => all.join(""));
const anyKey = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes));
const hexOf = (bytes: Buffer): string => bytes.toString("hex").toUpperCase();

/** A cipher whose cryptogram is given. */
function answering(cryptogram: string): BlockCipher {
  const answer = (): Buffer => Buffer.from(cryptogram, "hex");
  return { blockLength: 8, encryptEcb: answer, decryptEcb: answer, cbcResidue: answer };
}

const PAN = parsePan("4444333322221111");
const TABLE = DecimalizationTable.parse("0123456789012345");

describe("a PVV", () => {
  it("agrees with the reference for any key, PAN, PVKI and PIN", () => {
    fc.assert(
      fc.property(anyKey, digits(12, 19), fc.nat(6), digits(4, 12), (key, pan, pvki, pin) => {
        const expected = reference.pvv(hexOf(key), pan, String(pvki), pin);
        expect(textOf(computePvv(softwareTdes(key), parsePan(pan), parsePvki(pvki), pinOf(pin)))).toBe(expected);
      }),
    );
  });

  it.each([
    ["1234ABCDEF567890", "1234"],
    ["AB1CD2EF3ABCDEF4", "1234"],
    ["ABCDEFABCDEFABCD", "0123"],
    ["A9BCDEFABCDEFABC", "9012"],
    ["FFFFFFFFFFFFF123", "1235"],
  ])("of the cryptogram %s is %s: decimal digits first, letters less ten after them", (cryptogram, pvv) => {
    expect(textOf(computePvv(answering(cryptogram), PAN, parsePvki(1), pinOf("1234")))).toBe(pvv);
  });

  it("depends on the first four digits of the PIN only", () => {
    const cipher = softwareTdes(Buffer.alloc(16, 0x31));
    const pvv = parsePvv(textOf(computePvv(cipher, PAN, parsePvki(1), pinOf("1234"))));
    expect(verifyPvv(cipher, PAN, parsePvki(1), pinOf("123456"), pvv)).toBe(true);
    expect(verifyPvv(cipher, PAN, parsePvki(1), pinOf("1235"), pvv)).toBe(false);
    expect(verifyPvv(cipher, PAN, parsePvki(2), pinOf("1234"), pvv)).toBe(false);
    expect(verifyPvv(cipher, parsePan("4444333322231111"), parsePvki(1), pinOf("1234"), pvv)).toBe(false);
  });

  it.each(["", "123", "12345", "12A4", "１２３４", " 1234"])("reference %j is refused", (text) => {
    expect(refusalOf(() => parsePvv(text, "pvv"))).toMatchObject({ reason: "REQUEST_INVALID", field: "pvv" });
  });

  it.each([-1, 7, 1.5, Number.NaN])("key index %d is refused", (value) => {
    expect(refusalOf(() => parsePvki(value)).reason).toBe("REQUEST_INVALID");
  });
});

describe("a decimalisation table", () => {
  it.each(["0123456789012345", "9876543210987654", "0000111122234567", "8351296477461538"])("%s is taken", (text) => {
    const table = DecimalizationTable.parse(text);
    expect(Array.from({ length: 16 }, (_, nibble) => table.digitFor(nibble)).join("")).toBe(text);
    expect(`${table}`).toBe(text);
  });

  it.each([
    ["0000000000000000", "one digit"],
    ["0000000100000000", "Bond and Zieliński's"],
    ["0123456012345601", "seven digits"],
    ["0000012345678912", "five zeros"],
  ])("%s is refused: %s", (text) => {
    const refusal = refusalOf(() => DecimalizationTable.parse(text, "table"));
    expect(refusal).toMatchObject({ reason: "KEY_MATERIAL_INVALID", field: "table" });
    expect(refusal.requirement).toMatch(/^decimalisation table/);
  });

  it.each(["", "012345678901234", "01234567890123456", "012345678901234A"])("%j is not one", (text) => {
    expect(refusalOf(() => DecimalizationTable.parse(text)).reason).toBe("KEY_MATERIAL_INVALID");
  });

  it("has no digit for what is no nibble", () => {
    expect(() => TABLE.digitFor(16)).toThrow(RangeError);
  });
});

describe("validation data", () => {
  it("agrees with the reference for any PAN and rule", () => {
    fc.assert(
      fc.property(digits(12, 19), fc.nat(18), fc.integer({ min: 1, max: 16 }), fc.nat(15), (pan, start, length, pad) => {
        fc.pre(start + length <= pan.length);
        const digit = pad.toString(16);
        const data = buildValidationData(parseValidationDataRule(start, length, digit), parsePan(pan));
        expect(hexOf(data)).toBe(reference.validationData(pan, start, length, digit));
      }),
    );
  });

  it.each([
    [-1, 16, "F"],
    [0, 0, "F"],
    [0, 17, "F"],
    [4, 16, "F"],
    [0.5, 16, "F"],
    [0, 16, ""],
    [0, 16, "FF"],
    [0, 16, "G"],
  ])("by the rule %d, %d, %j is refused", (start, length, pad) => {
    expect(refusalOf(() => parseValidationDataRule(start, length, pad)).reason).toBe("KEY_MATERIAL_INVALID");
  });

  it("of a PAN that is too short is refused", () => {
    const rule = parseValidationDataRule(0, 16, "F");
    expect(refusalOf(() => buildValidationData(rule, parsePan("444433332222111"), "pan"))).toMatchObject({
      reason: "PAN_INVALID",
    });
  });
});

describe("an IBM 3624 offset", () => {
  const rule = parseValidationDataRule(0, 12, "F");

  it("is verified for any key, PAN and PIN of any length, and for no other PIN", () => {
    fc.assert(
      fc.property(
        anyKey,
        digits(12, 19),
        digits(4, 12),
        fc.nat(11),
        fc.integer({ min: 1, max: 9 }),
        (key, pan, pin, at, change) => {
          const data = reference.validationData(pan, 0, 12, "F");
          const natural = reference.naturalPin(hexOf(key), "0123456789012345", data, pin.length);
          const offset = parseIbm3624Offset(reference.offsetFor(natural, pin));
          const verify = (given: string): boolean =>
            verifyIbm3624Offset(softwareTdes(key), TABLE, buildValidationData(rule, parsePan(pan)), pinOf(given), offset);
          expect(verify(pin)).toBe(true);
          const index = at % pin.length;
          const other = [...pin].map((digit, place) => (place === index ? (Number(digit) + change) % 10 : digit)).join("");
          expect(verify(other)).toBe(false);
        },
      ),
    );
  });

  it("says no to a PIN of another length", () => {
    const verify = (pin: string, offset: string): boolean =>
      verifyIbm3624Offset(answering("1234567890123456"), TABLE, Buffer.alloc(8), pinOf(pin), parseIbm3624Offset(offset));
    expect(verify("1234", "0000")).toBe(true);
    expect(verify("123456", "000000")).toBe(true);
    expect(verify("123456789012", "000000000000")).toBe(true);
    expect(verify("12345", "0000")).toBe(false);
    expect(verify("1234", "00000")).toBe(false);
  });

  it.each(["", "000", "0000000000000", "000A", "0000FFFFFFFF"])("%j is refused", (text) => {
    expect(refusalOf(() => parseIbm3624Offset(text, "offset"))).toMatchObject({ reason: "REQUEST_INVALID", field: "offset" });
  });

  it("takes nothing but 8 bytes of validation data", () => {
    const verify = (): boolean =>
      verifyIbm3624Offset(answering("1234567890123456"), TABLE, Buffer.alloc(16), pinOf("1234"), parseIbm3624Offset("0000"));
    expect(verify).toThrow(RangeError);
  });
});

describe("PIN verification", () => {
  it("offers no way to make a PVV or an offset", () => {
    const functions = Object.keys(verification).filter((name) => /^[a-z]/.test(name));
    expect(functions.sort()).toEqual([
      "buildValidationData",
      "parseIbm3624Offset",
      "parsePvki",
      "parsePvv",
      "parseValidationDataRule",
      "verifyIbm3624Offset",
      "verifyPvv",
    ]);
  });

  it.each(["", "123", "1234567890123", "12A4"])("takes no PIN that is none: %j", (pin) => {
    const cipher = answering("1234567890123456");
    expect(() => verifyPvv(cipher, PAN, parsePvki(1), pinOf(pin), parsePvv("1234"))).toThrow(RangeError);
    const offset = parseIbm3624Offset("0000");
    expect(() => verifyIbm3624Offset(cipher, TABLE, Buffer.alloc(8), pinOf(pin), offset)).toThrow(RangeError);
  });

  /** A cipher that keeps every buffer it was given or gave. */
  function watched(seen: Buffer[]): BlockCipher {
    const cipher = softwareTdes(Buffer.alloc(16, 0x57));
    return {
      ...cipher,
      encryptEcb: (blocks) => {
        const output = cipher.encryptEcb(blocks);
        seen.push(blocks, output);
        return output;
      },
    };
  }

  const isZero = (buffer: Buffer): boolean => buffer.every((byte) => byte === 0);

  it("wipes what holds the PIN or leads to it, and leaves the caller's PIN alone", () => {
    const pin = pinOf("1234");
    const seen: Buffer[] = [];
    verifyPvv(watched(seen), PAN, parsePvki(1), pin, parsePvv("1234"));
    expect(seen.map(isZero)).toEqual([true, true]);
    const cryptograms: Buffer[] = [];
    const data = buildValidationData(parseValidationDataRule(0, 16, "F"), PAN);
    verifyIbm3624Offset(watched(cryptograms), TABLE, data, pin, parseIbm3624Offset("0000"));
    expect(cryptograms.map(isZero)).toEqual([false, true]);
    expect(textOf(pin)).toBe("1234");
  });

  it("wipes the PVV's input when the cipher fails", () => {
    const seen: Buffer[] = [];
    const failing: BlockCipher = {
      ...answering(""),
      encryptEcb: (blocks) => {
        seen.push(blocks);
        throw new Error("gone");
      },
    };
    expect(() => verifyPvv(failing, PAN, parsePvki(1), pinOf("1234"), parsePvv("1234"))).toThrow("gone");
    expect(seen.map(isZero)).toEqual([true]);
  });
});
