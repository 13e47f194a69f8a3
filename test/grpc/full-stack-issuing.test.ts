import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KeyCustody } from "../../src/gen/pinmac/v1/key.js";
import type { KeyReference } from "../../src/gen/pinmac/v1/key_reference.js";
import { PinBlockFormat, type SourcePinBlock } from "../../src/gen/pinmac/v1/pin.js";
import { SignOnLayout, type SignOnResponse } from "../../src/gen/pinmac/v1/terminal.js";
import type { KeyHeaderDraft } from "../../src/keyblock/index.js";
import * as aesDukpt from "../reference/aes-dukpt.js";
import { aes, des, tdes } from "../reference/block-ciphers.js";
import { referenceSubject as reference } from "../reference/index.js";
import { cmac, retailMac, unionPayMac } from "../reference/macs.js";
import { naturalPin, offsetFor, pvv, validationData } from "../reference/pin-verification.js";
import { openKeyBlock, rebuildHeader, sealKeyBlock } from "../reference/tr31.js";
import { errorOf, type TestClient } from "./support/clients.js";
import { type FullStack, startFullStack } from "./support/full-stack.js";
import { byName, bySealedKey, deriveInitialKeyRequest, importKeyRequest, signOnRequest } from "./support/requests.js";

const PIN = "739154";
const PAN = "4012345678909";
const NONE = Buffer.alloc(0);
const { PIN_BLOCK_FORMAT_ISO_0: ISO_0, PIN_BLOCK_FORMAT_ISO_4: ISO_4 } = PinBlockFormat;
const MESSAGE = Buffer.from("0200 of a terminal", "latin1");

const hex = (text: string) => Buffer.from(text, "hex");
const upperHex = (bytes: Buffer) => bytes.toString("hex").toUpperCase();
const randomHex = (bytes: number) => upperHex(randomBytes(bytes));

const MATERIAL = {
  bdk: randomHex(16),
  bdkaes: randomHex(16),
  zone: randomHex(16),
  shared: randomHex(16),
  tmk: randomHex(24),
  kbpk: randomHex(32),
  pvk: randomHex(16),
  ibm: randomHex(16),
} as const;

type Label = keyof typeof MATERIAL;

const TABLE = "0123456789012345";

const KINDS: Readonly<Record<Label, Partial<KeyHeaderDraft>>> = {
  bdk: { usage: "B0", algorithm: "TDES", modeOfUse: "X", dukptType: "TDES_2KEY" },
  bdkaes: {
    usage: "B0",
    algorithm: "AES",
    modeOfUse: "X",
    dukptType: "AES_128",
    dukptWorkingKeys: { pin: "AES_128", mac: "AES_128" },
    mac: { scheme: "CMAC", paddingMethod: 0, length: 8 },
  },
  zone: { usage: "P0", algorithm: "TDES", modeOfUse: "B" },
  shared: { usage: "P0", algorithm: "TDES", modeOfUse: "B", exportability: "E" },
  tmk: { usage: "K0", algorithm: "TDES", modeOfUse: "E", owner: "merchant" },
  kbpk: { usage: "K1", algorithm: "AES", modeOfUse: "B", keyBlockVersion: "D" },
  pvk: { usage: "V2", algorithm: "TDES", modeOfUse: "V" },
  ibm: {
    usage: "V1",
    algorithm: "TDES",
    modeOfUse: "V",
    ibm3624: { tableName: "decimal", table: TABLE, panStart: 0, panLength: 12, pad: "F" },
  },
};

let stack: FullStack;
let client: TestClient;

beforeAll(async () => {
  stack = await startFullStack({ verifyPin: true, importKey: true, exportKey: true, signOn: true, deriveInitialKey: true });
  client = stack.server.client;
  for (const label of Object.keys(MATERIAL) as Label[]) {
    const common = { name: `key/${label}`, version: 1, exportability: "N", environment: "test", owner: "" };
    await stack.addKey({ ...common, ...KINDS[label] } as Omit<KeyHeaderDraft, "keyLength">, MATERIAL[label]);
  }
});

afterAll(() => stack.stop());

