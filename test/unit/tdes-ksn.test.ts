import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseTdesKsn } from "../../src/dukpt/index.js";
import { refusalOf } from "../support/refusals.js";
import { loadVectors } from "../support/vectors.js";

const ones = (counter: number): number => counter.toString(2).replaceAll("0", "").length;
const fromHex = (text: string): Buffer => Buffer.from(text, "hex");

describe("the 8-byte form of a TDES KSN", () => {
  it("is the 10-byte form without its leading FFFF", () => {
    const anyTail = fc.uint8Array({ minLength: 8, maxLength: 8 }).map((bytes) => Buffer.from(bytes));
    fc.assert(
      fc.property(anyTail, (tail) => {
        const counter = tail.readUIntBE(5, 3) & 0x1f_ffff;
        fc.pre(counter !== 0 && ones(counter) <= 10);
        expect(parseTdesKsn(tail)).toEqual(parseTdesKsn(Buffer.concat([fromHex("FFFF"), tail])));
        expect(parseTdesKsn(tail).bytes).toHaveLength(10);
      }),
    );
  });

  it("is a copy", () => {
    const bytes = fromHex("9876543210E00001");
    const ksn = parseTdesKsn(bytes);
    bytes.fill(0);
    expect(ksn.bytes).toEqual(fromHex("FFFF9876543210E00001"));
  });

  it.each(["9876543210E00000", "9876543210FFFFFF", "9876543210E007FF"])("%s is refused for its counter", (hex) => {
    expect(refusalOf(() => parseTdesKsn(fromHex(hex), "ksn")).reason).toBe("KSN_INVALID");
  });
});

describe("the KSNs of the TDES DUKPT vectors", () => {
  const entries = loadVectors("tdes-dukpt");
  const withKsn = entries.filter((entry) => entry.has("ksn"));
  const counterOf = (hex: string): number => Number.parseInt(hex.slice(-6), 16) & 0x1f_ffff;
  const transactions = withKsn.filter((entry) => counterOf(entry.text("ksn")) !== 0);
  const isAllowed = (hex: string): boolean => ones(counterOf(hex)) <= 10;

  it.each(transactions.map((entry) => [entry.id, entry.text("ksn")]))("%s: %s", (_id, ksn) => {
    const hex = ksn ?? "";
    if (!isAllowed(hex)) {
      expect(refusalOf(() => parseTdesKsn(fromHex(hex))).reason).toBe("KSN_INVALID");
      return;
    }
    expect(parseTdesKsn(fromHex(hex))).toMatchObject({ counter: counterOf(hex), bytes: fromHex(hex.padStart(20, "F")) });
    if (hex.startsWith("FFFF")) expect(parseTdesKsn(fromHex(hex.slice(4)))).toEqual(parseTdesKsn(fromHex(hex)));
  });

  it("are counted, with the edges among them", () => {
    const counters = new Set(transactions.map((entry) => counterOf(entry.text("ksn"))));
    const initial = withKsn.length - transactions.length;
    process.stdout.write(
      `tdes-dukpt: ${entries.length} vectors, ${withKsn.length} with a KSN, ${initial} of these an initial key's\n`,
    );
    for (const edge of [1, 0x0f_f800, 0x0f_fc00]) expect(counters).toContain(edge);
    expect(transactions.length).toBeGreaterThanOrEqual(40);
  });
});
