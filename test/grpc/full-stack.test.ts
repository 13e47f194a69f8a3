import { randomBytes } from "node:crypto";
import SqliteDatabase from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AuthorizeOutcome, PinBlockEncoding } from "../../src/gen/pinmac/v1/authorization.js";
import type { GenerateMacRequest } from "../../src/gen/pinmac/v1/mac.js";
import { PinBlockFormat, type SourcePinBlock } from "../../src/gen/pinmac/v1/pin.js";
import type { KeyHeaderDraft } from "../../src/keyblock/index.js";
import type { MacParameters } from "../../src/mac/index.js";
import { referenceSubject as reference } from "../reference/index.js";
import { errorOf, type TestClient } from "./support/clients.js";
import { type FullStack, startFullStack } from "./support/full-stack.js";
import { authorizeRequest, byName, bySealedKey } from "./support/requests.js";

const PIN = "739154";
const PAN = "4012345678909";
const OTHER_PAN = "4012345678917";
const KSN = "FFFF9876543210E00A5C";
const NONE = Buffer.alloc(0);

/** Fresh for every run: a pass owes nothing to a constant. Without parity: tokens and terminals must not touch it. */
function randomHex(bytes: number): string {
  return randomBytes(bytes).toString("hex").toUpperCase();
}

const MATERIAL = {
  zoneTdes: randomHex(16),
  zoneTdes24: randomHex(24),
  zoneAes: randomHex(16),
  zoneAes32: randomHex(32),
  bdk: randomHex(16),
  m0: randomHex(16),
  m1: randomHex(8),
  unionPay: randomHex(16),
  m3: randomHex(16),
  m6Tdes: randomHex(16),
  m6Aes: randomHex(32),
  m7: randomHex(32),
  m7Sha224: randomHex(32),
  m7Sha384: randomHex(48),
  m7Sha512: randomHex(64),
} as const;

type KeyLabel = keyof typeof MATERIAL;

function mac(scheme: MacParameters["scheme"], paddingMethod: MacParameters["paddingMethod"], length: number): MacParameters {
  return { scheme, paddingMethod, length };
}

const KINDS: Readonly<Record<KeyLabel, Pick<KeyHeaderDraft, "usage" | "algorithm" | "modeOfUse" | "mac" | "dukptType">>> = {
  zoneTdes: { usage: "P0", algorithm: "TDES", modeOfUse: "B" },
  zoneTdes24: { usage: "P0", algorithm: "TDES", modeOfUse: "B" },
  zoneAes: { usage: "P0", algorithm: "AES", modeOfUse: "B" },
  zoneAes32: { usage: "P0", algorithm: "AES", modeOfUse: "B" },
  bdk: { usage: "B0", algorithm: "TDES", modeOfUse: "X", dukptType: "TDES_2KEY", mac: mac("ISO9797_1_ALG3", 1, 8) },
  m0: { usage: "M0", algorithm: "TDES", modeOfUse: "C", mac: mac("ISO9797_1_ALG1", 2, 8) },
  m1: { usage: "M1", algorithm: "DES", modeOfUse: "C", mac: mac("ISO9797_1_ALG1", 1, 4) },
  unionPay: { usage: "M1", algorithm: "TDES", modeOfUse: "C", mac: mac("UNIONPAY_ECB", 0, 8) },
  m3: { usage: "M3", algorithm: "TDES", modeOfUse: "C", mac: mac("ISO9797_1_ALG3", 2, 8) },
  m6Tdes: { usage: "M6", algorithm: "TDES", modeOfUse: "C", mac: mac("CMAC", 0, 8) },
  m6Aes: { usage: "M6", algorithm: "AES", modeOfUse: "C", mac: mac("CMAC", 0, 16) },
  m7: { usage: "M7", algorithm: "HMAC", modeOfUse: "C", mac: mac("HMAC_SHA256", 0, 32) },
  m7Sha224: { usage: "M7", algorithm: "HMAC", modeOfUse: "C", mac: mac("HMAC_SHA224", 0, 28) },
  m7Sha384: { usage: "M7", algorithm: "HMAC", modeOfUse: "C", mac: mac("HMAC_SHA384", 0, 48) },
  m7Sha512: { usage: "M7", algorithm: "HMAC", modeOfUse: "C", mac: mac("HMAC_SHA512", 0, 64) },
};

