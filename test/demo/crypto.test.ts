import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  computeAesCmac,
  computeRetailMac,
  computeUnionPayMac,
  DukptDevice,
  type DukptTransaction,
  decipherPinBlockFormat4,
  decodePinBlockFormat0,
  decodePinBlockFormat3,
  deriveInitialKey,
  encipherPinBlockFormat4,
  encodePinBlockFormat0,
  encodePinBlockFormat3,
  encryptTdes,
} from "../../examples/preauth/crypto/index.js";

interface Vector {
  readonly [field: string]: string;
}

function readVectors(name: string, wanted: (vector: Vector) => boolean): Vector[] {
  const all = JSON.parse(readFileSync(new URL(`../vectors/${name}.json`, import.meta.url), "utf8")) as Vector[];
  const chosen = all.filter(wanted);
  expect(chosen.length, `vectors of ${name}`).toBeGreaterThan(0);
  return chosen;
}

function hex(text: string | undefined): Buffer {
  return Buffer.from(text ?? "", "hex");
}

function upperHex(bytes: Buffer): string {
  return bytes.toString("hex").toUpperCase();
}

const BDK = "0123456789ABCDEFFEDCBA9876543210";
const KSN = "FFFF9876543210E00000";

/** Drives a device through its counter and keeps the transactions with the wanted KSNs. */
function playDevice(wanted: ReadonlySet<string>, most: number): Map<string, DukptTransaction> {
  const device = new DukptDevice(deriveInitialKey(hex(BDK), hex(KSN)), hex(KSN));
  const found = new Map<string, DukptTransaction>();
  for (let count = 0; count < most && found.size < wanted.size; count += 1) {
    const transaction = device.nextTransaction();
    const ksn = upperHex(transaction.ksn);
    if (wanted.has(ksn)) found.set(ksn, transaction);
  }
  return found;
}

describe("the parties' own cryptography", () => {
  it("derives the initial key of X9.24-1", () => {
    expect(upperHex(deriveInitialKey(hex(BDK), hex(KSN)))).toBe("6AC292FAA1315B4D858AB3A3D7D5933A");
  });

  it("plays a DUKPT device through the transactions of X9.24-1 A.4", () => {
    const vectors = readVectors("tdes-dukpt", (v) => /^x9\.24-1:2009:FFFF9876543210E000/.test(v["id"] ?? ""));
    const played = playDevice(new Set(vectors.map((v) => v["ksn"] ?? "")), 64);
    for (const vector of vectors) {
      const transaction = played.get(vector["ksn"] ?? "");
      expect(transaction, vector["id"]).toBeDefined();
      if (transaction === undefined) continue;
      const pan = vector["pan"] ?? "";
      const data = Buffer.from(vector["mac_data_ascii"] ?? "", "ascii");
      const block = encodePinBlockFormat0(vector["pin"] ?? "", pan);
      expect(upperHex(encryptTdes(transaction.pinKey, block))).toBe(vector["encrypted_pin_block"]);
      expect(upperHex(computeRetailMac(transaction.macRequestKey, data)).slice(0, 8)).toBe(vector["mac_request"]);
      expect(upperHex(computeRetailMac(transaction.macResponseKey, data)).slice(0, 8)).toBe(vector["mac_response"]);
    }
  });

  it("never shows a counter with more than ten one-bits", () => {
    const device = new DukptDevice(deriveInitialKey(hex(BDK), hex(KSN)), hex(KSN));
    let last = 0;
    for (let count = 0; count < 2_100; count += 1) {
      const counter = device.nextTransaction().ksn.readUIntBE(7, 3) & 0x1fffff;
      expect(counter).toBeGreaterThan(last);
      expect(counter.toString(2).replaceAll("0", "").length).toBeLessThanOrEqual(10);
      last = counter;
    }
    expect(last).toBeGreaterThan(2_100);
  });

  it("computes the retail MACs of the vectors", () => {
    const vectors = readVectors(
      "mac-iso9797",
      (v) => v["algorithm"] === "ISO9797-1 alg 3" && v["cipher"] === "TDES" && Number(v["padding_method"]) === 1,
    );
    for (const vector of vectors) {
      const mac = upperHex(computeRetailMac(hex(vector["key"]), hex(vector["message"])));
      expect(mac.slice(0, vector["mac"]?.length), vector["id"]).toBe(vector["mac"]);
    }
  });

  it("computes the AES CMACs of the vectors", () => {
    for (const vector of readVectors("mac-cmac", (v) => v["cipher"]?.startsWith("AES") === true && v["result"] === "valid")) {
      const mac = upperHex(computeAesCmac(hex(vector["key"]), hex(vector["message"])));
      expect(mac.slice(0, vector["mac"]?.length), vector["id"]).toBe(vector["mac"]);
    }
  });

  it("computes the UnionPay MACs of the vectors", () => {
    for (const vector of readVectors("mac-regional", (v) => v["algorithm"] === "UnionPay ECB MAC")) {
      const mac = computeUnionPayMac(hex(vector["key"]), hex(vector["message"])).toString("ascii");
      expect(mac, vector["id"]).toBe(vector["mac_ascii"]);
    }
  });

  it("writes the PIN blocks of the vectors and reads them back", () => {
    for (const vector of readVectors(
      "pin-blocks",
      (v) => v["format"] === "ISO-0" && v["operation"] === "pin_block_encode_decode",
    )) {
      const block = encodePinBlockFormat0(vector["pin"] ?? "", vector["pan"] ?? "");
      expect(upperHex(block), vector["id"]).toBe(vector["clear_pin_block"]);
      expect(decodePinBlockFormat0(block, vector["pan"] ?? "")).toBe(vector["pin"]);
    }
    for (const vector of readVectors(
      "pin-blocks",
      (v) => v["operation"] === "pin_block_encrypt_decrypt" && v["format"] === "ISO-4",
    )) {
      const pin = decipherPinBlockFormat4(hex(vector["key"]), hex(vector["encrypted_pin_block"]), vector["pan"] ?? "");
      expect(pin, vector["id"]).toBe(vector["pin"]);
    }
  });

  it("reads no PIN out of a block of another PAN", () => {
    const [pan, other, key] = ["4761739001010119", "4761739001010127", Buffer.alloc(16, 7)];
    for (const pin of ["1234", "123456789012"]) {
      expect(decodePinBlockFormat3(encodePinBlockFormat3(pin, pan), pan)).toBe(pin);
      expect(decipherPinBlockFormat4(key, encipherPinBlockFormat4(key, pin, pan), pan)).toBe(pin);
      expect(decipherPinBlockFormat4(key, encipherPinBlockFormat4(key, pin, pan), other)).toBeUndefined();
    }
    expect(decodePinBlockFormat0(encodePinBlockFormat0("1234", pan), "4761739021010119")).toBeUndefined();
  });
});
