import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SecretBytes } from "../../src/base/index.js";
import { deriveTdesTransactionKey, deriveTdesWorkingKey, parseTdesKsn, type SingleDes } from "../../src/dukpt/index.js";
import { referenceSubject } from "../reference/index.js";
import { productSubject, softwareCiphers } from "../support/product-subject.js";
import { refusalOf } from "../support/refusals.js";
import { softwareDes } from "../support/software-cipher.js";

const product = productSubject("product", softwareCiphers);
const ID = "FFFF9876543210E00000";

function ksnWith(counter: number, id = ID): Buffer {
  const value = (BigInt(`0x${id}`) & ~0x1fffffn) | BigInt(counter);
  return Buffer.from(value.toString(16).padStart(20, "0"), "hex");
}

const ones = (counter: number): number => counter.toString(2).replaceAll("0", "").length;
const hex16 = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes).toString("hex").toUpperCase());
const anyId = fc.uint8Array({ minLength: 10, maxLength: 10 }).map((bytes) => Buffer.from(bytes).toString("hex").toUpperCase());
const anyCounter = fc.integer({ min: 1, max: 0x1fffff }).filter((counter) => ones(counter) <= 10);

describe("a TDES KSN", () => {
  it("is taken apart into identification and counter", () => {
    fc.assert(
      fc.property(anyId, anyCounter, (id, counter) => {
        const bytes = ksnWith(counter, id);
        const ksn = parseTdesKsn(bytes);
        expect(ksn.counter).toBe(counter);
        expect(ksn.bytes.equals(bytes)).toBe(true);
        expect(ksn.initialKeyId.equals(ksnWith(0, id))).toBe(true);
      }),
    );
  });

  it("is a copy: what happens to the request's bytes does not change it", () => {
    const bytes = ksnWith(5);
    const ksn = parseTdesKsn(bytes);
    bytes.fill(0);
    expect(ksn.bytes.equals(ksnWith(5))).toBe(true);
  });

  it.each([0, 0x7ff, 0x1fffff, 0x1ffc00])("with counter %i is refused", (counter) => {
    const refusal = refusalOf(() => parseTdesKsn(ksnWith(counter), "source.ksn"));
    expect(refusal).toMatchObject({ reason: "KSN_INVALID", field: "source.ksn" });
  });

  it.each([1, 0x3ff, 0x1ff800, 0x100000])("with counter %i is taken", (counter) => {
    expect(parseTdesKsn(ksnWith(counter)).counter).toBe(counter);
  });

  it.each([0, 7, 9, 11, 12])("of %i bytes is refused", (length) => {
    expect(refusalOf(() => parseTdesKsn(Buffer.alloc(length, 1))).reason).toBe("KSN_INVALID");
  });
});

describe("TDES DUKPT", () => {
  it("agrees with the reference for any BDK, device and counter", () => {
    const anyUsage = fc.constantFrom("none" as const, "pin" as const, "mac_request" as const, "mac_response" as const);
    fc.assert(
      fc.property(hex16, anyId, anyCounter, anyUsage, (bdk, id, counter, usage) => {
        const ksn = ksnWith(counter, id).toString("hex").toUpperCase();
        const initialKey = product.initialKey(bdk, ksn);
        expect(initialKey).toBe(referenceSubject.initialKey(bdk, ksn));
        expect(product.workingKey(initialKey, ksn, usage)).toBe(referenceSubject.workingKey(initialKey, ksn, usage));
      }),
      { numRuns: 40 },
    );
  });

  it("leaves no intermediate key behind: every buffer that went through DES is zero", () => {
    const seen: Buffer[] = [];
    const des: SingleDes = {
      encrypt: (key, block) => {
        const result = softwareDes.encrypt(key, block);
        seen.push(block, result);
        return result;
      },
    };
    const initialKey = SecretBytes.take(Buffer.from("6AC292FAA1315B4D858AB3A3D7D5933A", "hex"));
    deriveTdesTransactionKey(initialKey, parseTdesKsn(ksnWith(0x155)), des).wipe();
    expect(seen).toHaveLength(2 * 2 * ones(0x155));
    expect(seen.every((buffer) => buffer.every((byte) => byte === 0))).toBe(true);
    expect(initialKey.expose().toString("hex")).toBe("6ac292faa1315b4d858ab3a3d7d5933a");
  });

  it("wipes what it has when DES fails half way", () => {
    const keys: Buffer[] = [];
    let calls = 0;
    const des: SingleDes = {
      encrypt: (key, block) => {
        keys.push(key, block);
        calls++;
        if (calls === 3) throw new Error("gone");
        return softwareDes.encrypt(key, block);
      },
    };
    const initialKey = SecretBytes.take(Buffer.alloc(16, 0x57));
    expect(() => deriveTdesTransactionKey(initialKey, parseTdesKsn(ksnWith(7)), des)).toThrow("gone");
    expect(keys.every((key) => key.every((byte) => byte === 0))).toBe(true);
  });

  it("gives the three usages three keys, and leaves the transaction key alone", () => {
    const transactionKey = SecretBytes.take(Buffer.alloc(16, 0x3c));
    const keys = (["pin", "macRequest", "macResponse"] as const).map((usage) =>
      deriveTdesWorkingKey(transactionKey, usage).expose().toString("hex"),
    );
    expect(new Set(keys).size).toBe(3);
    expect(transactionKey.expose().equals(Buffer.alloc(16, 0x3c))).toBe(true);
  });
});
