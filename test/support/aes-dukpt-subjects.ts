import { expect } from "vitest";
import { SecretBytes } from "../../src/base/index.js";
import {
  type AesDukptPlan,
  type AesDukptType,
  type AesKsn,
  type AesWorkingKeyUsage,
  type DukptKeyType,
  executeAesDukptPlan,
  executeAesDukptPlanFromInitialKey,
  planAesDukpt,
} from "../../src/dukpt/index.js";
import { computeCmac } from "../../src/mac/index.js";
import * as reference from "../reference/aes-dukpt.js";
import { referenceSubject } from "../reference/index.js";
import { productSubject, softwareCiphers } from "./product-subject.js";
import { softwareAes, softwareHmacSha256 } from "./software-cipher.js";
import { SoftwareKeyDeriver } from "./software-key-deriver.js";

const fromHex = (text: string): Buffer => Buffer.from(text, "hex");
const toHex = (bytes: Buffer): string => bytes.toString("hex").toUpperCase();

/** Key types and usages, as the vectors name them and as the product does. */
export const KEY_TYPES: Readonly<Record<string, DukptKeyType>> = {
  "2TDEA": "TDES_2KEY",
  "3TDEA": "TDES_3KEY",
  AES128: "AES_128",
  AES192: "AES_192",
  AES256: "AES_256",
  HMAC128: "HMAC_128",
};
export const BDK_TYPES: Readonly<Record<number, AesDukptType>> = { 32: "AES_128", 48: "AES_192", 64: "AES_256" };
export const USAGES: Readonly<Record<string, AesWorkingKeyUsage>> = {
  "0002": "keyEncryption",
  "1000": "pinEncryption",
  "2000": "macGeneration",
  "2001": "macVerification",
  "3000": "dataEncryption",
  "3001": "dataDecryption",
};

/** The entry of a table; a missing one is a fault of the test. */
export function known<T>(table: Readonly<Record<string | number, T>>, name: string | number): T {
  const value = table[name];
  if (value === undefined) throw new Error(`${name} is not known`);
  return value;
}

/** What both implementations can do, on hex text. `id` is the initial key id. */
export interface AesDukptSubject {
  readonly name: string;
  initialKey(bdk: string, id: string): string;
  derivationKey(key: Start, id: string, counter: number): string;
  workingKey(key: Start, id: string, counter: number, usage: string, keyType: string): string;
  cmac(key: string, message: string): string;
  hmac(key: string, message: string): string;
  encryptCbc(key: string, blocks: string): string;
  encryptPin(key: string, pin: string, pan: string, random: string): string | undefined;
}

/** Vectors start from a BDK, and some from an initial key. */
export type Start = { readonly bdk: string } | { readonly initialKey: string };

/** A KSN as `parseAesKsn` would return it if it refused none: the standard lists keys of counters that its own rule forbids. */
export function uncheckedKsn(id: string, counter: number): AesKsn {
  const bytes = Buffer.concat([fromHex(id), Buffer.alloc(4)]);
  bytes.writeUInt32BE(counter, 8);
  return { bytes, initialKeyId: fromHex(id), counter };
}

function execute(start: Start, plan: AesDukptPlan, deriver: SoftwareKeyDeriver): SecretBytes {
  return "bdk" in start
    ? executeAesDukptPlan(plan, SecretBytes.take(fromHex(start.bdk)), deriver)
    : executeAesDukptPlanFromInitialKey(plan, SecretBytes.take(fromHex(start.initialKey)), deriver);
}

function bdkTypeOf(start: Start): AesDukptType {
  return known(BDK_TYPES, ("bdk" in start ? start.bdk : start.initialKey).length);
}

/** Runs a plan; asserts that the working key alone is left. */
function runPlan(start: Start, ksn: AesKsn, usage: string, keyType: string): { working: string; before: readonly string[] } {
  const plan = planAesDukpt(bdkTypeOf(start), ksn, known(USAGES, usage), known(KEY_TYPES, keyType));
  const deriver = new SoftwareKeyDeriver();
  const working = execute(start, plan, deriver);
  expect(deriver.alive).toEqual([working]);
  return { working: toHex(working.expose()), before: deriver.made.slice(0, -1).map(({ hex }) => hex) };
}

const pins = productSubject("product", softwareCiphers);

/** The product's plans, executed in software. */
export const product: AesDukptSubject = {
  name: "product",
  initialKey: (bdk, id) => runPlan({ bdk }, uncheckedKsn(id, 1), "1000", "AES128").before[0] ?? "no key",
  derivationKey: (start, id, counter) => runPlan(start, uncheckedKsn(id, counter), "1000", "AES128").before.at(-1) ?? "no key",
  workingKey: (start, id, counter, usage, keyType) => runPlan(start, uncheckedKsn(id, counter), usage, keyType).working,
  cmac: (key, message) => toHex(computeCmac(softwareAes(fromHex(key)), fromHex(message))),
  hmac: (key, message) => toHex(softwareHmacSha256(fromHex(key), fromHex(message))),
  encryptCbc: (key, blocks) => {
    const cipher = softwareAes(fromHex(key));
    const all = fromHex(blocks);
    const ends = Array.from({ length: all.length / 16 }, (_, index) => 16 * (index + 1));
    return ends.map((end) => toHex(cipher.cbcResidue(all.subarray(0, end)))).join("");
  },
  encryptPin: (key, pin, pan, random) => pins.encipherPinBlock(4, key, pin, pan, random),
};

function referenceInitialKey(start: Start, id: string): string {
  return "bdk" in start ? reference.initialKey(start.bdk, id) : start.initialKey;
}

/** The reference. */
export const independent: AesDukptSubject = {
  name: "reference",
  initialKey: reference.initialKey,
  derivationKey: (start, id, counter) => reference.derivationKey(referenceInitialKey(start, id), id, BigInt(counter)),
  workingKey: (start, id, counter, usage, keyType) =>
    reference.workingKey(referenceInitialKey(start, id), id, BigInt(counter), usage, keyType),
  cmac: (key, message) => referenceSubject.cmac("AES", key, message),
  hmac: (key, message) => referenceSubject.hmac("sha256", key, message),
  encryptCbc: reference.encryptCbc,
  encryptPin: (key, pin, pan, random) => referenceSubject.encipherPinBlock(4, key, pin, pan, random),
};
