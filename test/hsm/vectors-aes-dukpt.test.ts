import { createCipheriv, createDecipheriv } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { DukptKeyType, DukptType } from "../../src/dukpt/index.js";
import type { KeyHeaderDraft } from "../../src/keyblock/index.js";
import type { MacParameters } from "../../src/mac/index.js";
import { type PinBlockFormat, parsePan } from "../../src/pin/index.js";
import * as aesReference from "../reference/aes-dukpt.js";
import { aes, tdes } from "../reference/block-ciphers.js";
import { cmac, hmac } from "../reference/macs.js";
import { BDK_TYPES, KEY_TYPES, known } from "../support/aes-dukpt-subjects.js";
import { loadVectors, type VectorEntry } from "../support/vectors.js";
import { draft, EngineFixture, pinDraft, shown } from "./support/engine-fixture.js";

const fixture = new EngineFixture();
const TARGET_KEY = "89ABCDEF0123456776543210FEDCBA98";
const PAN = parsePan("4111111111111111");
/** Format 0 of PIN 1234 and this PAN. */
const CLEAR_BLOCK = "041225EEEEEEEEEE";
const MESSAGE = Buffer.from("4012345678909D987");

function bdkDraft(bdk: string, keys: { pin?: DukptKeyType; mac?: DukptKeyType }, mac?: MacParameters): KeyHeaderDraft {
  return draft({
    usage: "B0",
    algorithm: "AES",
    keyLength: bdk.length / 2,
    modeOfUse: "X",
    dukptType: known<DukptType>(BDK_TYPES, bdk.length),
    dukptWorkingKeys: keys,
    ...(mac !== undefined && { mac }),
  });
}

const tripled = (key: string): Buffer => Buffer.from((key + key.slice(0, 16)).slice(0, 48), "hex");
const encipherTdes = (key: string, clear: string): Buffer =>
  createCipheriv("des-ede3-ecb", tripled(key), null).setAutoPadding(false).update(Buffer.from(clear, "hex"));
const decipherTdes = (key: string, block: Buffer): string =>
  createDecipheriv("des-ede3-ecb", tripled(key), null).setAutoPadding(false).update(block).toString("hex").toUpperCase();

/** Translates to format 0 under a key that is known here. */
async function translated(bdk: Buffer, ksn: string, format: PinBlockFormat, pinBlock: Buffer): Promise<string> {
  const outcome = await fixture.execute({
    kind: "translatePin",
    source: { key: { sealedKey: bdk, ksn: Buffer.from(ksn, "hex") }, format, pinBlock },
    target: { key: { sealedKey: fixture.import(pinDraft("TDES", 16, "E"), TARGET_KEY) }, format: 0 },
    pan: PAN,
  });
  return outcome.kind === "translatePin" ? decipherTdes(TARGET_KEY, outcome.pinBlock) : shown(outcome);
}

const entries = loadVectors("aes-dukpt");
const hasFewOneBits = (entry: VectorEntry): boolean => entry.number("counter").toString(2).replaceAll("0", "").length <= 16;
const workingKeys = entries.filter((entry) => entry.text("operation") === "aes_dukpt_working_key" && hasFewOneBits(entry));
const named = (list: readonly VectorEntry[]) => list.map((entry) => [entry.id, entry] as const);

describe("PINs under AES DUKPT", () => {
  test.each(named(entries.filter((entry) => entry.text("operation") === "aes_dukpt_pin_encrypt")))("%s", async (_, entry) => {
    const bdk = fixture.import(bdkDraft(entry.text("bdk"), { pin: "AES_128" }), entry.text("bdk"));
    const block = Buffer.from(entry.text("encrypted_pin_block"), "hex");
    expect(await translated(bdk, entry.text("ksn"), 4, block)).toBe(CLEAR_BLOCK);
  });

  const ofTdes = workingKeys.filter(
    (entry) => entry.text("key_usage") === "pin" && entry.text("working_key_type").endsWith("TDEA"),
  );
  test.each(named(ofTdes))("%s: format 0 under the key of the vector", async (_, entry) => {
    const keys = { pin: known(KEY_TYPES, entry.text("working_key_type")) };
    const bdk = fixture.import(bdkDraft(entry.text("bdk"), keys), entry.text("bdk"));
    expect(await translated(bdk, entry.text("ksn"), 0, encipherTdes(entry.text("key"), CLEAR_BLOCK))).toBe(CLEAR_BLOCK);
  });

  test("format 0 under a key of three parts, as the reference has it", async () => {
    const bdk = "FEDCBA9876543210F1F1F1F1F1F1F1F1";
    const ksn = "12345678901234560000000B";
    const initialKey = aesReference.initialKey(bdk, ksn.slice(0, 16));
    const key = aesReference.workingKey(initialKey, ksn.slice(0, 16), 11n, "1000", "3TDEA");
    const sealedKey = fixture.import(bdkDraft(bdk, { pin: "TDES_3KEY" }), bdk);
    expect(await translated(sealedKey, ksn, 0, encipherTdes(key, CLEAR_BLOCK))).toBe(CLEAR_BLOCK);
  });

  test("there are vectors", () => {
    expect(ofTdes.length).toBeGreaterThan(0);
  });
});

