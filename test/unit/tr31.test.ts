import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { Refusal, SecretBytes } from "../../src/base/index.js";
import {
  openTr31,
  parseTr31Header,
  readTr31Header,
  sealTr31,
  TR31_RULES,
  TR31_VERSIONS,
  type Tr31HeaderFields,
  type Tr31Protection,
  type Tr31Version,
  writeTr31Header,
} from "../../src/keyblock/tr31/index.js";
import { openKeyBlock } from "../reference/tr31.js";
import { refusalOf } from "../support/refusals.js";
import { forgeTr31, softwareRandom, softwareTr31 } from "../support/software-tr31.js";

const EVERY_VERSION = { versions: TR31_VERSIONS };
const KBPK = Buffer.from("1D22BF32387C600AD97F9B97A51311AC", "hex");
const KEY_HEX = "E8BC63E5479455E26577F715D587FE68";
const asBlock = (text: string): Buffer => Buffer.from(text, "latin1");
const toHex = (bytes: Buffer): string => bytes.toString("hex").toUpperCase();
const secret = (hex: string): SecretBytes => SecretBytes.take(Buffer.from(hex, "hex"));

const PROTECTIONS: Readonly<Record<Tr31Version, Tr31Protection>> = {
  A: softwareTr31("A", KBPK),
  B: softwareTr31("B", KBPK),
  C: softwareTr31("C", KBPK),
  D: softwareTr31("D", KBPK),
};

function fieldsOf(version: Tr31Version, changes: Partial<Tr31HeaderFields> = {}): Tr31HeaderFields {
  return {
    version,
    keyUsage: "P0",
    algorithm: "T",
    modeOfUse: "E",
    keyVersion: "12",
    exportability: "N",
    optionalBlocks: [{ id: "KS", data: "00604B120F9292800000" }],
    ...changes,
  };
}

/** A payload of whole cipher blocks: the stated bits, then `content`, then zeros. */
function payloadOf(version: Tr31Version, bits: number, content: Buffer): Buffer {
  const { blockLength } = TR31_RULES[version];
  const payload = Buffer.alloc(Math.ceil((2 + content.length) / blockLength) * blockLength);
  payload.writeUInt16BE(bits, 0);
  content.copy(payload, 2);
  return payload;
}

function bodyLength(version: Tr31Version, payload: Buffer): number {
  return 2 * (payload.length + TR31_RULES[version].macLength);
}

/** An authentic block of any version, of any payload. */
function forge(version: Tr31Version, changes: Partial<Tr31HeaderFields> = {}, payload?: Buffer): string {
  const whole = payload ?? payloadOf(version, 128, Buffer.from(KEY_HEX, "hex"));
  const header = writeTr31Header(fieldsOf(version, changes), bodyLength(version, whole));
  return forgeTr31(PROTECTIONS[version], header, whole);
}

const open = (version: Tr31Version, block: Buffer) => openTr31(block, PROTECTIONS[version], EVERY_VERSION);

function expectInvalid(work: () => unknown): void {
  const { reason, field, requirement, cause } = refusalOf(work);
  expect([reason, field, requirement, cause]).toEqual(["KEY_BLOCK_INVALID", undefined, undefined, undefined]);
}

/** What of a protection was called, in order, and the buffers that went through it. */
function watch(protection: Tr31Protection): { calls: string[]; buffers: Buffer[]; protection: Tr31Protection } {
  const calls: string[] = [];
  const buffers: Buffer[] = [];
  const seen = (name: string, buffer: Buffer): Buffer => {
    calls.push(name);
    buffers.push(buffer);
    return buffer;
  };
  return {
    calls,
    buffers,
    protection: {
      ...protection,
      mac: (data) => protection.mac(seen("mac", data)),
      decryptCbc: (iv, ciphertext) => seen("decrypt", protection.decryptCbc(iv, ciphertext)),
    },
  };
}

/** The secrets that were made in the course of some work and hold something after it. */
function remainsOf(work: () => unknown): string[] {
  const alloc = vi.spyOn(SecretBytes, "alloc");
  try {
    work();
    const made = alloc.mock.results.map(({ value }) => value as SecretBytes);
    return made.map((one) => toHex(one.expose())).filter((hex) => !/^0*$/.test(hex));
  } finally {
    alloc.mockRestore();
  }
}

