import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SecretBytes } from "../../src/base/index.js";
import { SealedKeyHeader } from "../../src/gen/pinmac/engine/v1/sealed_key.js";
import {
  encodeSealedKeyBody,
  finishSealedKey,
  type KeyHeader,
  parseSealedKey,
  partLengths,
  sealAuthenticatedData,
} from "../../src/keyblock/index.js";
import { ALL_KINDS, headerOf, headerOfDraft } from "../support/key-headers.js";
import { refusalOf } from "../support/refusals.js";

const SEAL = Buffer.alloc(16, 0x5e);

function wrappedPartsOf(header: KeyHeader): Buffer[] {
  return partLengths(header).map((length, index) => Buffer.alloc(length + 8, index + 1));
}

function sealedKeyOf(header: KeyHeader): Buffer {
  return finishSealedKey(encodeSealedKeyBody(header, wrappedPartsOf(header)), SEAL);
}

/** A sealed key around header bytes that nobody here would write. */
function frameAround(headerBytes: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(headerBytes.length);
  const part = Buffer.alloc(24, 1);
  return Buffer.concat([Buffer.from("PMSK\x01"), length, headerBytes, Buffer.of(1, 0, 24), part, SEAL]);
}

function headerBytesOf(header: KeyHeader): Buffer {
  const sealed = sealedKeyOf(header);
  return sealed.subarray(7, 7 + sealed.readUInt16BE(5));
}

const reasonOf = (bytes: Buffer): string => refusalOf(() => parseSealedKey(bytes)).reason;

const anyHeader = fc
  .record({
    draft: fc.constantFrom(...ALL_KINDS),
    version: fc.integer({ min: 1, max: 0xffff_ffff }),
    owner: fc.constantFrom("", "Acme", "Ваша компания", "甲 & 乙"),
    environment: fc.constantFrom("test" as const, "production" as const),
    notBefore: fc.option(fc.nat(), { nil: undefined }),
    lasting: fc.option(fc.integer({ min: 1 }), { nil: undefined }),
  })
  .map(({ draft, version, owner, environment, notBefore, lasting }) =>
    headerOfDraft({
      ...draft,
      version,
      owner,
      environment,
      ...(notBefore !== undefined && { notBefore }),
      ...(lasting !== undefined && { notAfter: (notBefore ?? 0) + lasting }),
    }),
  );

describe("a sealed key", () => {
  it("gives back the header, the parts and the seal it was made of", () => {
    fc.assert(
      fc.property(anyHeader, (header) => {
        const parts = wrappedPartsOf(header);
        const body = encodeSealedKeyBody(header, parts);
        const parsed = parseSealedKey(finishSealedKey(body, SEAL));
        expect(parsed.header).toEqual(header);
        expect(parsed.wrappedParts).toEqual(parts);
        expect(parsed.cmac).toEqual(SEAL);
        expect(parsed.authenticatedData).toEqual(sealAuthenticatedData(body));
      }),
    );
  });

  it("with any one bit flipped is refused, or is other data or another seal", () => {
    for (const draft of ALL_KINDS) {
      const sealed = sealedKeyOf(headerOfDraft(draft));
      const original = parseSealedKey(sealed);
      for (let bit = 0; bit < sealed.length * 8; bit++) {
        const flipped = Buffer.from(sealed);
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(outcomeOf(flipped, original)).not.toBe("unnoticed");
      }
    }
  });

  function outcomeOf(bytes: Buffer, original: ReturnType<typeof parseSealedKey>): string {
    let parsed: ReturnType<typeof parseSealedKey>;
    try {
      parsed = parseSealedKey(bytes);
    } catch (error) {
      expect(error).toMatchObject({ reason: "SEALED_KEY_INVALID" });
      return "refused";
    }
    const sameData = parsed.authenticatedData.equals(original.authenticatedData);
    return sameData && parsed.cmac.equals(original.cmac) ? "unnoticed" : "different";
  }

  it.each([0, 1, 2, 3, 4])("with another byte %i at its head is of no format known here", (offset) => {
    const sealed = sealedKeyOf(headerOf());
    sealed[offset] = 2;
    expect(reasonOf(sealed)).toBe("SEALED_KEY_INVALID");
  });

  it("cut short anywhere, or with bytes behind it, is refused", () => {
    const sealed = sealedKeyOf(headerOf());
    for (let length = 0; length < sealed.length; length++)
      expect(reasonOf(sealed.subarray(0, length))).toBe("SEALED_KEY_INVALID");
    expect(reasonOf(Buffer.concat([sealed, Buffer.of(0)]))).toBe("SEALED_KEY_INVALID");
  });

  it("of random bytes is refused and nothing else", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (random, framed) => {
        const bytes = framed ? frameAround(Buffer.from(random)) : Buffer.from(random);
        expect(reasonOf(bytes)).toBe("SEALED_KEY_INVALID");
      }),
      { numRuns: 2000 },
    );
  });

  it("does not stay the same when the request's bytes change", () => {
    const sealed = sealedKeyOf(headerOf());
    const parsed = parseSealedKey(sealed);
    sealed.fill(0xff);
    expect(parsed.cmac).toEqual(SEAL);
    expect(parsed.header).toEqual(headerOf());
    expect(parsed.authenticatedData).toEqual(parseSealedKey(sealedKeyOf(headerOf())).authenticatedData);
  });
});

