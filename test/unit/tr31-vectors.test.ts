import { afterAll, describe, expect, it } from "vitest";
import { SecretBytes } from "../../src/base/index.js";
import {
  deriveTr31Keys,
  type OpenedTr31,
  openTr31,
  parseTr31Header,
  readTr31Header,
  sealTr31,
  TR31_VERSIONS,
  type Tr31Version,
  tr31Variant,
  writeTr31Header,
} from "../../src/keyblock/tr31/index.js";
import { computeCmac } from "../../src/mac/index.js";
import {
  derivedKeys,
  isHeaderReadable,
  keyBlockLength,
  openKeyBlock,
  rebuildHeader,
  sealKeyBlock,
  splitHeader,
  variantKeys,
} from "../reference/tr31.js";
import { refusalOf } from "../support/refusals.js";
import { softwareAes, softwareTdes } from "../support/software-cipher.js";
import { softwareRandom, softwareTr31 } from "../support/software-tr31.js";
import {
  DERIVATION_VECTORS,
  HEADER_VECTORS,
  type HeaderVector,
  KEY_BLOCK_VECTORS,
  NEGATIVE_VECTORS,
} from "../support/tr31-vectors.js";

const fromHex = (text: string): Buffer => Buffer.from(text, "hex");
const toHex = (bytes: Buffer): string => bytes.toString("hex").toUpperCase();
const asBlock = (text: string): Buffer => Buffer.from(text, "latin1");

/** Authentic blocks that the product refuses all the same, and why. */
const REFUSED_BY_PRODUCT: Readonly<Record<string, string>> = {
  "ISO 20038:2017 B.2": "version E is not of X9.143",
  "ANSI X9.143:2021 8.5": "RSA keys are not served",
  "ANSI X9.143:2021 8.6": "EC keys are not served",
  "psec:1": "a TDES key of 8 bytes",
};

const counts = { product: 0, reference: 0 };
const byProduct = (): void => void counts.product++;
const byReference = (): void => void counts.reference++;

afterAll(() => {
  const all = [KEY_BLOCK_VECTORS, DERIVATION_VECTORS, HEADER_VECTORS, NEGATIVE_VECTORS].map(({ length }) => length);
  process.stdout.write(
    `TR-31 vectors: ${all.join(" + ")}; run against the product ${counts.product}, against the reference ${counts.reference}\n`,
  );
});

function versionOf(letter: string): Tr31Version {
  const version = TR31_VERSIONS.find((known) => known === letter);
  if (version === undefined) throw new Error("no version of the product");
  return version;
}

/** Opens under whatever version the block says, as a KBPK bound to it would. */
function openAny(block: string, kbpk: string): OpenedTr31 {
  const version = TR31_VERSIONS.find((known) => known === block.slice(0, 1)) ?? "B";
  return openTr31(asBlock(block), softwareTr31(version, fromHex(kbpk)), { versions: TR31_VERSIONS });
}

