import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  findMacParameterFault,
  MAC_SCHEMES,
  type MacParameters,
  padMethod1,
  padMethod2,
  truncateMac,
} from "../../src/mac/index.js";
import { referenceSubject } from "../reference/index.js";
import { productSubject, softwareCiphers } from "../support/product-subject.js";

const product = productSubject("product", softwareCiphers);
const hex = (minLength: number, maxLength = minLength) =>
  fc.uint8Array({ minLength, maxLength }).map((bytes) => Buffer.from(bytes).toString("hex").toUpperCase());
const anyPadding = fc.constantFrom(1 as const, 2 as const);
const runs = { numRuns: 40 };

describe("MACs agree with the reference", () => {
  it("algorithm 1", () => {
    fc.assert(
      fc.property(hex(16), anyPadding, hex(0, 70), (key, padding, message) => {
        expect(product.cbcMac("TDES", key, padding, message)).toBe(referenceSubject.cbcMac("TDES", key, padding, message));
      }),
      runs,
    );
  });

  it("algorithm 3", () => {
    fc.assert(
      fc.property(hex(16), anyPadding, hex(0, 70), (key, padding, message) => {
        expect(product.retailMac(key, padding, message)).toBe(referenceSubject.retailMac(key, padding, message));
      }),
      runs,
    );
  });

  it("CMAC over TDES and AES", () => {
    fc.assert(
      fc.property(fc.constantFrom("TDES" as const, "AES" as const), hex(16), hex(0, 70), (cipher, key, message) => {
        expect(product.cmac(cipher, key, message)).toBe(referenceSubject.cmac(cipher, key, message));
      }),
      runs,
    );
  });

  it("UnionPay, single and double length", () => {
    fc.assert(
      fc.property(fc.oneof(hex(8), hex(16)), hex(1, 70), (key, message) => {
        const cipher = key.length === 16 ? "DES" : "TDES";
        const mac = product.unionPayMac(cipher, key, message);
        expect(mac).toBe(referenceSubject.unionPayMac(cipher, key, message));
        expect(Buffer.from(mac, "hex").toString("latin1")).toMatch(/^[0-9A-F]{8}$/);
      }),
      runs,
    );
  });
});

describe("padding", () => {
  it.each([8, 16] as const)("makes whole blocks of %i, with nothing but zeros and the marker added", (blockLength) => {
    for (let length = 0; length <= 2 * blockLength + 1; length++) {
      const message = Buffer.alloc(length, 0x55);
      const [first, second] = [padMethod1(message, blockLength), padMethod2(message, blockLength)];
      expect(first).toHaveLength(Math.max(1, Math.ceil(length / blockLength)) * blockLength);
      expect(second).toHaveLength((Math.floor(length / blockLength) + 1) * blockLength);
      expect(first.subarray(0, length)).toEqual(message);
      expect(first.subarray(length).every((byte) => byte === 0)).toBe(true);
      expect(second.subarray(0, length)).toEqual(message);
      expect(second[length]).toBe(0x80);
      expect(second.subarray(length + 1).every((byte) => byte === 0)).toBe(true);
    }
  });
});

describe("truncateMac", () => {
  it("keeps the left bytes in a buffer of their own and wipes the rest", () => {
    const mac = Buffer.from("0102030405060708", "hex");
    expect(truncateMac(mac, 4).toString("hex")).toBe("01020304");
    expect(mac.every((byte) => byte === 0)).toBe(true);
  });

  it("never lengthens", () => {
    expect(() => truncateMac(Buffer.alloc(4), 8)).toThrow(RangeError);
  });
});

describe("MAC parameters", () => {
  const HMAC = { HMAC_SHA224: 28, HMAC_SHA256: 32, HMAC_SHA384: 48, HMAC_SHA512: 64 };
  const MAX = { ISO9797_1_ALG1: 8, ISO9797_1_ALG3: 8, CMAC: 16, ...HMAC, UNIONPAY_ECB: 8 };

  const LENGTHS = Array.from({ length: 66 }, (_, length) => length);

  it.each(MAC_SCHEMES)("of %s have the lengths of the scheme", (scheme) => {
    const paddingMethod = scheme.startsWith("ISO9797") ? 2 : 0;
    const fitting = LENGTHS.filter((length) => findMacParameterFault({ scheme, paddingMethod, length }, 16) === undefined);
    const expected = LENGTHS.filter((length) => length >= (scheme === "UNIONPAY_ECB" ? 8 : 4) && length <= MAX[scheme]);
    expect(fitting).toEqual(expected);
  });

  it.each(MAC_SCHEMES)("of %s have the padding of the scheme", (scheme) => {
    const padded = scheme.startsWith("ISO9797");
    const faults = ([0, 1, 2] as const).map((paddingMethod): string | undefined => {
      const parameters: MacParameters = { scheme, paddingMethod, length: 8 };
      return findMacParameterFault(parameters, 8);
    });
    const none = undefined;
    const bad = "paddingMethod";
    expect(faults).toEqual(padded ? [bad, none, none] : [none, bad, bad]);
  });

  it("allow CMAC no more than a block of its cipher, and no broken lengths", () => {
    expect(findMacParameterFault({ scheme: "CMAC", paddingMethod: 0, length: 9 }, 8)).toBe("length");
    expect(findMacParameterFault({ scheme: "CMAC", paddingMethod: 0, length: 4.5 }, 8)).toBe("length");
  });
});