describe.each(TR31_VERSIONS)("a key block of version %s", (version) => {
  const block = asBlock(forge(version));
  const { headerLength } = parseTr31Header(block);

  it("opens", () => {
    expect(toHex(open(version, block).key.expose())).toBe(KEY_HEX);
    expect(openKeyBlock(block.toString("latin1"), toHex(KBPK))?.key).toBe(KEY_HEX);
  });

  it("is refused with any bit of its header flipped, and of its body", () => {
    expect(headerLength).toBeGreaterThanOrEqual(40);
    for (let bit = 0; bit < 8 * block.length; bit++) {
      const flipped = Buffer.from(block);
      flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (0x80 >> (bit & 7)), bit >> 3);
      expectInvalid(() => open(version, flipped));
    }
  });

  it("is refused with any character of its header replaced by any other", () => {
    for (let index = 0; index < headerLength; index++) {
      for (let character = 0x20; character < 0x7f; character++) {
        if (block[index] === character) continue;
        const changed = Buffer.from(block);
        changed.writeUInt8(character, index);
        expectInvalid(() => open(version, changed));
      }
    }
  });

  it("is refused with something before it, after it, or missing from it", () => {
    for (const extra of ["\0", "\n", "0", "00", "0".repeat(32)]) {
      expectInvalid(() => open(version, Buffer.concat([block, asBlock(extra)])));
      expectInvalid(() => open(version, Buffer.concat([asBlock(extra), block])));
    }
    for (let length = 0; length < block.length; length++) expectInvalid(() => open(version, block.subarray(0, length)));
  });

  it("is refused when its stated length is corrected after it was cut or lengthened", () => {
    for (const change of [-16, -8, -2, -1, 1, 2, 8, 16, 32]) {
      const text = block
        .toString("latin1")
        .padEnd(block.length + change, "0")
        .slice(0, block.length + change);
      const stated = text.slice(0, 1) + String(text.length).padStart(4, "0") + text.slice(5);
      expectInvalid(() => open(version, asBlock(stated)));
    }
  });

  it("is refused in lower-case hex", () => {
    const text = block.toString("latin1");
    const lower = text.slice(0, headerLength) + text.slice(headerLength).toLowerCase();
    expect(lower).not.toBe(text);
    expectInvalid(() => open(version, asBlock(lower)));
  });

  it("is refused with a MAC that is shorter, longer, or whole zeros", () => {
    const { macLength } = TR31_RULES[version];
    const text = block.toString("latin1");
    const withoutMac = text.slice(0, -2 * macLength);
    const relength = (body: string): string => body.slice(0, 1) + String(body.length).padStart(4, "0") + body.slice(5);
    for (const digits of [0, 2, 8, 16, 24, 32, 64].filter((candidate) => candidate !== 2 * macLength)) {
      expectInvalid(() =>
        open(
          version,
          asBlock(
            relength(
              withoutMac +
                text
                  .slice(-2 * macLength)
                  .padEnd(digits, "0")
                  .slice(0, digits),
            ),
          ),
        ),
      );
    }
    expectInvalid(() => open(version, asBlock(withoutMac + "0".repeat(2 * macLength))));
  });

  it("is refused by a protection of another version, unused", () => {
    for (const other of TR31_VERSIONS.filter((candidate) => candidate !== version)) {
      const { calls, protection } = watch(PROTECTIONS[other]);
      expectInvalid(() => openTr31(block, protection, EVERY_VERSION));
      expect(calls).toEqual([]);
    }
  });

  it("is refused by a policy without its version, before any key is used", () => {
    const { calls, protection } = watch(PROTECTIONS[version]);
    expectInvalid(() => openTr31(block, protection, { versions: TR31_VERSIONS.filter((candidate) => candidate !== version) }));
    expect(calls).toEqual([]);
  });

  it("is opened by the default policy only when it is B or D", () => {
    const work = () => openTr31(block, PROTECTIONS[version]).header.version;
    if (version === "B" || version === "D") expect(work()).toBe(version);
    else expectInvalid(work);
  });

  it("is refused before any key is used when its form is wrong", () => {
    const { calls, protection } = watch(PROTECTIONS[version]);
    const wrong = Buffer.from(block);
    wrong.write("g", wrong.length - 1);
    expectInvalid(() => openTr31(wrong, protection, EVERY_VERSION));
    expectInvalid(() => openTr31(block.subarray(1), protection, EVERY_VERSION));
    expect(calls).toEqual([]);
  });

  it("leaves nothing of a payload whose MAC is wrong", () => {
    const { calls, buffers, protection } = watch(PROTECTIONS[version]);
    const wrong = Buffer.from(block);
    const last = wrong.length - 1;
    wrong.write(wrong.toString("latin1", last) === "0" ? "1" : "0", last);
    expectInvalid(() => openTr31(wrong, protection, EVERY_VERSION));
    const covers = TR31_RULES[version].macCovers;
    expect(calls).toEqual(covers === "payload" ? ["decrypt", "mac"] : ["mac"]);
    // The MAC of A and C covers what was sent, which is no secret.
    if (covers === "payload") for (const buffer of buffers) expect(buffer.every((byte) => byte === 0)).toBe(true);
  });

  it("leaves nothing but the key when it is opened", () => {
    const { calls, buffers, protection } = watch(PROTECTIONS[version]);
    expect(toHex(openTr31(block, protection, EVERY_VERSION).key.expose())).toBe(KEY_HEX);
    expect([...calls].sort()).toEqual(["decrypt", "mac"]);
    const clear = buffers[calls.indexOf("decrypt")];
    expect(clear?.every((byte) => byte === 0)).toBe(true);
  });

  it("is refused when the key has not a length of its algorithm, authentic as it is", () => {
    const content = Buffer.alloc(78, 0x5a);
    const allowed: Readonly<Record<string, readonly number[]>> = {
      D: [64],
      T: [128, 192],
      A: [128, 192, 256],
      H: [128, 192, 256, 320, 384, 448, 512],
    };
    for (const [algorithm, lengths] of Object.entries(allowed)) {
      for (const bits of [
        0, 1, 8, 56, 63, 64, 65, 112, 127, 128, 129, 168, 192, 193, 256, 320, 384, 448, 512, 576, 624, 65535,
      ]) {
        const forged = asBlock(forge(version, { algorithm }, payloadOf(version, bits, content)));
        if (lengths.includes(bits)) expect(open(version, forged).key.length).toBe(bits / 8);
        else expectInvalid(() => open(version, forged));
      }
    }
  });

  it("is refused when the key is longer than the payload", () => {
    const payload = Buffer.alloc(16, 0x5a);
    payload.writeUInt16BE(128, 0);
    expectInvalid(() => open(version, asBlock(forge(version, {}, payload))));
  });

  it("is refused when it is authentic and has no payload", () => {
    expectInvalid(() => open(version, asBlock(forge(version, {}, Buffer.alloc(0)))));
  });

  it("is refused when it is authentic and states another length than it has", () => {
    const payload = payloadOf(version, 128, Buffer.from(KEY_HEX, "hex"));
    for (const change of [-16, -1, 1, 16]) {
      const header = writeTr31Header(fieldsOf(version), bodyLength(version, payload) + change);
      expectInvalid(() => open(version, asBlock(forgeTr31(PROTECTIONS[version], header, payload))));
    }
  });

  it("leaves no secret but the key, opened or refused", () => {
    const wrongMac = Buffer.from(block);
    wrongMac.write(wrongMac.toString("latin1", wrongMac.length - 1) === "0" ? "1" : "0", wrongMac.length - 1);
    const wrongLength = asBlock(forge(version, {}, payloadOf(version, 136, Buffer.alloc(30, 0x5a))));
    expect(remainsOf(() => expectInvalid(() => open(version, wrongMac)))).toEqual([]);
    expect(remainsOf(() => expectInvalid(() => open(version, wrongLength)))).toEqual([]);
    expect(remainsOf(() => open(version, block))).toEqual([KEY_HEX]);
  });

  it("is refused when its algorithm is none that is served", () => {
    for (const algorithm of ["R", "E", "S", "0"]) expectInvalid(() => open(version, asBlock(forge(version, { algorithm }))));
  });
});