describe("the header of a sealed key", () => {
  const canonical = headerBytesOf(headerOf());

  it("stands for itself in the frame of these tests", () => {
    expect(parseSealedKey(frameAround(canonical)).header).toEqual(headerOf());
  });

  const rewritten = (changes: Partial<SealedKeyHeader>): Buffer =>
    Buffer.from(SealedKeyHeader.encode({ ...SealedKeyHeader.decode(canonical), ...changes }).finish());

  const WRONG: readonly (readonly [string, Buffer])[] = [
    ["an unknown field", Buffer.concat([canonical, Buffer.of(0xf8, 0x01, 0x01)])],
    ["a repeated field", Buffer.concat([canonical, Buffer.of(0x18, 0x01)])],
    ["fields in another order", Buffer.concat([canonical.subarray(18), canonical.subarray(0, 18)])],
    ["an explicit default", Buffer.concat([canonical, Buffer.of(0x8a, 0x01, 0x00)])],
    ["an unknown usage", rewritten({ usage: "K9" })],
    ["an unknown algorithm", rewritten({ algorithm: "SM4" })],
    ["an unknown mode of use", rewritten({ modeOfUse: "N" })],
    ["an unknown exportability", rewritten({ exportability: "" })],
    ["an unknown environment", rewritten({ environment: "staging" })],
    ["an unknown check value method", rewritten({ checkValueMethod: "SHA1" })],
    ["an unknown DUKPT type", rewritten({ dukptType: "AES_128" })],
    ["an unknown MAC scheme", rewritten({ mac: { scheme: "MD5", paddingMethod: 0, length: 8 } })],
    ["a wider mode of use for its usage", rewritten({ modeOfUse: "C" })],
    ["a short id", rewritten({ id: Buffer.alloc(15) })],
    ["a time before 1970", rewritten({ createdAt: -1n })],
    ["a time beyond all calendars", rewritten({ createdAt: 1n << 62n })],
    ["an owner that is no UTF-8", Buffer.from(canonical.toString("latin1").replace("Acme", "Ac\xff\xfe"), "latin1")],
  ];

  it.each(WRONG)("with %s is refused", (_name, bytes) => {
    expect(reasonOf(frameAround(bytes))).toBe("SEALED_KEY_INVALID");
  });

  it("must go with the number and length of the parts", () => {
    const bdk = headerBytesOf(headerOf({ usage: "B0", modeOfUse: "X", dukptType: "TDES_2KEY" }));
    expect(reasonOf(frameAround(bdk))).toBe("SEALED_KEY_INVALID");
    expect(reasonOf(frameAround(headerBytesOf(headerOf({ keyLength: 24 }))))).toBe("SEALED_KEY_INVALID");
  });
});

describe("making a sealed key", () => {
  it("takes only the parts of the header, a seal of 16 bytes and a UUID", () => {
    const header = headerOf();
    expect(() => encodeSealedKeyBody(header, [])).toThrow(RangeError);
    expect(() => encodeSealedKeyBody(header, [SecretBytes.alloc(16).expose()])).toThrow(RangeError);
    expect(() => finishSealedKey(encodeSealedKeyBody(header, wrappedPartsOf(header)), Buffer.alloc(8))).toThrow(RangeError);
    expect(() => encodeSealedKeyBody({ ...header, id: "no-uuid" }, wrappedPartsOf(header))).toThrow(RangeError);
  });
});