const CMAC = { scheme: "CMAC", paddingMethod: 0, length: 8 } as const;

describe("MACs under AES DUKPT", () => {
  const macKeys = workingKeys.filter((entry) => entry.text("key_usage") === "mac_gen");

  test.each(named(macKeys))("%s: the terminal's MAC is verified", async (_, entry) => {
    const keyType = known(KEY_TYPES, entry.text("working_key_type"));
    const cipher = keyType.startsWith("AES") ? aes(entry.text("key")) : tdes(entry.text("key"));
    const mac = Buffer.from(cmac(cipher, MESSAGE.toString("hex").toUpperCase()).slice(0, 16), "hex");
    const sealedKey = fixture.import(bdkDraft(entry.text("bdk"), { mac: keyType }, CMAC), entry.text("bdk"));
    const key = { sealedKey, ksn: Buffer.from(entry.text("ksn"), "hex") };
    expect(shown(await fixture.execute({ kind: "verifyMac", key, message: MESSAGE, mac }))).toBe("verified");
    const wrong = Buffer.from(mac.map((byte) => byte ^ 1));
    expect(shown(await fixture.execute({ kind: "verifyMac", key, message: MESSAGE, mac: wrong }))).toBe("mismatch");
  });

  test.each(named(entries.filter((entry) => entry.text("operation") === "aes_dukpt_transaction")))("%s", async (_, entry) => {
    const mac = { ...CMAC, length: 16 };
    const sealedKey = fixture.import(bdkDraft(entry.text("bdk"), { mac: "AES_128" }, mac), entry.text("bdk"));
    const key = { sealedKey, ksn: Buffer.from(entry.text("ksn"), "hex") };
    const message = Buffer.from(entry.text("data_ascii"), "latin1");
    const request = Buffer.from(entry.text("cmac_request"), "hex");
    expect(shown(await fixture.execute({ kind: "verifyMac", key, message, mac: request }))).toBe("verified");
    expect(shown(await fixture.execute({ kind: "generateMac", key, message }))).toBe(entry.text("cmac_response"));
  });

  const bdk = "FEDCBA9876543210F1F1F1F1F1F1F1F1FEDCBA9876543210F1F1F1F1F1F1F1F1";
  test.each([
    ["HMAC_SHA224", "sha224"],
    ["HMAC_SHA256", "sha256"],
  ] as const)("%s under a 256-bit key, as the reference has it", async (scheme, hash) => {
    const sealedKey = fixture.import(bdkDraft(bdk, { mac: "HMAC_256" }, { scheme, paddingMethod: 0, length: 28 }), bdk);
    const ksn = "123456789012345600000005";
    const initialKey = aesReference.initialKey(bdk, ksn.slice(0, 16));
    const [request, response] = ["2000", "2001"].map((usage) => {
      const key = aesReference.workingKey(initialKey, ksn.slice(0, 16), 5n, usage, "HMAC256");
      return hmac(hash, key, MESSAGE.toString("hex").toUpperCase()).slice(0, 56);
    });
    const key = { sealedKey, ksn: Buffer.from(ksn, "hex") };
    const mac = Buffer.from(request ?? "", "hex");
    expect(shown(await fixture.execute({ kind: "verifyMac", key, message: MESSAGE, mac }))).toBe("verified");
    expect(shown(await fixture.execute({ kind: "generateMac", key, message: MESSAGE }))).toBe(response);
  });

  test("a BDK whose HMAC keys are too short for the token is not made, and the token goes on", async () => {
    const hmac128 = { scheme: "HMAC_SHA256", paddingMethod: 0, length: 32 } as const;
    const hmac512 = { scheme: "HMAC_SHA512", paddingMethod: 0, length: 32 } as const;
    const drafts = [bdkDraft(bdk, { mac: "HMAC_128" }, hmac128), bdkDraft(bdk, { mac: "HMAC_256" }, hmac512)];
    for (const each of drafts) {
      expect(() => fixture.import(each, bdk)).toThrow(expect.objectContaining({ reason: "TOKEN_CANNOT" }));
    }
    expect(shown(await fixture.execute({ kind: "probe" }))).toBe("done");
  });

  test("the engine counts the objects that it makes on the token, derived ones included", async () => {
    const sealedKey = fixture.import(bdkDraft(bdk, { mac: "AES_128" }, CMAC), bdk);
    const key = { sealedKey, ksn: Buffer.from("1234567890ABCDEF00000007", "hex") };
    await fixture.execute({ kind: "openSealedKey", sealedKey });
    const before = fixture.engine.objectsCreated;
    await fixture.execute({ kind: "generateMac", key, message: MESSAGE });
    // The initial key, one for each of three one-bits, the working key.
    expect(fixture.engine.objectsCreated - before).toBe(5);
    await fixture.execute({ kind: "generateMac", key, message: MESSAGE });
    expect(fixture.engine.objectsCreated - before).toBe(6);
  });

  test("there are many vectors", () => {
    expect(macKeys.length).toBeGreaterThanOrEqual(20);
  });
});