describe("a header's optional blocks", () => {
  /** An authentic block whose header is written by hand, so that it may be one that `writeTr31Header` would not write. */
  function withBlocks(version: Tr31Version, count: number, blocks: string): Buffer {
    const payload = payloadOf(version, 128, Buffer.from(KEY_HEX, "hex"));
    const length = 16 + blocks.length + bodyLength(version, payload);
    const header = `${version}${String(length).padStart(4, "0")}P0TE00E${String(count).padStart(2, "0")}00${blocks}`;
    return asBlock(forgeTr31(PROTECTIONS[version], header, payload));
  }

  it("are read when the header fills whole cipher blocks", () => {
    expect(open("B", withBlocks("B", 2, "T104PB04")).header.optionalBlocks).toEqual([
      { id: "T1", data: "" },
      { id: "PB", data: "" },
    ]);
  });

  it.each([
    ["twice the same", 2, "T104T104"],
    ["padding first", 2, "PB04T104"],
    ["a header of 12 bytes more", 1, "T10C00000000"],
    ["more than the count says", 1, "T104T204"],
    ["fewer than the count says", 3, "T104T204"],
    ["a small id", 2, "t104T204"],
    ["a sign as id", 2, "T*04T204"],
    ["a small hex digit", 1, "T10c00000000PB04"],
    ["a short length of 3", 2, "T103T205"],
    ["a control character", 1, "T10800\t0"],
    ["a byte beyond ASCII", 1, "T10800\xff0"],
    ["an extended length where the short one reaches", 1, `T10004${"0100"}${"x".repeat(0x100 - 10)}`],
    ["an extended length of two digits", 1, `T100020100${"x".repeat(0x100 - 10)}`],
    ["an extended length of six digits", 1, `T100060108${"x".repeat(0x108 - 10)}`],
    ["an extended length without digits", 1, "T1000000"],
    ["an extended length of 0", 1, "T1000400000000000"],
  ])("are refused: %s", (_what, count, blocks) => {
    expectInvalid(() => open("B", withBlocks("B", count, blocks)));
  });

  it("that reach beyond the text are refused", () => {
    expect(readTr31Header("B0000P0TE00N0100KS06xx").headerLength).toBe(22);
    expectInvalid(() => readTr31Header("B0000P0TE00N0100KS07xx"));
    expectInvalid(() => readTr31Header("B0000P0TE00N0100KS"));
  });

  it("fill whole blocks of 16 in version D", () => {
    expect(open("D", withBlocks("D", 2, "T104PB0C00000000")).header.optionalBlocks).toHaveLength(2);
    expectInvalid(() => open("D", withBlocks("D", 2, "T104PB04")));
  });

  it("of other reserved digits, or of a component, are refused", () => {
    const payload = payloadOf("B", 128, Buffer.from(KEY_HEX, "hex"));
    for (const header of ["B0080P0TE00E0001", "B0080P0TE00E0010", "B0080P0TEc1E0000", "B0080P0TE00X0000", "B0080p0TE00E0000"]) {
      expectInvalid(() => open("B", asBlock(forgeTr31(PROTECTIONS.B, header, payload))));
    }
    expect(open("B", asBlock(forgeTr31(PROTECTIONS.B, "B0080P0TE00E0000", payload))).key.length).toBe(16);
  });
});