const key = (label: Label) => byName(`key/${label}`);

/** A PIN block as a terminal makes it, by the reference. */
function sourceBlock(at: KeyReference, material: string, format: 0 | 4 = 0, ksn = NONE, pin = PIN): SourcePinBlock {
  const block = reference.encipherPinBlock(format, material, pin, PAN, randomHex(8));
  if (block === undefined) throw new Error("the reference made no PIN block");
  return { key: at, ksn, format: format === 4 ? ISO_4 : ISO_0, pinBlock: hex(block) };
}

/** The PIN that arrives in the zone. */
async function translated(source: SourcePinBlock): Promise<string | undefined> {
  const { pinBlock } = await client.translatePin({ source, target: { key: key("zone"), format: ISO_0 }, pan: PAN });
  return reference.decipherPinBlock(0, MATERIAL.zone, upperHex(pinBlock), PAN);
}

describe("AES DUKPT on the token", () => {
  const id = "1234567890123456";
  const counter = 0x0000_1a2fn;
  const ksn = hex(id + counter.toString(16).padStart(8, "0"));
  const workingKey = (usage: string) =>
    aesDukpt.workingKey(aesDukpt.initialKey(MATERIAL.bdkaes, id), id, counter, usage, "AES128");

  it("translates a PIN block of a terminal", async () => {
    expect(await translated(sourceBlock(key("bdkaes"), workingKey("1000"), 4, ksn))).toBe(PIN);
  });

  it("verifies the terminal's MAC and makes the host's", async () => {
    const request = { key: key("bdkaes"), ksn, message: MESSAGE };
    const [inbound, outbound] = ["2000", "2001"].map((usage) => cmac(aes(workingKey(usage)), upperHex(MESSAGE)).slice(0, 16));
    expect((await client.verifyMac({ ...request, mac: hex(inbound ?? "") })).verified).toBe(true);
    expect((await client.verifyMac({ ...request, mac: hex(outbound ?? "") })).verified).toBe(false);
    expect(upperHex((await client.generateMac(request)).mac)).toBe(outbound);
  });
});

/** The terminal's side of an answer: each key deciphered under its master key. */
function openField62(answer: SignOnResponse, keyLengths: readonly number[]): string[] {
  const slot = 2 * Math.max(...keyLengths);
  return keyLengths.map((length, index) => {
    const at = index * (slot + 8);
    const text = upperHex(answer.field62).slice(at, at + 2 * length);
    return (text.match(/.{16}/g) ?? []).map((block) => tdes(MATERIAL.tmk).decrypt(block)).join("");
  });
}

describe("a terminal that signs on", () => {
  it.each([
    ["40", SignOnLayout.SIGN_ON_LAYOUT_UNIONPAY_40, [16, 8]],
    ["60", SignOnLayout.SIGN_ON_LAYOUT_UNIONPAY_60, [16, 8, 16]],
    ["56", SignOnLayout.SIGN_ON_LAYOUT_UNIONPAY_56, [24, 8]],
    ["84", SignOnLayout.SIGN_ON_LAYOUT_UNIONPAY_84, [24, 8, 24]],
  ] as const)("in layout %s works with its session keys", async (name, layout, lengths) => {
    const namePrefix = `terminal/${name}`;
    const answer = await client.signOn(signOnRequest({ terminalMasterKey: key("tmk"), layout, namePrefix }));
    const [pinKey = "", macKey = ""] = openField62(answer, lengths);
    expect(answer.pinKey?.key).toMatchObject({ owner: "merchant", checkValue: reference.checkValue("TDES", pinKey) });
    expect(await translated(sourceBlock(byName(`${namePrefix}/pin`), pinKey))).toBe(PIN);
    const mac = Buffer.from(unionPayMac(des(macKey), upperHex(MESSAGE)), "hex");
    const request = { key: byName(`${namePrefix}/mac`), ksn: NONE, message: MESSAGE, mac };
    expect((await client.verifyMac(request)).verified).toBe(true);
    expect((await client.verifyMac({ ...request, message: Buffer.from("another") })).verified).toBe(false);
  });

  it.each(["TDES", "AES"])("with key blocks of %s keys, which the caller keeps", async (algorithm) => {
    const answer = await client.signOn(
      signOnRequest({
        terminalMasterKey: key("kbpk"),
        layout: SignOnLayout.SIGN_ON_LAYOUT_KEY_BLOCKS,
        namePrefix: "terminal/kept",
        custody: KeyCustody.KEY_CUSTODY_CALLER,
        algorithm,
        withDataKey: true,
      }),
    );
    const [pinKey = "", macKey = "", dataKey = ""] = [answer.pinKey, answer.macKey, answer.dataKey].map(
      (made) => openKeyBlock(made?.keyBlock ?? "", MATERIAL.kbpk)?.key,
    );
    expect(dataKey).toHaveLength(32);
    const source = sourceBlock(bySealedKey(answer.pinKey?.sealedKey ?? NONE), pinKey, algorithm === "AES" ? 4 : 0);
    expect(await translated(source)).toBe(PIN);
    const text = upperHex(MESSAGE);
    const mac = algorithm === "AES" ? cmac(aes(macKey), text).slice(0, 16) : retailMac(macKey, 1, text);
    const request = { key: bySealedKey(answer.macKey?.sealedKey ?? NONE), ksn: NONE, message: MESSAGE, mac: hex(mac) };
    expect((await client.verifyMac(request)).verified).toBe(true);
    expect(await stack.server.register.nextVersion("terminal/kept/pin")).toBe(1);
  });
});

