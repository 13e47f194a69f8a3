import { describe, expect, it } from "vitest";
import { type AesKsn, parseAesKsn, planAesDukpt } from "../../src/dukpt/index.js";
import { derivationData } from "../reference/aes-dukpt.js";
import {
  type AesDukptSubject,
  BDK_TYPES,
  independent,
  KEY_TYPES,
  known,
  product,
  type Start,
  USAGES,
  uncheckedKsn,
} from "../support/aes-dukpt-subjects.js";
import { refusalOf } from "../support/refusals.js";
import { loadVectors, type VectorEntry } from "../support/vectors.js";

const fromHex = (text: string): Buffer => Buffer.from(text, "hex");
const toHex = (bytes: Buffer): string => bytes.toString("hex").toUpperCase();

const USAGE_CODES: Readonly<Record<string, string>> = { pin: "1000", mac_gen: "2000", data_enc: "3000", kek: "0002" };

type Check = (entry: VectorEntry, subject: AesDukptSubject) => void;

const idOf = (entry: VectorEntry): string => entry.text("initial_key_id");
const counterOf = (entry: VectorEntry): number =>
  entry.has("counter") ? entry.number("counter") : fromHex(entry.text("ksn")).readUInt32BE(8);

/** Every starting point that the entry gives: they must agree. */
function startsOf(entry: VectorEntry): readonly Start[] {
  const [bdk, initialKey] = [entry.optionalText("bdk"), entry.optionalText("initial_key")];
  return [...(bdk === undefined ? [] : [{ bdk }]), ...(initialKey === undefined ? [] : [{ initialKey }])];
}

function checkInitialKey(entry: VectorEntry, subject: AesDukptSubject): void {
  expect(subject.initialKey(entry.text("bdk"), idOf(entry))).toBe(entry.text("initial_key"));
}

function checkDerivationKey(entry: VectorEntry, subject: AesDukptSubject, expected = entry.text("derivation_key")): void {
  for (const start of startsOf(entry)) expect(subject.derivationKey(start, idOf(entry), counterOf(entry))).toBe(expected);
}

function checkWorkingKey(entry: VectorEntry, subject: AesDukptSubject): void {
  const usage = entry.optionalText("key_usage_code") ?? known(USAGE_CODES, entry.text("key_usage"));
  for (const start of startsOf(entry)) {
    const key = subject.workingKey(start, idOf(entry), counterOf(entry), usage, entry.text("working_key_type"));
    expect(key).toBe(entry.text("key"));
  }
  checkDerivationKey(entry, subject, entry.nested("computed")?.text("derivation_key") ?? entry.optionalText("derivation_key"));
}

/** A working key from the BDK. */
function keyOf(entry: VectorEntry, subject: AesDukptSubject, usage: string, keyType = "AES128"): string {
  return subject.workingKey({ bdk: entry.text("bdk") }, idOf(entry), counterOf(entry), usage, keyType);
}

function checkTransaction(entry: VectorEntry, subject: AesDukptSubject): void {
  checkDerivationKey(entry, subject);
  const message = toHex(Buffer.from(entry.text("data_ascii"), "latin1"));
  const padded = message.padEnd(64, "0");
  const computed = entry.nested("computed");
  for (const [direction, mac, data] of [
    ["request", "2000", "3000"],
    ["response", "2001", "3001"],
  ] as const) {
    expect(subject.cmac(keyOf(entry, subject, mac), message)).toBe(entry.text(`cmac_${direction}`));
    const hmacKey = keyOf(entry, subject, mac, "HMAC128");
    expect(hmacKey).toBe(computed?.text(`hmac_key_${direction}`));
    expect(subject.hmac(hmacKey, message)).toBe(entry.text(`hmac_sha256_${direction}`));
    expect(subject.encryptCbc(keyOf(entry, subject, data), padded)).toBe(entry.text(`data_${direction}_ciphertext`));
  }
}

function checkPin(entry: VectorEntry, subject: AesDukptSubject): void {
  const key = keyOf(entry, subject, "1000", entry.text("working_key_type"));
  expect(key).toBe(entry.nested("computed")?.text("pin_key"));
  const block = subject.encryptPin(key, entry.text("pin"), entry.text("pan"), entry.text("random_fill"));
  expect(block).toBe(entry.text("encrypted_pin_block"));
}

function checkData(entry: VectorEntry, subject: AesDukptSubject): void {
  const key = keyOf(entry, subject, "3000", entry.text("working_key_type"));
  expect(subject.encryptCbc(key, entry.text("plaintext"))).toBe(entry.text("ciphertext"));
}

/** Register i of a terminal after n transactions: the key of the next counter that ends with bit i; none if that one is used up. */
function checkRegisters(entry: VectorEntry, subject: AesDukptSubject): void {
  const done = entry.number("transactions_done");
  const registers = entry.nested("intermediate_key_registers");
  for (let bit = 0; bit < 32; bit++) {
    const counter = Math.floor(done / 2 ** (bit + 1)) * 2 ** (bit + 1) + 2 ** bit;
    const start = { initialKey: entry.text("initial_key") };
    if (counter > done) expect(subject.derivationKey(start, idOf(entry), counter)).toBe(registers?.text(String(bit)));
    else expect(() => registers?.text(String(bit))).toThrow("no text field");
  }
}

