import { describe, expect, it } from "vitest";
import { Refusal, type SecretBytes } from "../../src/base/index.js";
import { parsePan } from "../../src/pin/index.js";
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
import { softwareTdes } from "../support/software-cipher.js";
import { loadVectors, type VectorEntry } from "../support/vectors.js";

const ENTRIES = loadVectors("pin-verification");
const fromHex = (text: string): Buffer => Buffer.from(text, "hex");
const cases = (entries: readonly VectorEntry[]) => entries.map((entry) => [entry.id, entry] as const);

/** How long a key of PIN verification may be is the rule of key headers: no function of this folder sees a key. */
const isAboutKeyLength = (entry: VectorEntry): boolean => entry.optionalText("reject_reason") === "pvk_length";

const pvvEntries = ENTRIES.filter((entry) => entry.text("method") === "Visa PVV");
const offsetEntries = ENTRIES.filter((entry) => entry.text("method") === "IBM 3624 PIN/offset");
const rejected = ENTRIES.filter((entry) => entry.text("method").startsWith("reject"));
const refused = rejected.filter((entry) => !isAboutKeyLength(entry));

describe("PVV vectors", () => {
  it.each(cases(pvvEntries))("%s", (_id, entry) => {
    const [pan, pin, pvv] = [entry.text("pan"), entry.text("pin"), entry.text("pvv")];
    const pvki = entry.number("pvki");
    expect(reference.pvv(entry.text("pvk"), pan, String(pvki), pin)).toBe(pvv);
    const cipher = softwareTdes(fromHex(entry.text("pvk")));
    const checkingCipher = {
      ...cipher,
      encryptEcb: (blocks: Buffer): Buffer => {
        expect(blocks).toEqual(fromHex(entry.nested("computed")?.text("tsp") ?? ""));
        return cipher.encryptEcb(blocks);
      },
    };
    expect(textOf(computePvv(checkingCipher, parsePan(pan), parsePvki(pvki), pinOf(pin)))).toBe(pvv);
    const verify = (given: string, stored: string): boolean =>
      verifyPvv(cipher, parsePan(pan), parsePvki(pvki), pinOf(given), parsePvv(stored));
    expect(verify(pin, pvv)).toBe(true);
    const other = String((Number(pvv) + 1) % 10_000).padStart(4, "0");
    expect(verify(pin, other)).toBe(false);
  });
});

/** What the product answers to the fields of an IBM 3624 vector. */
function verifyOffset(entry: VectorEntry, pin: SecretBytes, offset: string): boolean {
  const table = DecimalizationTable.parse(entry.optionalText("decimalization_table") ?? entry.text("conversion_table"));
  const prefix = entry.has("validation_length") ? "validation" : "pan_verify";
  const pad = entry.optionalText("validation_pad") ?? entry.text("pan_pad");
  const rule = parseValidationDataRule(entry.number(`${prefix}_offset`), entry.number(`${prefix}_length`), pad);
  const data = buildValidationData(rule, parsePan(entry.text("pan")));
  return verifyIbm3624Offset(softwareTdes(fromHex(entry.text("pvk"))), table, data, pin, parseIbm3624Offset(offset));
}

describe("IBM 3624 vectors", () => {
  it.each(cases(offsetEntries))("%s", (_id, entry) => {
    const [pin, offset] = [entry.text("pin"), entry.text("offset")];
    const natural = entry.nested("computed")?.text("natural_pin") ?? "";
    const [start, length] = [entry.number("validation_offset"), entry.number("validation_length")];
    const data = reference.validationData(entry.text("pan"), start, length, entry.text("validation_pad"));
    expect(data).toBe(entry.text("validation_data"));
    expect(reference.naturalPin(entry.text("pvk"), entry.text("decimalization_table"), data, pin.length)).toBe(natural);
    expect(reference.offsetFor(natural, pin)).toBe(offset);
    expect(reference.pinFor(natural, offset)).toBe(pin);
    const rule = parseValidationDataRule(start, length, entry.text("validation_pad"));
    expect(buildValidationData(rule, parsePan(entry.text("pan")))).toEqual(fromHex(data));
    expect(verifyOffset(entry, pinOf(pin), offset)).toBe(true);
    expect(verifyOffset(entry, pinOf(natural), "0000")).toBe(true);
    const wrong = String((Number(pin) + 1) % 10_000).padStart(4, "0");
    expect(verifyOffset(entry, pinOf(wrong), offset)).toBe(false);
  });
});

/** Carries out what a reject vector asks for; which of its fields is at fault is the product's to find. */
function attempt(entry: VectorEntry): boolean {
  const pin = pinOf(entry.optionalText("pin") ?? "0000");
  if (entry.text("method") === "reject IBM 3624") return verifyOffset(entry, pin, entry.optionalText("offset") ?? "0000");
  const cipher = softwareTdes(fromHex(entry.text("pvk")));
  return verifyPvv(cipher, parsePan(entry.text("pan")), parsePvki(Number(entry.text("pvki"))), pin, parsePvv("0000"));
}

/** What is thrown for each fault. A PIN that is none never comes out of a PIN block: that is a defect, no refusal. */
const FAULTS: Readonly<Record<string, string>> = {
  decimalization_table: "KEY_MATERIAL_INVALID",
  offset_length_or_digits: "REQUEST_INVALID",
  pan_length_or_digits: "PAN_INVALID",
  pad_character: "KEY_MATERIAL_INVALID",
  pin_length_or_digits: "RangeError",
};

/** Ranges that reach beyond the PAN are the PAN's fault; ranges that no PAN has are the rule's. */
function faultOf(entry: VectorEntry): string {
  const reason = entry.text("reject_reason");
  if (reason !== "validation_range") return FAULTS[reason] ?? "a fault that this test does not know";
  return entry.number("pan_verify_length") > 16 ? "KEY_MATERIAL_INVALID" : "PAN_INVALID";
}

describe("PIN verification vectors that must be refused", () => {
  it.each(cases(refused))("%s", (_id, entry) => {
    let thrown: unknown;
    try {
      attempt(entry);
    } catch (error) {
      thrown = error;
    }
    const kind = thrown instanceof Refusal ? thrown.reason : thrown instanceof Error ? thrown.constructor.name : "nothing";
    expect(kind).toBe(faultOf(entry));
  });
});

describe("the vectors of pin-verification", () => {
  it("are each run or named as the key header's", () => {
    const keyLength = rejected.length - refused.length;
    const run = pvvEntries.length + offsetEntries.length + refused.length;
    process.stdout.write(`pin-verification: ${run} run, ${keyLength} about the length of a key, which key headers fix\n`);
    expect(run + keyLength).toBe(ENTRIES.length);
    expect([pvvEntries.length, offsetEntries.length]).toEqual([3, 15]);
    expect(keyLength).toBeLessThanOrEqual(4);
  });
});
