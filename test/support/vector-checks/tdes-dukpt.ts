import { expect } from "vitest";
import type { VectorKeyUsage, VectorSubject } from "../vector-subject.js";
import type { VectorEntry } from "../vectors.js";
import type { VectorCheck } from "./index.js";

function initialKeyOf(entry: VectorEntry, subject: VectorSubject): string {
  return entry.has("bdk") ? subject.initialKey(entry.text("bdk"), entry.text("ksn")) : entry.text("ipek");
}

function keyOf(entry: VectorEntry, usage: VectorKeyUsage, subject: VectorSubject): string {
  return subject.workingKey(initialKeyOf(entry, subject), entry.text("ksn"), usage);
}

function checkPin(entry: VectorEntry, subject: VectorSubject): void {
  if (!entry.has("encrypted_pin_block")) return;
  const key = keyOf(entry, "pin", subject);
  const [pin, pan, block] = [entry.text("pin"), entry.text("pan"), entry.text("encrypted_pin_block")];
  expect(subject.encipherPinBlock(0, key, pin, pan, "")).toBe(block);
  expect(subject.decipherPinBlock(0, key, block, pan)).toBe(pin);
}

/** Which fields of a transaction are MACs over its data, and how they are made. */
const MACS = [
  { field: "mac_request", usage: "mac_request", algorithm: "retail" },
  { field: "mac_response", usage: "mac_response", algorithm: "retail" },
  { field: "mac_request_8", usage: "mac_request", algorithm: "retail" },
  { field: "mac_response_8", usage: "mac_response", algorithm: "retail" },
  { field: "cmac_request_tdes", usage: "mac_request", algorithm: "cmac" },
  { field: "cmac_response_tdes", usage: "mac_response", algorithm: "cmac" },
] as const;

function checkMacs(entry: VectorEntry, values: VectorEntry, subject: VectorSubject): void {
  const data = entry.optionalText("mac_data_ascii") ?? entry.optionalText("data_ascii") ?? "";
  const message = Buffer.from(data, "latin1").toString("hex").toUpperCase();
  for (const { field, usage, algorithm } of MACS) {
    const expected = values.optionalText(field);
    if (expected === undefined) continue;
    const key = keyOf(entry, usage, subject);
    const mac = algorithm === "cmac" ? subject.cmac("TDES", key, message) : subject.retailMac(key, 1, message);
    expect(mac.slice(0, expected.length)).toBe(expected);
  }
}

function checkVariants(entry: VectorEntry, computed: VectorEntry, subject: VectorSubject): void {
  for (const usage of ["pin", "mac_request", "mac_response"] as const) {
    const expected = computed.optionalText(`${usage}_variant`);
    if (expected !== undefined) expect(keyOf(entry, usage, subject)).toBe(expected);
  }
}

function checkTransaction(entry: VectorEntry, subject: VectorSubject): void {
  if (entry.has("ipek")) expect(initialKeyOf(entry, subject)).toBe(entry.text("ipek"));
  expect(keyOf(entry, "none", subject)).toBe(entry.text("derived_key"));
  checkPin(entry, subject);
  checkMacs(entry, entry, subject);
  const computed = entry.nested("computed");
  if (computed === undefined) return;
  checkVariants(entry, computed, subject);
  checkMacs(entry, computed, subject);
}

function usageOf(entry: VectorEntry): VectorKeyUsage | undefined {
  const usage = entry.text("usage").split(" ")[0];
  return (["none", "pin", "mac_request", "mac_response"] as const).find((known) => known === usage);
}

function workingKeyCheck(entry: VectorEntry): VectorCheck | undefined {
  const usage = usageOf(entry);
  if (usage === undefined) return undefined;
  return (subject) => expect(keyOf(entry, usage, subject)).toBe(entry.text("key"));
}

function checkCmac(entry: VectorEntry, subject: VectorSubject): void {
  expect(subject.cmac("TDES", keyOf(entry, "mac_request", subject), entry.text("message"))).toBe(entry.text("mac"));
}

/** How an entry of tdes-dukpt is checked, if this project knows how. */
export function tdesDukptCheck(entry: VectorEntry): VectorCheck | undefined {
  switch (entry.text("operation")) {
    case "tdes_dukpt_initial_key":
      return (subject) => expect(initialKeyOf(entry, subject)).toBe(entry.text("ipek"));
    case "tdes_dukpt_transaction":
      return (subject) => checkTransaction(entry, subject);
    case "tdes_dukpt_working_key":
      return workingKeyCheck(entry);
    case "tdes_dukpt_pin_decrypt":
      return (subject) => checkPin(entry, subject);
    case "tdes_dukpt_mac":
      return entry.text("mac_algorithm").startsWith("TDES-CMAC") ? (subject) => checkCmac(entry, subject) : undefined;
    default:
      return undefined;
  }
}