let stack: FullStack;
let client: TestClient;

beforeAll(async () => {
  stack = await startFullStack();
  client = stack.server.client;
  for (const label of Object.keys(MATERIAL) as KeyLabel[]) {
    const draft = {
      name: `key/${label.toLowerCase()}`,
      version: 1,
      exportability: "N",
      environment: "test",
      owner: "",
      ...KINDS[label],
    };
    await stack.addKey(draft as Omit<KeyHeaderDraft, "keyLength">, MATERIAL[label]);
  }
});

afterAll(() => stack.stop());

const key = (label: KeyLabel) => byName(`key/${label.toLowerCase()}`);
const hex = (text: string) => Buffer.from(text, "hex");
const upperHex = (bytes: Buffer) => bytes.toString("hex").toUpperCase();

function dukptKey(usage: "pin" | "mac_request" | "mac_response", ksn = KSN): string {
  return reference.workingKey(reference.initialKey(MATERIAL.bdk, ksn), ksn, usage);
}

const FORMATS = {
  0: PinBlockFormat.PIN_BLOCK_FORMAT_ISO_0,
  1: PinBlockFormat.PIN_BLOCK_FORMAT_ISO_1,
  3: PinBlockFormat.PIN_BLOCK_FORMAT_ISO_3,
  4: PinBlockFormat.PIN_BLOCK_FORMAT_ISO_4,
} as const;

/** A PIN block as a terminal or a zone makes it, by the reference. */
function sourceBlock(label: KeyLabel, format: 0 | 4, pan = PAN): SourcePinBlock {
  const isBdk = label === "bdk";
  const block = reference.encipherPinBlock(format, isBdk ? dukptKey("pin") : MATERIAL[label], PIN, pan, randomHex(8));
  if (block === undefined) throw new Error("the reference made no PIN block");
  return { key: key(label), ksn: isBdk ? hex(KSN) : NONE, format: FORMATS[format], pinBlock: hex(block) };
}

const SOURCES = [
  ["zoneTdes", 0],
  ["zoneTdes24", 0],
  ["zoneAes", 4],
  ["zoneAes32", 4],
  ["bdk", 0],
] as const;

const TARGETS = [
  ["zoneTdes", 0],
  ["zoneTdes24", 0],
  ["zoneTdes", 3],
  ["zoneAes", 4],
  ["zoneAes32", 4],
] as const;