const ID_CHARACTERS = [..."0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
const character = fc.constantFrom(...ID_CHARACTERS);
const printable = (maxLength: number): fc.Arbitrary<string> =>
  fc.array(fc.integer({ min: 0x20, max: 0x7e }), { maxLength }).map((codes) => String.fromCharCode(...codes));
const pair = fc.tuple(character, character).map((two) => two.join(""));
const derivationBound = fc.constantFrom("B" as const, "D" as const);

const optionalBlocks = fc.uniqueArray(
  fc.record({ id: pair.filter((id) => id !== "PB"), data: fc.oneof(printable(20), printable(300)) }),
  { maxLength: 4, selector: ({ id }) => id },
);

const kindOfKey = fc.constantFrom(
  ...[
    { algorithm: "D", lengths: [8], obscured: 24 },
    { algorithm: "T", lengths: [16, 24], obscured: 24 },
    { algorithm: "A", lengths: [16, 24, 32], obscured: 32 },
  ].flatMap(({ algorithm, lengths, obscured }) => lengths.map((length) => ({ algorithm, length, obscured }))),
  ...[16, 24, 32, 40, 48, 56, 64].map((length) => ({ algorithm: "H", length, obscured: length })),
);

const fields = fc.record({
  keyUsage: pair,
  modeOfUse: character,
  keyVersion: pair,
  exportability: fc.constantFrom("E", "N", "S"),
  optionalBlocks,
});

describe("any key", () => {
  it("comes out of its block as it went in, for the product and for the reference", () => {
    fc.assert(
      fc.property(
        derivationBound,
        kindOfKey,
        fields,
        fc.uint8Array({ minLength: 64, maxLength: 64 }),
        (version, kind, rest, bytes) => {
          const keyBytes = Buffer.from(bytes).subarray(0, kind.length);
          const sealed = { ...rest, version, algorithm: kind.algorithm };
          const text = sealTr31(sealed, SecretBytes.take(Buffer.from(keyBytes)), PROTECTIONS[version], softwareRandom);
          const { header, key } = openTr31(asBlock(text), PROTECTIONS[version]);
          expect(toHex(key.expose())).toBe(toHex(keyBytes));
          expect({ ...header, length: 0, optionalBlocks: [] }).toEqual({ ...sealed, length: 0, optionalBlocks: [] });
          expect(header.optionalBlocks.filter(({ id }) => id !== "PB")).toEqual(rest.optionalBlocks);
          const { headerLength } = parseTr31Header(asBlock(text));
          expect(writeTr31Header(header, text.length - headerLength)).toBe(text.slice(0, headerLength));
          const { blockLength, macLength } = TR31_RULES[version];
          const payload = (text.length - headerLength) / 2 - macLength;
          expect(payload).toBe(Math.ceil((2 + kind.obscured) / blockLength) * blockLength);
          const reference = openKeyBlock(text, toHex(KBPK));
          expect([reference?.key, reference?.header]).toEqual([toHex(keyBytes), text.slice(0, headerLength)]);
        },
      ),
      { numRuns: 200 },
    );
  });

  it("is padded with fresh random bytes", () => {
    const seal = () => sealTr31(fieldsOf("D"), secret(KEY_HEX), PROTECTIONS.D, softwareRandom);
    expect(new Set(Array.from({ length: 8 }, () => seal().slice(-32))).size).toBe(8);
  });

  it("leaves no other secret when it is sealed, or when the token fails", () => {
    const key = secret(KEY_HEX);
    const failing = { ...PROTECTIONS.D, encryptCbc: () => expect.fail("gone") };
    expect(remainsOf(() => sealTr31(fieldsOf("D"), key, PROTECTIONS.D, softwareRandom))).toEqual([]);
    expect(remainsOf(() => expect(() => sealTr31(fieldsOf("D"), key, failing, softwareRandom)).toThrow("gone"))).toEqual([]);
  });

  it("is not shown to a protection of another version", () => {
    const { calls, protection } = watch(PROTECTIONS.D);
    expect(() => sealTr31(fieldsOf("B"), secret(KEY_HEX), protection, softwareRandom)).toThrow(RangeError);
    expect(calls).toEqual([]);
  });

  it("stays the caller's: sealing neither changes nor wipes it, and wipes the padding", () => {
    const key = secret(KEY_HEX);
    const padding = Buffer.alloc(14, 0x77);
    sealTr31(fieldsOf("B"), key, PROTECTIONS.B, () => padding);
    expect(toHex(key.expose())).toBe(KEY_HEX);
    expect(padding.every((byte) => byte === 0)).toBe(true);
  });
});

function outcome(work: () => string): string {
  try {
    return work();
  } catch (error) {
    if (error instanceof Refusal && error.reason === "KEY_BLOCK_INVALID") return "refused";
    throw error;
  }
}

describe("bytes that nobody made with the key", () => {
  const versions = fc.constantFrom(...TR31_VERSIONS);

  it("are refused and nothing else happens", () => {
    fc.assert(
      fc.property(versions, fc.uint8Array({ maxLength: 400 }), (version, bytes) => {
        expect(outcome(() => open(version, Buffer.from(bytes)).key.toString())).toBe("refused");
      }),
      { numRuns: 5000 },
    );
  });

  it("are refused when they look like a key block", () => {
    const text = fc
      .array(fc.constantFrom(..."0123456789ABCDEFKSPBT"), { maxLength: 200 })
      .map((characters) => characters.join(""));
    fc.assert(
      fc.property(versions, text, fc.integer({ min: 0, max: 3 }), (version, body, count) => {
        const length = String(16 + body.length).padStart(4, "0");
        const block = asBlock(`${version}${length}P0TE00E0${count}00${body}`);
        expect(outcome(() => open(version, block).key.toString())).toBe("refused");
      }),
      { numRuns: 20_000 },
    );
  });

  it("are refused when they are a key block with bytes replaced, removed or added", () => {
    const change = fc.record({ at: fc.nat(200), remove: fc.nat(3), add: fc.uint8Array({ maxLength: 3 }) });
    fc.assert(
      fc.property(versions, fc.array(change, { minLength: 1, maxLength: 3 }), (version, changes) => {
        const original = asBlock(forge(version));
        const changed = changes.reduce<Buffer>(
          (block, { at, remove, add }) =>
            Buffer.concat([block.subarray(0, at), Buffer.from(add), block.subarray(Math.min(block.length, at + remove))]),
          original,
        );
        if (changed.equals(original)) return;
        expect(outcome(() => open(version, changed).key.toString())).toBe("refused");
      }),
      { numRuns: 3000 },
    );
  });
});

describe("an authentic block of any header and any payload", () => {
  it("is opened by the product only as the reference opens it", () => {
    const random = fc.record({
      version: fc.constantFrom(...TR31_VERSIONS),
      rest: fields,
      algorithm: fc.constantFrom("D", "T", "A", "H", "R"),
      bits: fc.oneof(fc.constantFrom(64, 128, 192, 256), fc.integer({ min: 0, max: 1000 })),
      content: fc.uint8Array({ minLength: 6, maxLength: 70 }),
    });
    let opened = 0;
    fc.assert(
      fc.property(random, ({ version, rest, algorithm, bits, content }) => {
        const block = forge(version, { ...rest, algorithm }, payloadOf(version, bits, Buffer.from(content)));
        const mine = outcome(() => toHex(open(version, asBlock(block)).key.expose()));
        if (mine === "refused") return;
        opened++;
        expect(openKeyBlock(block, toHex(KBPK))?.key).toBe(mine);
      }),
      { numRuns: 1000 },
    );
    // About one in twenty; far fewer would mean that nothing was compared.
    expect(opened).toBeGreaterThan(10);
  });
});

describe("what only a defect could ask for", () => {
  const seal = (changes: Partial<Tr31HeaderFields>, key = KEY_HEX, version: Tr31Version = "B") =>
    sealTr31(fieldsOf(version, changes), secret(key), PROTECTIONS[version], softwareRandom);

  it.each([
    ["a block of version A", () => seal({}, KEY_HEX, "A")],
    ["a block of version C", () => seal({}, KEY_HEX, "C")],
    ["a protection of another version", () => sealTr31(fieldsOf("B"), secret(KEY_HEX), PROTECTIONS.D, softwareRandom)],
    ["a TDES key of 8 bytes", () => seal({}, "0123456789ABCDEF")],
    ["an AES key of 20 bytes", () => seal({ algorithm: "A" }, "00".repeat(20))],
    ["an RSA key", () => seal({ algorithm: "R" })],
    ["a usage of 3 characters", () => seal({ keyUsage: "P00" })],
    ["an exportability that is none", () => seal({ exportability: "X" })],
    ["an optional block with a small id", () => seal({ optionalBlocks: [{ id: "ks", data: "" }] })],
    ["an optional block with a control character", () => seal({ optionalBlocks: [{ id: "KS", data: "\n" }] })],
    [
      "an optional block twice",
      () =>
        seal({
          optionalBlocks: [
            { id: "KS", data: "" },
            { id: "KS", data: "1" },
          ],
        }),
    ],
    [
      "padding that does not stand last",
      () =>
        seal({
          optionalBlocks: [
            { id: "PB", data: "" },
            { id: "KS", data: "" },
          ],
        }),
    ],
    ["a block of more than 9999 characters", () => seal({ optionalBlocks: [{ id: "CT", data: "x".repeat(9900) }] })],
    ["an optional block beyond every length", () => seal({ optionalBlocks: [{ id: "CT", data: "x".repeat(65_530) }] })],
    ["too little randomness", () => sealTr31(fieldsOf("B"), secret(KEY_HEX), PROTECTIONS.B, () => Buffer.alloc(3))],
    [
      "a MAC of another length when sealing",
      () => sealTr31(fieldsOf("B"), secret(KEY_HEX), { ...PROTECTIONS.B, mac: () => Buffer.alloc(4) }, softwareRandom),
    ],
    [
      "a MAC of another length when opening",
      () => openTr31(asBlock(forge("B")), { ...PROTECTIONS.B, mac: () => Buffer.alloc(4) }, EVERY_VERSION),
    ],
    ["a protection of other lengths", () => openTr31(asBlock(forge("B")), { ...PROTECTIONS.B, macLength: 4 }, EVERY_VERSION)],
  ])("throws: %s", (_what, work) => {
    expect(work).toThrow(RangeError);
  });
});
