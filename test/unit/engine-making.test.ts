import { describe, expect, it } from "vitest";
import { SecretBytes } from "../../src/base/index.js";
import { readInitialKeyId } from "../../src/engine/initial-key-id.js";
import { randomMaterial } from "../../src/engine/random-material.js";
import { SoftwareBlockCipher } from "../../src/engine/software-block-cipher.js";
import { aes, des, type HexCipher, tdes } from "../reference/block-ciphers.js";
import { xorHex } from "../reference/hex.js";
import { draftOf } from "../support/key-headers.js";
import { refusalOf } from "../support/refusals.js";

const fromHex = (text: string): Buffer => Buffer.from(text, "hex");
const toHex = (bytes: Buffer): string => bytes.toString("hex").toUpperCase();

/** A generator that gives these values, one after the other, and keeps what it gave. */
function scripted(...values: readonly string[]) {
  const given: Buffer[] = [];
  const next = (length: number): Buffer => {
    const bytes = fromHex(values[given.length] ?? "");
    expect(bytes).toHaveLength(length);
    given.push(bytes);
    return bytes;
  };
  return { given, next };
}

const WEAK = "0101010101010101FEFEFEFEFEFEFEFE";
const GOOD = "0022446688AACCEE1032547698BADCFE";

describe("random material", () => {
  it("of TDES has odd parity; what was drawn is wiped", () => {
    const { given, next } = scripted(GOOD);
    const material = randomMaterial(draftOf(), next);
    expect(toHex(material.expose())).toBe("0123456789ABCDEF1032547698BADCFE");
    expect(given.every((bytes) => bytes.every((byte) => byte === 0))).toBe(true);
  });

  it("of AES and HMAC is as it was drawn", () => {
    expect(toHex(randomMaterial(draftOf({ algorithm: "AES" }), scripted(GOOD).next).expose())).toBe(GOOD);
    const hmac = draftOf({ usage: "M7", algorithm: "HMAC" });
    expect(toHex(randomMaterial(hmac, scripted(GOOD).next).expose())).toBe(GOOD);
  });

  it("that is weak is drawn again, a few times", () => {
    const { given, next } = scripted(WEAK, WEAK, WEAK, GOOD);
    expect(toHex(randomMaterial(draftOf(), next).expose())).toBe("0123456789ABCDEF1032547698BADCFE");
    expect(given).toHaveLength(4);
    const broken = scripted(WEAK, WEAK, WEAK, WEAK, GOOD);
    expect(refusalOf(() => randomMaterial(draftOf(), broken.next)).reason).toBe("KEY_MATERIAL_INVALID");
  });
});

describe("a block cipher in memory", () => {
  const KEY = "000102030405060708090A0B0C0D0E0F1F1E1D1C1B1A19180706050403020100";
  const cases = [
    ["ofTdes", 8, des],
    ["ofTdes", 16, tdes],
    ["ofTdes", 24, tdes],
    ["ofAes", 16, aes],
    ["ofAes", 24, aes],
    ["ofAes", 32, aes],
  ] as const;

  it.each(cases)("%s, key of %i bytes", (maker, length, reference) => {
    const key = KEY.slice(0, 2 * length);
    const cipher = SoftwareBlockCipher[maker](SecretBytes.take(fromHex(key)));
    const other: HexCipher = reference(key);
    const size = other.blockDigits;
    const [first, second, iv] = ["11", "5A", "C3"].map((byte) => byte.repeat(size / 2)) as [string, string, string];
    expect(cipher.blockLength).toBe(size / 2);
    expect(toHex(cipher.encryptEcb(fromHex(first + second)))).toBe(other.encrypt(first) + other.encrypt(second));
    expect(toHex(cipher.decryptEcb(fromHex(first)))).toBe(other.decrypt(first));
    const head = other.encrypt(xorHex(first, iv));
    const chained = head + other.encrypt(xorHex(second, head));
    expect(toHex(cipher.encryptCbc(fromHex(iv), fromHex(first + second)))).toBe(chained);
    expect(toHex(cipher.decryptCbc(fromHex(iv), fromHex(chained)))).toBe(first + second);
    const zeroHead = other.encrypt(first);
    expect(toHex(cipher.cbcResidue(fromHex(first + second)))).toBe(other.encrypt(xorHex(second, zeroHead)));
  });

  it("has no other key lengths", () => {
    for (const length of [0, 7, 15, 32])
      expect(() => SoftwareBlockCipher.ofTdes(SecretBytes.alloc(length))).toThrow(RangeError);
    for (const length of [0, 8, 17, 64]) expect(() => SoftwareBlockCipher.ofAes(SecretBytes.alloc(length))).toThrow(RangeError);
  });

  it("wipes its key", () => {
    const cipher = SoftwareBlockCipher.ofAes(SecretBytes.take(fromHex(GOOD)));
    cipher.wipe();
    expect(toHex(cipher.encryptEcb(Buffer.alloc(16)))).toBe(aes("00".repeat(16)).encrypt("00".repeat(16)));
  });
});

describe("an initial key id", () => {
  it("is whole in both forms of TDES", () => {
    const whole = "FFFF9876543210E00000";
    expect(toHex(readInitialKeyId({ algorithm: "TDES" }, fromHex(whole)))).toBe(whole);
    expect(toHex(readInitialKeyId({ algorithm: "TDES" }, fromHex(whole.slice(4))))).toBe(whole);
  });

  it("of AES is 8 bytes, whatever they are", () => {
    expect(toHex(readInitialKeyId({ algorithm: "AES" }, fromHex("FFFFFFFFFFFFFFFF")))).toBe("FFFFFFFFFFFFFFFF");
    expect(refusalOf(() => readInitialKeyId({ algorithm: "AES" }, Buffer.alloc(10))).reason).toBe("INITIAL_KEY_ID_INVALID");
  });
});