describe("key block vectors", () => {
  it.each(KEY_BLOCK_VECTORS)("$id: the reference", (vector) => {
    byReference();
    const opened = openKeyBlock(vector.key_block, vector.kbpk);
    expect(opened).toEqual({
      header: vector.header,
      optionalBlocks: vector.optional_blocks.map(({ id, data }) => [id, data]),
      bits: vector.computed.key_length_bits,
      key: vector.key,
      padding: vector.computed.padding,
      mac: vector.computed.mac,
    });
    const keys =
      vector.version === "A" || vector.version === "C" ? variantKeys(vector.kbpk) : derivedKeys(vector.kbpk, vector.version);
    expect(keys).toEqual({ kbek: vector.computed.kbek, kbak: vector.computed.kbak });
    if (vector.version === "E") return;
    expect(sealKeyBlock(vector.header, vector.key, vector.computed.padding, vector.kbpk)).toBe(vector.key_block);
  });

  it.each(KEY_BLOCK_VECTORS.filter(({ id }) => REFUSED_BY_PRODUCT[id] === undefined))("$id: the product", (vector) => {
    byProduct();
    const { header, key } = openAny(vector.key_block, vector.kbpk);
    expect(toHex(key.expose())).toBe(vector.key);
    expect(header).toEqual({
      version: vector.version,
      length: vector.key_block.length,
      keyUsage: vector.key_usage,
      algorithm: vector.algorithm,
      modeOfUse: vector.mode_of_use,
      keyVersion: vector.key_version,
      exportability: vector.exportability,
      optionalBlocks: vector.optional_blocks,
    });
    expect(writeTr31Header(header, vector.key_block.length - vector.header.length)).toBe(vector.header);
  });

  it.each(KEY_BLOCK_VECTORS.filter(({ id }) => REFUSED_BY_PRODUCT[id] !== undefined))(
    "$id: refused by the product",
    (vector) => {
      byProduct();
      expect(refusalOf(() => openAny(vector.key_block, vector.kbpk)).reason).toBe("KEY_BLOCK_INVALID");
      if (vector.version === "E") return;
      const { header, headerLength } = parseTr31Header(asBlock(vector.key_block));
      expect(header.optionalBlocks).toEqual(vector.optional_blocks);
      expect(writeTr31Header(header, vector.key_block.length - headerLength)).toBe(vector.header);
    },
  );

  // A block that the product makes of the published padding is the published block.
  const made = KEY_BLOCK_VECTORS.filter(
    (vector) =>
      /[BD]/.test(vector.version) &&
      REFUSED_BY_PRODUCT[vector.id] === undefined &&
      vector.key_block.length ===
        vector.header.length - 16 + keyBlockLength(vector.version, vector.algorithm, vector.key.length / 2),
  );
  it.each(made)("$id: made again by the product", (vector) => {
    const { header } = parseTr31Header(asBlock(vector.key_block));
    const key = SecretBytes.take(fromHex(vector.key));
    const protection = softwareTr31(versionOf(vector.version), fromHex(vector.kbpk));
    expect(sealTr31(header, key, protection, () => fromHex(vector.computed.padding))).toBe(vector.key_block);
  });

  it("leaves enough of them to be made again", () => {
    expect(made.length).toBeGreaterThanOrEqual(10);
  });
});

describe("derivation vectors", () => {
  it.each(DERIVATION_VECTORS)("$id", ({ method, kbpk, kbek, kbak }) => {
    byReference();
    byProduct();
    const expected = { kbek, kbak };
    if (method.startsWith("variant")) {
      expect(variantKeys(kbpk)).toEqual(expected);
      const secret = SecretBytes.take(fromHex(kbpk));
      expect(toHex(tr31Variant(secret, "encryption").expose())).toBe(kbek);
      expect(toHex(tr31Variant(secret, "authentication").expose())).toBe(kbak);
      return;
    }
    const version = method.startsWith("TDES") ? "B" : "D";
    expect(derivedKeys(kbpk, version)).toEqual(expected);
    const cipher = version === "B" ? softwareTdes(fromHex(kbpk)) : softwareAes(fromHex(kbpk));
    const keys = deriveTr31Keys(version, kbpk.length / 2, (message) => computeCmac(cipher, message));
    expect(toHex(keys.encryption.expose())).toBe(kbek);
    expect(toHex(keys.authentication.expose())).toBe(kbak);
  });
});

type HeaderOperation = HeaderVector["operation"];
function headersOf<O extends HeaderOperation>(operation: O): Extract<HeaderVector, { operation: O }>[] {
  return HEADER_VECTORS.filter((vector): vector is Extract<HeaderVector, { operation: O }> => vector.operation === operation);
}

