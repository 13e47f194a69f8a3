import { expect } from "vitest";
import { VECTOR_HASHES, type VectorCipher, type VectorSubject } from "../vector-subject.js";
import type { VectorEntry } from "../vectors.js";
import type { VectorCheck } from "./index.js";

/** "AES-192" is AES: the key says the rest. */
function cipherOf(entry: VectorEntry): VectorCipher {
  const name = entry.text("cipher").split("-")[0];
  if (name === "DES" || name === "TDES" || name === "AES") return name;
  throw new Error(`${entry.id}: unknown cipher`);
}

function paddingOf(entry: VectorEntry): 1 | 2 | undefined {
  const method = entry.has("padding_method") ? entry.number("padding_method") : undefined;
  return method === 1 || method === 2 ? method : undefined;
}

/** A MAC is compared as far as the vector shows it. An invalid vector must differ. */
function compare(entry: VectorEntry, mac: string): void {
  const expected = entry.text("mac");
  const shown = mac.slice(0, expected.length);
  if (entry.optionalText("result") === "invalid") expect(shown).not.toBe(expected);
  else expect(shown).toBe(expected);
}

type MacOf = (subject: VectorSubject, key: string, message: string) => string;

function macCheck(entry: VectorEntry, macOf: MacOf): VectorCheck {
  return (subject) => compare(entry, macOf(subject, entry.text("key"), entry.text("message")));
}

/** How an entry of mac-iso9797 is checked, if this project knows how. */
export function iso9797Check(entry: VectorEntry): VectorCheck | undefined {
  const padding = paddingOf(entry);
  if (padding === undefined) return undefined;
  switch (entry.text("algorithm")) {
    case "ISO9797-1 alg 1":
      return macCheck(entry, (subject, key, message) => subject.cbcMac(cipherOf(entry), key, padding, message));
    case "ISO9797-1 alg 3":
      return macCheck(entry, (subject, key, message) => subject.retailMac(key, padding, message));
    case "padding only":
      if (entry.number("block_length") !== 8) return undefined;
      return (subject) => expect(subject.pad(padding, entry.text("message"))).toBe(entry.text("padded"));
    default:
      return undefined;
  }
}

/** How an entry of mac-cmac is checked. */
export function cmacCheck(entry: VectorEntry): VectorCheck | undefined {
  if (entry.text("algorithm") !== "CMAC") return undefined;
  return macCheck(entry, (subject, key, message) => subject.cmac(cipherOf(entry), key, message));
}

/** How an entry of mac-hmac is checked, if this project knows how. */
export function hmacCheck(entry: VectorEntry): VectorCheck | undefined {
  const hash = VECTOR_HASHES.find((known) => known === entry.text("hash"));
  return hash && macCheck(entry, (subject, key, message) => subject.hmac(hash, key, message));
}

/** How an entry of mac-regional is checked, if this project knows how. */
export function regionalMacCheck(entry: VectorEntry): VectorCheck | undefined {
  const algorithm = entry.text("algorithm");
  if (algorithm === "UnionPay ECB MAC") {
    return macCheck(entry, (subject, key, message) => subject.unionPayMac(cipherOf(entry), key, message));
  }
  if (!algorithm.startsWith("AS2805.4.1 MAC")) return undefined;
  return macCheck(entry, (subject, key, message) => subject.retailMac(key, 1, message));
}

const CHECK_VALUE_CIPHERS: Readonly<Record<string, VectorCipher>> = {
  "TDES-ECB zero block": "TDES",
  "AES-CMAC zero block": "AES",
};

/** How an entry of kcv is checked, if this project knows how: as far as both it and the vector show the value. */
export function checkValueCheck(entry: VectorEntry): VectorCheck | undefined {
  const cipher = CHECK_VALUE_CIPHERS[entry.text("method")];
  if (cipher === undefined) return undefined;
  return (subject) => {
    const shown = subject.checkValue(cipher, entry.text("key"));
    expect(shown).toHaveLength(cipher === "AES" ? 10 : 6);
    const full = entry.nested("computed")?.text("full") ?? entry.text("kcv");
    expect(full.slice(0, shown.length)).toBe(shown);
    expect(full.startsWith(entry.text("kcv"))).toBe(true);
  };
}