describe("TranslatePin on the token", () => {
  const cases = SOURCES.flatMap(([source, from]) => TARGETS.map(([target, to]) => ({ source, from, target, to })));

  it.each(cases)("$source, format $from to $target, format $to", async ({ source, from, target, to }) => {
    const answer = await client.translatePin({
      source: sourceBlock(source, from),
      target: { key: key(target), format: FORMATS[to] },
      pan: PAN,
    });
    expect(reference.decipherPinBlock(to, MATERIAL[target], upperHex(answer.pinBlock), PAN)).toBe(PIN);
  });

  it("a format 3 block and a format 4 block are new each time, and can be translated on", async () => {
    for (const [target, to] of [
      ["zoneTdes", 3],
      ["zoneAes", 4],
    ] as const) {
      const request = { source: sourceBlock("bdk", 0), target: { key: key(target), format: FORMATS[to] }, pan: PAN };
      const blocks = await Promise.all(Array.from({ length: 20 }, () => client.translatePin(request)));
      expect(new Set(blocks.map(({ pinBlock }) => upperHex(pinBlock))).size).toBe(20);
      const on = await client.translatePin({
        source: { key: key(target), ksn: NONE, format: FORMATS[to], pinBlock: blocks[0]?.pinBlock ?? NONE },
        target: { key: key("zoneTdes24"), format: FORMATS[0] },
        pan: PAN,
      });
      expect(reference.decipherPinBlock(0, MATERIAL.zoneTdes24, upperHex(on.pinBlock), PAN)).toBe(PIN);
    }
  });

  it("takes a sealed key that the caller keeps", async () => {
    const { sealedKey } = await stack.server.register.get("key/zonetdes");
    const source = { ...sourceBlock("zoneTdes", 0), key: bySealedKey(sealedKey) };
    const answer = await client.translatePin({ source, target: { key: key("zoneAes"), format: FORMATS[4] }, pan: PAN });
    expect(reference.decipherPinBlock(4, MATERIAL.zoneAes, upperHex(answer.pinBlock), PAN)).toBe(PIN);
    expect(answer.sourceKey).toMatchObject({ name: "key/zonetdes", version: 1 });
    expect(answer.sourceKey?.checkValue).toBe(reference.checkValue("TDES", MATERIAL.zoneTdes));
    expect(answer.targetKey?.checkValue).toBe(reference.checkValue("AES", MATERIAL.zoneAes));
  });

  it("has one answer for everything that is wrong within a PIN block", async () => {
    const target = { key: key("zoneTdes24"), format: FORMATS[0] };
    const faults = [
      { source: sourceBlock("zoneTdes", 0, OTHER_PAN.padStart(16, "9")), target, pan: "400000000000000006" },
      { source: { ...sourceBlock("zoneTdes", 0), format: FORMATS[3] }, target, pan: PAN },
      { source: { ...sourceBlock("zoneTdes", 0), format: FORMATS[1] }, target, pan: PAN },
      { source: { ...sourceBlock("zoneTdes", 0), key: key("zoneTdes24") }, target, pan: PAN },
      { source: { ...sourceBlock("bdk", 0), ksn: hex("FFFF9876543210E00A5D") }, target, pan: PAN },
      { source: { ...sourceBlock("zoneTdes", 0), pinBlock: Buffer.alloc(8) }, target, pan: PAN },
      { source: { ...sourceBlock("zoneAes", 4), pinBlock: Buffer.alloc(16) }, target, pan: PAN },
      { source: sourceBlock("zoneAes", 4), target, pan: OTHER_PAN },
    ];
    const errors = await Promise.all(faults.map((fault) => errorOf(client.translatePin(fault))));
    for (const error of errors) {
      expect(error).toMatchObject({ code: "INVALID_ARGUMENT", reason: "PIN_BLOCK_INVALID", metadata: {} });
      expect(error).toEqual(errors[0]);
    }
  });
});

const MESSAGES = [1, 7, 8, 9, 16, 163, 65_536].map((length) => randomBytes(length));

/** The whole MAC that the reference computes. */
function referenceMac(label: KeyLabel, message: Buffer): string {
  const text = upperHex(message);
  const parameters = KINDS[label].mac;
  if (parameters === undefined) throw new Error("not a MAC key");
  const { scheme, paddingMethod, length } = parameters;
  const material = MATERIAL[label];
  const padding = paddingMethod === 0 ? 2 : paddingMethod;
  const algorithm = KINDS[label].algorithm;
  const cipher = algorithm === "HMAC" ? "AES" : algorithm;
  const whole = {
    ISO9797_1_ALG1: () => reference.cbcMac(cipher, material, padding, text),
    ISO9797_1_ALG3: () => reference.retailMac(material, padding, text),
    CMAC: () => reference.cmac(cipher, material, text),
    HMAC_SHA224: () => reference.hmac("sha224", material, text),
    HMAC_SHA256: () => reference.hmac("sha256", material, text),
    HMAC_SHA384: () => reference.hmac("sha384", material, text),
    HMAC_SHA512: () => reference.hmac("sha512", material, text),
    UNIONPAY_ECB: () => reference.unionPayMac(cipher, material, text),
  }[scheme]();
  return whole.slice(0, 2 * length);
}