describe("key blocks", () => {
  const zoneKey = randomHex(16);
  /** A block of version D as a peer makes it. */
  const blockOf = (exportability: "E" | "N", material = zoneKey) => {
    const digits = 2 * (2 + 24 + 6) + 32;
    const header = rebuildHeader(`D0000P0TB00${exportability}0000`, digits);
    return sealKeyBlock(header, material, randomHex(2 + 24 + 6 - 2 - material.length / 2), MATERIAL.kbpk);
  };
  const importBlock = (keyBlock: string, name: string) =>
    client.importKey(importKeyRequest({ keyBlock, keyEncryptionKey: key("kbpk") }, { name, owner: "peer" }));

  it("come in, and their keys work", async () => {
    const answer = await importBlock(blockOf("N"), "peer/zone");
    expect(answer.key).toMatchObject({ usage: "P0", exportability: "N", checkValue: reference.checkValue("TDES", zoneKey) });
    expect(await translated(sourceBlock(byName("peer/zone"), zoneKey))).toBe(PIN);
  });

  it("that are not authentic, or hold a weak key, are refused and not registered", async () => {
    const block = blockOf("E");
    const changed = block.replace(/.$/, (last) => (last === "0" ? "1" : "0"));
    expect(await errorOf(importBlock(changed, "peer/bad"))).toMatchObject({ reason: "KEY_BLOCK_INVALID", metadata: {} });
    const weak = blockOf("E", "01".repeat(16));
    expect(await errorOf(importBlock(weak, "peer/bad"))).toMatchObject({ reason: "KEY_MATERIAL_INVALID" });
    expect(await stack.server.register.nextVersion("peer/bad")).toBe(1);
  });

  it("go out, and open at the peer's; what came in as exportable goes out again", async () => {
    const out = await client.exportKey({ key: key("shared"), keyEncryptionKey: key("kbpk") });
    expect(openKeyBlock(out.keyBlock, MATERIAL.kbpk)?.key).toBe(MATERIAL.shared);
    const material = randomHex(16);
    await importBlock(blockOf("E", material), "peer/back");
    expect(await translated(sourceBlock(byName("peer/back"), material))).toBe(PIN);
    const [kbpk, back] = await Promise.all(
      [key("kbpk"), byName("peer/back")].map(async (reference) => (await client.getKey({ key: reference })).key),
    );
    expect([kbpk?.cameUnder, back?.cameUnder]).toEqual(["", kbpk?.id]);
    const [first, second] = [
      await client.exportKey({ key: byName("peer/back"), keyEncryptionKey: key("kbpk") }),
      await client.exportKey({ key: byName("peer/back"), keyEncryptionKey: key("kbpk") }),
    ];
    expect(first.keyBlock).not.toBe(second.keyBlock);
    for (const { keyBlock } of [first, second]) expect(openKeyBlock(keyBlock, MATERIAL.kbpk)?.key).toBe(material);
  });

  it("do not bring in a key that is known: not one of our own, not one twice", async () => {
    const out = await client.exportKey({ key: key("shared"), keyEncryptionKey: key("kbpk") });
    const known = [out.keyBlock, blockOf("N"), blockOf("E")];
    for (const block of known) {
      const error = await errorOf(importBlock(block, "peer/duplicate"));
      expect(error).toMatchObject({ code: "ALREADY_EXISTS", reason: "KEY_DUPLICATE", metadata: { requirement: "PCI PIN 19" } });
    }
    expect(await stack.server.register.nextVersion("peer/duplicate")).toBe(1);
  });

  it("do not take keys out that must stay", async () => {
    const error = await errorOf(client.exportKey({ key: byName("peer/zone"), keyEncryptionKey: key("kbpk") }));
    expect(error).toMatchObject({ reason: "KEY_NOT_EXPORTABLE", metadata: { field: "key" } });
  });
});

