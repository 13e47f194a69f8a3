import { describe, expect, it } from "vitest";
import {
  type CheckValueContext,
  type CheckValueRequestMethod,
  checkCheckValueLength,
} from "../../src/keyblock/check-value-length.js";
import {
  type CipherCheckValueRequest,
  computeHmacCheckValue,
  computeRequestedCheckValue,
} from "../../src/keyblock/check-value-request.js";
import { aes, tdes } from "../reference/block-ciphers.js";
import { cmac, hmacSha256 } from "../reference/macs.js";
import { refusalOf } from "../support/refusals.js";
import { softwareAes, softwareHmacSha256, softwareTdes } from "../support/software-cipher.js";
import { loadVectors, type VectorEntry } from "../support/vectors.js";

const METHODS = ["TDES_ECB", "AES_CMAC", "AES_ECB", "HMAC_EMPTY"] as const;
const fromHex = (text: string): Buffer => Buffer.from(text, "hex");
const toHex = (bytes: Buffer): string => bytes.toString("hex").toUpperCase();

function allowedLengths(method: CheckValueRequestMethod, context?: CheckValueContext): number[] {
  const lengths = [0, 1, 2, 3, 4, 5, 6, 8, 16];
  return lengths.filter((length) => {
    try {
      checkCheckValueLength(method, length, context);
      return true;
    } catch (error) {
      expect(error).toMatchObject({ reason: "REQUEST_INVALID", field: "check_value_length" });
      return false;
    }
  });
}

describe("the length of a check value", () => {
  it("is limited by its method", () => {
    expect(METHODS.map((method) => allowedLengths(method))).toEqual([[2, 3], [2, 3, 4, 5], [2, 3], [3]]);
  });

  it("is 4 bytes of TDES in a UnionPay sign-on, and nothing else", () => {
    expect(METHODS.map((method) => allowedLengths(method, "unionPaySignOn"))).toEqual([[4], [], [], []]);
  });

  it.each([2.5, -3, Number.NaN, Number.POSITIVE_INFINITY])("is no %d", (length) => {
    const refusal = refusalOf(() => checkCheckValueLength("AES_CMAC", length, "general", "kcv_length"));
    expect(refusal).toMatchObject({ reason: "REQUEST_INVALID", field: "kcv_length" });
  });
});

/** Methods of the vectors that are offered. The CMACs of an empty message and of a block of ones are nobody's standard. */
const OFFERED: Readonly<Record<string, CipherCheckValueRequest["method"]>> = {
  "TDES-ECB zero block": "TDES_ECB",
  "AES-CMAC zero block": "AES_CMAC",
  "AES-ECB zero block": "AES_ECB",
};

const ENTRIES = loadVectors("kcv");
const methodOf = (entry: VectorEntry): CipherCheckValueRequest["method"] | undefined => OFFERED[entry.text("method")];
const offered = ENTRIES.flatMap((entry) => {
  const method = methodOf(entry);
  return method === undefined ? [] : [[entry.id, entry, method] as const];
});

function referenceValue(method: CipherCheckValueRequest["method"], key: string): string {
  if (method === "TDES_ECB") return tdes(key).encrypt("0".repeat(16));
  return method === "AES_ECB" ? aes(key).encrypt("0".repeat(32)) : cmac(aes(key), "0".repeat(32));
}

describe("check value vectors", () => {
  it.each(offered)("%s", (_id, entry, method) => {
    const [key, full] = [entry.text("key"), entry.nested("computed")?.text("full") ?? ""];
    expect(referenceValue(method, key)).toBe(full);
    expect(full.startsWith(entry.text("kcv"))).toBe(true);
    const cipher = method === "TDES_ECB" ? softwareTdes(fromHex(key)) : softwareAes(fromHex(key));
    for (const length of allowedLengths(method)) {
      const value = computeRequestedCheckValue({ method, length, context: "general" }, cipher);
      expect(toHex(value)).toBe(full.slice(0, 2 * length));
    }
    const tooLong = { method, length: full.length / 2, context: "general" } as const;
    expect(refusalOf(() => computeRequestedCheckValue(tooLong, cipher)).reason).toBe("REQUEST_INVALID");
  });

  it("are each run, or by a method that is not offered and that the reference still agrees with", () => {
    const others = ENTRIES.filter((entry) => methodOf(entry) === undefined);
    for (const entry of others) {
      const message = entry.text("method") === "AES-CMAC empty" ? "" : "F".repeat(32);
      expect(cmac(aes(entry.text("key")), message)).toBe(entry.nested("computed")?.text("full"));
    }
    process.stdout.write(`kcv: ${offered.length} run, ${others.length} by methods that are not offered\n`);
    expect(offered.length + others.length).toBe(ENTRIES.length);
    expect(offered.length).toBeGreaterThanOrEqual(18);
  });
});

describe("a requested check value", () => {
  const cipher = softwareTdes(Buffer.alloc(16, 0x57));

  it("of a sign-on has 4 bytes", () => {
    const value = computeRequestedCheckValue({ method: "TDES_ECB", length: 4, context: "unionPaySignOn" }, cipher);
    expect(toHex(value)).toBe(tdes("57".repeat(16)).encrypt("0".repeat(16)).slice(0, 8));
  });

  it("of an HMAC key is the beginning of the HMAC of nothing", () => {
    const key = "0B".repeat(32);
    const value = computeHmacCheckValue((message) => softwareHmacSha256(fromHex(key), message));
    expect(toHex(value)).toBe(hmacSha256(key, "").slice(0, 6));
  });

  it("shares no memory with the whole value, which is wiped", () => {
    const outputs: Buffer[] = [];
    const watched = {
      ...cipher,
      encryptEcb: (blocks: Buffer): Buffer => {
        const output = cipher.encryptEcb(blocks);
        outputs.push(output);
        return output;
      },
    };
    computeRequestedCheckValue({ method: "TDES_ECB", length: 3, context: "general" }, watched);
    expect(outputs.map((output) => output.every((byte) => byte === 0))).toEqual([true]);
  });

  it("is not computed with a cipher of another kind", () => {
    const request = { method: "AES_ECB", length: 3, context: "general" } as const;
    expect(() => computeRequestedCheckValue(request, cipher)).toThrow(RangeError);
  });
});