const CHECKS: Readonly<Record<string, Check>> = {
  aes_dukpt_initial_key: checkInitialKey,
  aes_dukpt_transaction_derivation_key: checkDerivationKey,
  aes_dukpt_working_key: checkWorkingKey,
  aes_dukpt_update_key: checkWorkingKey,
  aes_dukpt_transaction: checkTransaction,
  aes_dukpt_pin_encrypt: checkPin,
  aes_dukpt_data_encrypt: checkData,
  aes_dukpt_terminal_registers: checkRegisters,
};

const ENTRIES = loadVectors("aes-dukpt");
const CASES = ENTRIES.map((entry) => [entry.id, entry] as const);

describe.each([product, independent])("AES DUKPT vectors against the $name", (subject) => {
  it.each(CASES)("%s", (_id, entry) => {
    expect.hasAssertions();
    known(CHECKS, entry.text("operation"))(entry, subject);
  });
});

describe("AES DUKPT derivation data", () => {
  const initial = ENTRIES.filter((entry) => entry.has("derivation_data"));
  const working = ENTRIES.filter((entry) => entry.nested("computed")?.has("derivation_data_block1"));

  it.each(initial.map((entry) => [entry.id, entry] as const))("%s", (_id, entry) => {
    const blocks = entry.nested("derivation_data");
    const type = known(BDK_TYPES, entry.text("bdk").length);
    const { data } = planAesDukpt(type, uncheckedKsn(idOf(entry), 1), "pinEncryption", type).initialKey;
    const expected = Array.from({ length: data.length / 16 }, (_, index) => blocks?.text(String(index)));
    expect(blocks?.has(String(expected.length))).toBe(false);
    expect(toHex(data)).toBe(expected.join(""));
  });

  it.each(working.map((entry) => [entry.id, entry] as const))("%s", (_id, entry) => {
    const [usage, keyType] = [entry.text("key_usage_code"), entry.text("working_key_type")];
    const ksn = uncheckedKsn(idOf(entry), counterOf(entry));
    const type = known(BDK_TYPES, entry.text("bdk").length);
    const { data } = planAesDukpt(type, ksn, known(USAGES, usage), known(KEY_TYPES, keyType)).workingKey;
    const context = BigInt(`0x${toHex(ksn.bytes.subarray(4))}`);
    expect(toHex(data.subarray(0, 16))).toBe(entry.nested("computed")?.text("derivation_data_block1"));
    expect(toHex(data)).toBe(derivationData(BigInt(`0x${usage}`), keyType, context).join(""));
  });

  it("is in as many vectors as there were when this was written, or more", () => {
    expect(initial.length).toBeGreaterThanOrEqual(2);
    expect(working.length).toBeGreaterThanOrEqual(129);
  });
});

describe("the KSNs of the vectors", () => {
  const withKsn = ENTRIES.filter((entry) => entry.has("ksn") || entry.has("counter"));
  const ksnOf = (entry: VectorEntry): Buffer => uncheckedKsn(idOf(entry), counterOf(entry)).bytes;
  const isForbidden = (entry: VectorEntry): boolean => counterOf(entry).toString(2).replaceAll("0", "").length > 16;

  it.each(withKsn.filter((entry) => !isForbidden(entry)).map((entry) => [entry.id, entry] as const))(
    "%s is taken",
    (_id, entry) => {
      const ksn: AesKsn = parseAesKsn(ksnOf(entry));
      if (entry.has("ksn")) expect(ksn.bytes).toEqual(fromHex(entry.text("ksn")));
      expect([toHex(ksn.initialKeyId), ksn.counter]).toEqual([idOf(entry), counterOf(entry)]);
    },
  );

  it.each(withKsn.filter(isForbidden).map((entry) => [entry.id, entry] as const))(
    "%s has a counter that the rule forbids, although its keys are printed",
    (_id, entry) => {
      expect(refusalOf(() => parseAesKsn(ksnOf(entry))).reason).toBe("KSN_INVALID");
    },
  );

  it("are counted: every vector is run", () => {
    const forbidden = withKsn.filter(isForbidden).length;
    process.stdout.write(`aes-dukpt: ${CASES.length} run, twice; ${forbidden} of ${withKsn.length} KSNs refused\n`);
    expect(forbidden).toBeGreaterThan(0);
    expect(withKsn.length - forbidden).toBeGreaterThan(0);
    expect(CASES.length).toBe(loadVectors("aes-dukpt").length);
    expect(CASES.length).toBeGreaterThanOrEqual(189);
    expect(new Set(CASES.map(([id]) => id)).size).toBe(CASES.length);
  });
});