describe("MACs on the token", () => {
  const labels = (Object.keys(KINDS) as KeyLabel[]).filter((label) => KINDS[label].usage.startsWith("M"));

  it.each(labels)("%s is generated as the reference does, and verified", async (label) => {
    for (const message of MESSAGES) {
      const request: GenerateMacRequest = { key: key(label), ksn: NONE, message };
      const answer = await client.generateMac(request);
      expect(upperHex(answer.mac)).toBe(referenceMac(label, message));
      expect(await client.verifyMac({ ...request, mac: answer.mac })).toEqual({ verified: true, key: answer.key });
      const wrong = Buffer.from(answer.mac);
      wrong[wrong.length - 1] = (wrong.at(-1) ?? 0) ^ 1;
      expect((await client.verifyMac({ ...request, mac: wrong })).verified).toBe(false);
      const changed = Buffer.from(message);
      changed[0] = (changed[0] ?? 0) ^ 0x80;
      expect((await client.verifyMac({ ...request, message: changed, mac: answer.mac })).verified).toBe(false);
    }
  });

  it("under a BDK are verified with the request key and generated with the response key", async () => {
    for (const message of MESSAGES) {
      const request = { key: key("bdk"), ksn: hex(KSN), message };
      const response = reference.retailMac(dukptKey("mac_response"), 1, upperHex(message));
      expect(upperHex((await client.generateMac(request)).mac)).toBe(response);
      const inbound = hex(reference.retailMac(dukptKey("mac_request"), 1, upperHex(message)));
      expect((await client.verifyMac({ ...request, mac: inbound })).verified).toBe(true);
      expect((await client.verifyMac({ ...request, mac: hex(response) })).verified).toBe(false);
    }
  });
});

describe("Authorize on the token", () => {
  const inbound = Buffer.from("0100 processing code 030000, condition code 06, amount 12500", "latin1");
  const verifyMac = () => ({
    key: key("bdk"),
    ksn: hex(KSN),
    message: inbound,
    mac: hex(reference.retailMac(dukptKey("mac_request"), 1, upperHex(inbound))),
  });
  const translatePin = (target: KeyLabel = "zoneTdes", format: 0 | 4 = 0) => ({
    source: sourceBlock("bdk", 0),
    target: { key: key(target), format: FORMATS[format] },
    pan: PAN,
  });
  const outbound = (message: Buffer, offset: number, encoding: PinBlockEncoding) => ({
    key: key("m6Aes"),
    ksn: NONE,
    message,
    pinBlock: { offset, encoding },
  });

  it.each([
    ["binary, format 0", "zoneTdes", 0, "binary"],
    ["hex, format 0", "zoneTdes", 0, "hex"],
    ["binary, format 4", "zoneAes", 4, "binary"],
    ["hex, format 4", "zoneAes", 4, "hex"],
  ] as const)(
    "puts the translated PIN block into the outbound message before its MAC: %s",
    async (_what, target, format, encoding) => {
      const length = (format === 4 ? 16 : 8) * (encoding === "hex" ? 2 : 1);
      const place = Buffer.alloc(length, encoding === "hex" ? 0x30 : 0x00);
      const message = Buffer.concat([Buffer.from("F51=x F52="), place, Buffer.from(" F53=x")]);
      const wire = encoding === "hex" ? PinBlockEncoding.PIN_BLOCK_ENCODING_HEX : PinBlockEncoding.PIN_BLOCK_ENCODING_BINARY;
      const answer = await client.authorize({
        verifyMac: verifyMac(),
        translatePin: translatePin(target, format),
        generateMac: outbound(message, 10, wire),
      });
      expect(answer.outcome).toBe(AuthorizeOutcome.AUTHORIZE_OUTCOME_COMPLETED);
      expect(answer.verifyMac?.verified).toBe(true);
      const block = answer.translatePin?.pinBlock ?? NONE;
      expect(reference.decipherPinBlock(format, MATERIAL[target], upperHex(block), PAN)).toBe(PIN);
      const sent = Buffer.from(message);
      (encoding === "hex" ? Buffer.from(upperHex(block), "latin1") : block).copy(sent, 10);
      expect(upperHex(answer.generateMac?.mac ?? NONE)).toBe(referenceMac("m6Aes", sent));
    },
  );

  it("stops at an inbound MAC that does not match", async () => {
    const answer = await client.authorize({
      verifyMac: { ...verifyMac(), message: Buffer.from("0100 amount 99999") },
      translatePin: translatePin(),
      generateMac: outbound(Buffer.alloc(8), 0, PinBlockEncoding.PIN_BLOCK_ENCODING_BINARY),
    });
    expect(answer).toMatchObject({
      outcome: AuthorizeOutcome.AUTHORIZE_OUTCOME_MAC_MISMATCH,
      verifyMac: { verified: false },
      translatePin: undefined,
      generateMac: undefined,
    });
  });

  it("gives nothing when a step is refused", async () => {
    const translation = { ...translatePin(), pan: OTHER_PAN };
    const broken = { ...translation, source: { ...translation.source, pinBlock: Buffer.alloc(8) } };
    const error = await errorOf(client.authorize(authorizeRequest({ verifyMac: verifyMac(), translatePin: broken })));
    expect(error).toMatchObject({ reason: "PIN_BLOCK_INVALID", metadata: {} });
  });
});