describe("header vectors", () => {
  it.each(headersOf("parse_header"))("$id: read", (vector) => {
    byReference();
    byProduct();
    const pairs = vector.optional_blocks.map(({ id, data }) => [id, data]);
    expect(splitHeader(vector.key_block).optionalBlocks).toEqual(pairs);
    const { header, headerLength } = parseTr31Header(asBlock(vector.key_block));
    expect(header).toEqual({
      version: vector.version,
      length: vector.length,
      keyUsage: vector.key_usage,
      algorithm: vector.algorithm,
      modeOfUse: vector.mode_of_use,
      keyVersion: vector.key_version,
      exportability: vector.exportability,
      optionalBlocks: vector.optional_blocks,
    });
    expect(writeTr31Header(header, vector.length - headerLength)).toBe(vector.key_block.slice(0, headerLength));
  });

  it.each(headersOf("build_header"))("$id: sealed", (vector) => {
    byReference();
    byProduct();
    const { header, headerLength } = readTr31Header(vector.expected_header);
    const bodyDigits = vector.expected_total_length - headerLength;
    expect(rebuildHeader(vector.expected_header, bodyDigits)).toBe(vector.expected_header);
    const optionalBlocks = vector.optional_blocks.filter(({ id }) => id !== "PB");
    const key = SecretBytes.take(fromHex(vector.key));
    const protection = softwareTr31(header.version, fromHex(vector.kbpk));
    const block = sealTr31({ ...header, optionalBlocks }, key, protection, softwareRandom);
    expect(block.slice(0, headerLength)).toBe(vector.expected_header);
    expect(block).toHaveLength(vector.expected_total_length);
    expect(openKeyBlock(block, vector.kbpk)?.key).toBe(vector.key);
  });

  it.each([...headersOf("parse_and_rebuild_header"), ...headersOf("parse_extended_length_block")])("$id: rebuilt", (vector) => {
    byReference();
    byProduct();
    expect(rebuildHeader(vector.input, 0)).toBe(vector.expected_header);
    expect(writeTr31Header(readTr31Header(vector.input).header, 0)).toBe(vector.expected_header);
  });

  const lengths = headersOf("key_block_length");
  it.each(lengths)("$id: length", (vector) => {
    byReference();
    expect(keyBlockLength(vector.version, vector.algorithm, vector.key_bytes, vector.masked_key_bytes ?? undefined)).toBe(
      vector.expected_length,
    );
  });

  /** The product chooses itself how long a key looks, makes B and D only, and no TDES key of 8 bytes. */
  const isOfProduct = ({ version, algorithm, key_bytes, masked_key_bytes }: (typeof lengths)[number]): boolean => {
    const family = algorithm === "A" ? 32 : 24;
    return /[BD]/.test(version) && (masked_key_bytes ?? family) === family && !(algorithm === "T" && key_bytes === 8);
  };
  const fieldsOf = (version: string, algorithm: string) => ({
    version: versionOf(version),
    keyUsage: "P0",
    algorithm,
    modeOfUse: "E",
    keyVersion: "00",
    exportability: "E",
    optionalBlocks: [],
  });
  it.each(lengths.filter(isOfProduct))("$id: length of a block of the product", (vector) => {
    byProduct();
    const protection = softwareTr31(versionOf(vector.version), softwareRandom(16));
    const key = SecretBytes.take(softwareRandom(vector.key_bytes));
    expect(sealTr31(fieldsOf(vector.version, vector.algorithm), key, protection, softwareRandom)).toHaveLength(
      vector.expected_length,
    );
  });

  const neverMade = lengths.filter(
    (vector) => !/[BD]/.test(vector.version) || (vector.algorithm === "T" && vector.key_bytes === 8),
  );
  it.each(neverMade)("$id: never made by the product", (vector) => {
    byProduct();
    const protection = softwareTr31(versionOf(vector.version), softwareRandom(16));
    const key = SecretBytes.take(softwareRandom(vector.key_bytes));
    const fields = fieldsOf(vector.version, vector.algorithm);
    expect(() => sealTr31(fields, key, protection, softwareRandom)).toThrow(RangeError);
  });

  const otherObscuring = lengths.filter((vector) => !isOfProduct(vector) && !neverMade.includes(vector));
  it.each(otherObscuring)("$id: a length that hides less is opened by the product", (vector) => {
    byProduct();
    const kbpk = toHex(softwareRandom(16));
    const key = toHex(softwareRandom(vector.key_bytes));
    const length = String(vector.expected_length).padStart(4, "0");
    const header = `${vector.version}${length}P0${vector.algorithm}E00E0000`;
    const macBytes = vector.version === "B" ? 8 : 16;
    const paddingBytes = (vector.expected_length - 16) / 2 - macBytes - 2 - vector.key_bytes;
    const block = sealKeyBlock(header, key, "00".repeat(paddingBytes), kbpk);
    expect(toHex(openAny(block, kbpk).key.expose())).toBe(key);
  });
});

describe("negative vectors", () => {
  it.each(NEGATIVE_VECTORS)("$id $reject_reason", (vector) => {
    byReference();
    byProduct();
    if (vector.operation === "parse_header_reject") {
      expect(isHeaderReadable(vector.header)).toBe(false);
      expect(refusalOf(() => readTr31Header(vector.header)).reason).toBe("KEY_BLOCK_INVALID");
      expect(refusalOf(() => parseTr31Header(asBlock(vector.header))).reason).toBe("KEY_BLOCK_INVALID");
      return;
    }
    expect(openKeyBlock(vector.key_block, vector.kbpk)).toBeUndefined();
    const refusal = refusalOf(() => openAny(vector.key_block, vector.kbpk));
    expect([refusal.reason, refusal.field, refusal.requirement]).toEqual(["KEY_BLOCK_INVALID", undefined, undefined]);
  });
});