describe("VerifyPin", () => {
  const verified = async (pin: string, method: Parameters<TestClient["verifyPin"]>[0]["method"]) =>
    (await client.verifyPin({ source: sourceBlock(key("shared"), MATERIAL.shared, 0, NONE, pin), pan: PAN, method })).verified;

  it("by PVV", async () => {
    const value = { key: key("pvk"), keyIndex: 3, pvv: pvv(MATERIAL.pvk, PAN, "3", PIN) };
    expect(await verified(PIN, { $case: "visaPvv", value })).toBe(true);
    // The PVV covers the first four digits of a PIN.
    expect(await verified("0000", { $case: "visaPvv", value })).toBe(pvv(MATERIAL.pvk, PAN, "3", "0000") === value.pvv);
    const other = { ...value, pvv: value.pvv.replace(/.$/, (last) => (last === "0" ? "1" : "0")) };
    expect(await verified(PIN, { $case: "visaPvv", value: other })).toBe(false);
  });

  it("by offset", async () => {
    const natural = naturalPin(MATERIAL.ibm, TABLE, validationData(PAN, 0, 12, "F"), PIN.length);
    const value = { key: key("ibm"), offset: offsetFor(natural, PIN) };
    expect(await verified(PIN, { $case: "ibm3624Offset", value })).toBe(true);
    expect(await verified("739155", { $case: "ibm3624Offset", value })).toBe(false);
    expect(await verified("7391", { $case: "ibm3624Offset", value })).toBe(false);
  });
});

describe("initial keys", () => {
  it("are those of the device, in a key block, once", async () => {
    const initialKeyId = hex("FFFF9876543210E00000");
    const request = deriveInitialKeyRequest({ bdk: key("bdk"), initialKeyId, keyEncryptionKey: key("kbpk") });
    const answer = await client.deriveInitialKey(request);
    const expected = reference.initialKey(MATERIAL.bdk, upperHex(initialKeyId));
    expect(openKeyBlock(answer.keyBlock, MATERIAL.kbpk)?.key).toBe(expected);
    expect(answer.checkValue).toBe(reference.checkValue("TDES", expected));
    const again = { ...request, initialKeyId: initialKeyId.subarray(2) };
    expect(await errorOf(client.deriveInitialKey(again))).toMatchObject({ reason: "INITIAL_KEY_EXISTS" });
  });

  it("of AES devices too", async () => {
    const initialKeyId = hex("1234567890123456");
    const request = deriveInitialKeyRequest({ bdk: key("bdkaes"), initialKeyId, keyEncryptionKey: key("kbpk") });
    const answer = await client.deriveInitialKey(request);
    const expected = aesDukpt.initialKey(MATERIAL.bdkaes, upperHex(initialKeyId));
    expect(openKeyBlock(answer.keyBlock, MATERIAL.kbpk)?.key).toBe(expected);
    expect(answer.checkValue).toBe(reference.checkValue("AES", expected));
  });
});
