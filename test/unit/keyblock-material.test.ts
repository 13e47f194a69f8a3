import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { SecretBytes } from "../../src/base/index.js";
import {
  checkKeyMaterial,
  computeAesCheckValue,
  computeTdesCheckValue,
  exportPartOf,
  type KeyHeaderDraft,
  partLengths,
  splitKeyMaterial,
} from "../../src/keyblock/index.js";
import { ALL_KINDS, draftOf } from "../support/key-headers.js";
import { refusalOf } from "../support/refusals.js";
import { softwareAes, softwareTdes } from "../support/software-cipher.js";

const secret = (hex: string): SecretBytes => SecretBytes.take(Buffer.from(hex, "hex"));
const check = (changes: Partial<KeyHeaderDraft>, hex: string): void => checkKeyMaterial(draftOf(changes), secret(hex));

const GOOD = "3B7A1C5E9D2F4068A1B2C3D4E5F60718";
/** FIPS 74's list, written out again. */
const WEAK = [
  "0101010101010101 FEFEFEFEFEFEFEFE 1F1F1F1F0E0E0E0E E0E0E0E0F1F1F1F1",
  "01FE01FE01FE01FE FE01FE01FE01FE01 1FE01FE00EF10EF1 E01FE01FF10EF10E",
  "01E001E001F101F1 E001E001F101F101 1FFE1FFE0EFE0EFE FE1FFE1FFE0EFE0E",
  "011F011F010E010E 1F011F010E010E01 E0FEE0FEF1FEF1FE FEE0FEE0FEF1FEF1",
].flatMap((line) => line.split(" "));

const flipParity = (hex: string): string => Buffer.from(Buffer.from(hex, "hex").map((byte) => byte ^ 1)).toString("hex");

describe("key material", () => {
  it("that is random is taken, for every kind of key", () => {
    for (const draft of ALL_KINDS) {
      const material = SecretBytes.take(randomBytes(draft.keyLength));
      expect(() => checkKeyMaterial(draft, material)).not.toThrow();
    }
  });

  it.each(WEAK)("with the weak or semi-weak DES key %s in it is refused, whatever its parity", (weak) => {
    const single = { usage: "M1", algorithm: "DES", keyLength: 8 } as const;
    const half = GOOD.slice(0, 16);
    for (const bytes of [weak, flipParity(weak)]) {
      expect(refusalOf(() => check(single, bytes)).reason).toBe("KEY_MATERIAL_INVALID");
      expect(refusalOf(() => check({}, bytes + half)).reason).toBe("KEY_MATERIAL_INVALID");
      expect(refusalOf(() => check({}, half + bytes)).reason).toBe("KEY_MATERIAL_INVALID");
      expect(refusalOf(() => check({ keyLength: 24 }, GOOD + bytes)).reason).toBe("KEY_MATERIAL_INVALID");
    }
  });

  it("with two equal DES components is refused, whatever their parity", () => {
    const [first, second] = [GOOD.slice(0, 16), GOOD.slice(16)];
    expect(refusalOf(() => check({}, first + first)).reason).toBe("KEY_MATERIAL_INVALID");
    expect(refusalOf(() => check({}, first + flipParity(first))).reason).toBe("KEY_MATERIAL_INVALID");
    for (const triple of [first + first + second, first + second + second, first + second + first]) {
      expect(refusalOf(() => check({ keyLength: 24 }, triple)).reason).toBe("KEY_MATERIAL_INVALID");
    }
    expect(() => check({}, first + second)).not.toThrow();
  });

  it("of zeros is refused", () => {
    for (const draft of ALL_KINDS) {
      expect(refusalOf(() => checkKeyMaterial(draft, SecretBytes.alloc(draft.keyLength))).field).toBe("material");
    }
  });

  it("of another length than the header's is refused", () => {
    for (const draft of ALL_KINDS) {
      for (const length of [0, draft.keyLength - 1, draft.keyLength + 1, draft.keyLength + 8]) {
        const material = SecretBytes.take(randomBytes(length));
        expect(refusalOf(() => checkKeyMaterial(draft, material)).reason).toBe("KEY_MATERIAL_INVALID");
      }
    }
  });

  const KNOWN: readonly (readonly [string, Partial<KeyHeaderDraft>])[] = [
    ["0123456789ABCDEFFEDCBA9876543210", {}],
    ["0022446688AACCEEFEDCBA9876543210", {}],
    ["6AC292FAA1315B4D858AB3A3D7D5933A", {}],
    ["FEDCBA9876543210F1F1F1F1F1F1F1F1", { algorithm: "AES" }],
    ["77777777777777777777777777777777", { algorithm: "AES" }],
    ["0123456789ABCDEF", { usage: "M1", algorithm: "DES", keyLength: 8 }],
  ];

  it.each(KNOWN)("that is printed somewhere, %s, is refused in production and taken in test", (hex, changes) => {
    expect(() => check({ ...changes, environment: "test" }, hex)).not.toThrow();
    const refusal = refusalOf(() => check({ ...changes, environment: "production" }, hex));
    expect(refusal).toMatchObject({ reason: "KEY_MATERIAL_INVALID", requirement: "PCI PIN 17" });
  });

  it("keeps its parity: nothing is adjusted", () => {
    const material = secret(GOOD);
    checkKeyMaterial(draftOf(), material);
    expect(material.expose().toString("hex").toUpperCase()).toBe(GOOD);
  });
});