describe("keys on the token", () => {
  it("are described with the check value of their material", async () => {
    const { key: tdes } = await client.getKey({ key: key("zoneTdes24") });
    expect(tdes).toMatchObject({ lengthBits: 192, checkValue: reference.checkValue("TDES", MATERIAL.zoneTdes24) });
    const { sealedKey } = await stack.server.register.get("key/zoneaes32");
    const { key: aes } = await client.getKey({ key: bySealedKey(sealedKey) });
    expect(aes).toMatchObject({ lengthBits: 256, checkValue: reference.checkValue("AES", MATERIAL.zoneAes32) });
  });

  it("that were changed anywhere after their header are found out, in a request", async () => {
    const { sealedKey } = await stack.server.register.get("key/m3");
    for (const at of [sealedKey.length - 1, sealedKey.length - 20, sealedKey.length - 40]) {
      const changed = Buffer.from(sealedKey);
      changed[at] = (changed[at] ?? 0) ^ 1;
      const error = await errorOf(client.getKey({ key: bySealedKey(changed) }));
      expect(error).toMatchObject({ code: "INVALID_ARGUMENT", reason: "SEALED_KEY_INVALID" });
      const request = { key: bySealedKey(changed), ksn: NONE, message: Buffer.from("message") };
      expect(await errorOf(client.generateMac(request))).toMatchObject({ reason: "SEALED_KEY_INVALID" });
    }
  });

  it("that were changed in the register are found out, and said to be the register's fault", async () => {
    const { sealedKey } = await stack.server.register.get("key/m3");
    const changed = Buffer.from(sealedKey);
    changed[changed.length - 20] = (changed.at(-20) ?? 0) ^ 1;
    const database = new SqliteDatabase(stack.server.registerPath);
    const update = database.prepare("UPDATE keys SET sealed_key = ? WHERE name = 'key/m3'");
    expect(update.run(changed).changes).toBe(1);
    const request = { key: key("m3"), ksn: NONE, message: Buffer.from("message") };
    expect(await errorOf(client.generateMac(request))).toMatchObject({ code: "DATA_LOSS", reason: "KEY_RECORD_CORRUPT" });
    expect(await errorOf(client.getKey({ key: key("m3") }))).toMatchObject({ reason: "KEY_RECORD_CORRUPT" });
    update.run(sealedKey);
    database.close();
    expect((await client.generateMac(request)).mac).toHaveLength(8);
  });
});