describe("the parts of a key", () => {
  const partsOf = (changes: Partial<KeyHeaderDraft>, hex: string): string[] =>
    splitKeyMaterial(draftOf(changes), secret(hex)).map((part) => part.expose().toString("hex").toUpperCase());
  const [left, right] = [GOOD.slice(0, 16), GOOD.slice(16)];

  it("are the key itself, for most", () => {
    expect(partsOf({}, GOOD)).toEqual([GOOD]);
    expect(partsOf({ usage: "M0" }, GOOD)).toEqual([GOOD]);
    expect(partsOf({ algorithm: "AES" }, GOOD)).toEqual([GOOD]);
  });

  it("are K‖K of a DES key", () => {
    expect(partsOf({ usage: "M1", algorithm: "DES", keyLength: 8 }, left)).toEqual([left + left]);
  });

  it("are KL‖KL and KL‖KR of a retail MAC key", () => {
    expect(partsOf({ usage: "M3" }, GOOD)).toEqual([left + left, left + right]);
  });

  it("are the BDK and its variant", () => {
    expect(partsOf({ usage: "B0" }, "00112233445566778899AABBCCDDEEFF")).toEqual([
      "00112233445566778899AABBCCDDEEFF",
      "C0D1E2F34455667748596A7BCCDDEEFF",
    ]);
  });

  it("are both variants of a key block protection key of A or C, and the key itself", () => {
    for (const keyBlockVersion of ["A", "C"] as const) {
      expect(partsOf({ usage: "K1", keyBlockVersion }, "00112233445566778899AABBCCDDEEFF")).toEqual([
        "4554677601102332CDDCEFFE8998ABBA",
        "4D5C6F7E09182B3AC5D4E7F68190A3B2",
        "00112233445566778899AABBCCDDEEFF",
      ]);
    }
  });

  it("to export are there of an exportable key only: the key itself, of DES K‖K", () => {
    const exported = (changes: Partial<KeyHeaderDraft>, hex: string): string | undefined =>
      exportPartOf(draftOf(changes), SecretBytes.take(Buffer.from(hex, "hex")))
        ?.expose()
        .toString("hex")
        .toUpperCase();
    expect(exported({}, GOOD)).toBeUndefined();
    for (const exportability of ["E", "S"] as const) {
      expect(exported({ exportability }, GOOD)).toBe(GOOD);
      expect(exported({ exportability, usage: "B0" }, GOOD)).toBe(GOOD);
      expect(exported({ exportability, usage: "M1", algorithm: "DES", keyLength: 8 }, left)).toBe(left + left);
    }
    for (const draft of ALL_KINDS) {
      const lengths = partLengths({ ...draft, exportability: "E" });
      expect(lengths).toEqual([...partLengths(draft), Math.max(16, draft.keyLength)]);
    }
  });

  it("have the lengths that are promised", () => {
    for (const draft of ALL_KINDS) {
      const parts = splitKeyMaterial(draft, SecretBytes.alloc(draft.keyLength));
      expect(parts.map((part) => part.length)).toEqual(partLengths(draft));
    }
  });

  it("are not made of a key of another length", () => {
    expect(() => partsOf({}, left)).toThrow(RangeError);
  });
});

describe("check values", () => {
  it("show three bytes of a TDES key and five of an AES key", () => {
    const tdes = computeTdesCheckValue(softwareTdes(Buffer.from("DDDDEEEEFFFFAAAABBBBCCCCDDDDEEEE", "hex")));
    expect(tdes).toEqual({ method: "TDES_ECB", value: Buffer.from("06332B", "hex") });
    const aes = computeAesCheckValue(softwareAes(Buffer.from("3F419E1CB7079442AA37474C2EFBF8B8", "hex")));
    expect(aes).toEqual({ method: "AES_CMAC", value: Buffer.from("08793E25AB", "hex") });
  });
});
