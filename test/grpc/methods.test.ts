import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { AuthorizeOutcome, PinBlockEncoding } from "../../src/gen/pinmac/v1/authorization.js";
import { PinBlockFormat } from "../../src/gen/pinmac/v1/pin.js";
import type { KeyRecord } from "../../src/store/index.js";
import {
  authorizeRequest,
  byName,
  bySealedKey,
  CANARIES,
  generateMacRequest,
  translatePinRequest,
  verifyMacRequest,
} from "./support/requests.js";
import { ScriptedEngine } from "./support/scripted-engine.js";
import { sampleHeader, sealUnopenable } from "./support/sealed-keys.js";
import { startTestServer, type TestServer } from "./support/test-server.js";

const engine = new ScriptedEngine();
let server: TestServer;
let tdes: KeyRecord;
let newTdes: KeyRecord;
let mac: KeyRecord;
let bdk: KeyRecord;

beforeAll(async () => {
  server = await startTestServer(engine);
  tdes = await server.register.add(sealUnopenable(sampleHeader("zonePinTdes", { name: "canary/zone-tdes" })));
  newTdes = await server.register.add(sealUnopenable(sampleHeader("zonePinTdes", { name: "canary/zone-tdes", version: 2 })));
  mac = await server.register.add(sealUnopenable(sampleHeader("retailMac", { name: "canary/retail-mac" })));
  bdk = await server.register.add(sealUnopenable(sampleHeader("bdk", { name: "canary/bdk" })));
});

afterAll(() => server.stop());
beforeEach(() => engine.reset());

function usedKey({ header }: KeyRecord) {
  const { name, version, checkValue } = header;
  return { name, version, checkValue: checkValue.value.toString("hex").toUpperCase() };
}

describe("TranslatePin", () => {
  it("hands the engine the sealed keys of the register and answers with the keys used", async () => {
    const answer = await server.client.translatePin(translatePinRequest({ key: byName("canary/zone-tdes", 1) }));
    expect(answer).toEqual({ pinBlock: Buffer.alloc(8, 0x77), sourceKey: usedKey(tdes), targetKey: usedKey(newTdes) });
    expect(engine.commands).toEqual([
      {
        kind: "translatePin",
        source: { key: { sealedKey: tdes.sealedKey }, format: 0, pinBlock: CANARIES.pinBlock },
        target: { key: { sealedKey: newTdes.sealedKey }, format: 3 },
        pan: CANARIES.pan,
      },
    ]);
  });

  it("takes a KSN with a BDK", async () => {
    const answer = await server.client.translatePin(
      translatePinRequest({ key: byName("canary/bdk"), ksn: CANARIES.ksn, format: PinBlockFormat.PIN_BLOCK_FORMAT_ISO_1 }),
    );
    expect(answer.sourceKey).toEqual(usedKey(bdk));
    expect(engine.commands).toMatchObject([{ source: { key: { sealedKey: bdk.sealedKey, ksn: CANARIES.ksn }, format: 1 } }]);
  });

  it("takes a sealed key that the caller keeps, byte for byte", async () => {
    const header = sampleHeader("zonePinAes", { name: "terminal/4711" });
    const sealedKey = sealUnopenable(header);
    const answer = await server.client.translatePin(
      translatePinRequest({}, { key: bySealedKey(sealedKey), format: PinBlockFormat.PIN_BLOCK_FORMAT_ISO_4 }),
    );
    expect(answer.pinBlock).toHaveLength(16);
    expect(answer.targetKey).toEqual(usedKey({ header, sealedKey }));
    expect(engine.commands).toMatchObject([{ target: { key: { sealedKey }, format: 4 } }]);
  });
});

describe("MACs", () => {
  it("are generated", async () => {
    const answer = await server.client.generateMac(generateMacRequest());
    expect(answer).toEqual({ mac: Buffer.alloc(8, 0x66), key: usedKey(mac) });
    expect(engine.commands).toEqual([{ kind: "generateMac", key: { sealedKey: mac.sealedKey }, message: CANARIES.message }]);
  });

  it.each([true, false])("are verified: %s is an answer", async (verified) => {
    engine.answer = () => ({ kind: "verifyMac", verified });
    const answer = await server.client.verifyMac(verifyMacRequest({ key: byName("canary/bdk"), ksn: CANARIES.ksn }));
    expect(answer).toEqual({ verified, key: usedKey(bdk) });
    expect(engine.commands).toEqual([
      {
        kind: "verifyMac",
        key: { sealedKey: bdk.sealedKey, ksn: CANARIES.ksn },
        message: CANARIES.message,
        mac: CANARIES.mac,
      },
    ]);
  });
});

describe("Authorize", () => {
  const outbound = { ...generateMacRequest({ message: Buffer.from("F52=0000000000000000") }), pinBlock: undefined };

  it("does every step in one command", async () => {
    const answer = await server.client.authorize({
      verifyMac: verifyMacRequest(),
      translatePin: translatePinRequest(),
      generateMac: { ...outbound, pinBlock: { offset: 4, encoding: PinBlockEncoding.PIN_BLOCK_ENCODING_HEX } },
    });
    expect(answer).toEqual({
      outcome: AuthorizeOutcome.AUTHORIZE_OUTCOME_COMPLETED,
      verifyMac: { verified: true, key: usedKey(mac) },
      translatePin: { pinBlock: Buffer.alloc(8, 0x77), sourceKey: usedKey(newTdes), targetKey: usedKey(newTdes) },
      generateMac: { mac: Buffer.alloc(8, 0x66), key: usedKey(mac) },
    });
    expect(engine.commands).toMatchObject([
      {
        kind: "authorize",
        verifyMac: { kind: "verifyMac" },
        translatePin: { kind: "translatePin" },
        generateMac: { kind: "generateMac", placement: { offset: 4, encoding: "hex" } },
      },
    ]);
  });

  it("does a single step", async () => {
    const answer = await server.client.authorize(authorizeRequest({ generateMac: outbound }));
    expect(answer).toEqual({
      outcome: AuthorizeOutcome.AUTHORIZE_OUTCOME_COMPLETED,
      verifyMac: undefined,
      translatePin: undefined,
      generateMac: { mac: Buffer.alloc(8, 0x66), key: usedKey(mac) },
    });
  });

  it("answers a MAC that does not match, and nothing else", async () => {
    engine.answer = () => ({ kind: "authorize", completed: false });
    const answer = await server.client.authorize({
      verifyMac: verifyMacRequest(),
      translatePin: translatePinRequest(),
      generateMac: outbound,
    });
    expect(answer).toEqual({
      outcome: AuthorizeOutcome.AUTHORIZE_OUTCOME_MAC_MISMATCH,
      verifyMac: { verified: false, key: usedKey(mac) },
      translatePin: undefined,
      generateMac: undefined,
    });
  });
});

describe("keys", () => {
  it("are listed in pages", async () => {
    const first = await server.client.listKeys({ pageSize: 3, pageToken: "" });
    const second = await server.client.listKeys({ pageSize: 0, pageToken: first.nextPageToken });
    const seen = [...first.keys, ...second.keys].map(({ name, version }) => `${name} ${version}`);
    expect(seen).toEqual(["canary/bdk 1", "canary/retail-mac 1", "canary/zone-tdes 1", "canary/zone-tdes 2"]);
    expect(second.nextPageToken).toBe("");
    expect(engine.commands).toEqual([]);
  });

  it("are described after the token has checked their seal", async () => {
    const { key } = await server.client.getKey({ key: byName("canary/bdk") });
    expect(key).toEqual({
      cameUnder: "",
      lastUsed: undefined,
      id: bdk.header.id,
      name: "canary/bdk",
      version: 1,
      usage: "B0",
      algorithm: "TDES",
      lengthBits: 128,
      modeOfUse: "X",
      exportability: "N",
      checkValue: usedKey(bdk).checkValue,
      checkValueMethod: "TDES_ECB",
      environment: "test",
      owner: "canary bank",
      createdAt: { seconds: 1_750_000_000n, nanos: 0 },
      notBefore: undefined,
      notAfter: undefined,
      mac: { scheme: "ISO9797_1_ALG3", paddingMethod: 2, length: 8 },
      dukptType: "TDES_2KEY",
      dukptPinKey: "",
      dukptMacKey: "",
      keyBlockVersion: "",
      decimalizationTable: "",
      state: "",
      stateSince: undefined,
      overlapUntil: undefined,
      destroyAfter: undefined,
    });
    expect(engine.commands).toEqual([{ kind: "openSealedKey", sealedKey: bdk.sealedKey }]);
  });

  it.each([
    ["bdkAes", { dukptType: "AES_128", dukptPinKey: "AES_128", dukptMacKey: "AES_128" }],
    ["blockKeyAes", { usage: "K1", keyBlockVersion: "D" }],
    ["ibmKey", { usage: "V1", decimalizationTable: "canary-table" }],
  ] as const)("are described with the parameters of their usage: %s", async (kind, expected) => {
    const sealedKey = sealUnopenable(sampleHeader(kind, { name: "kept" }));
    const { key } = await server.client.getKey({ key: bySealedKey(sealedKey) });
    expect(key).toMatchObject(expected);
    expect(JSON.stringify(key, (_, value) => (typeof value === "bigint" ? `${value}` : value))).not.toContain(
      "0123456789012345",
    );
  });

  it("that the caller keeps are described too, with their validity", async () => {
    const header = sampleHeader("zonePinAes", { name: "terminal/4711", notBefore: 1, notAfter: 2 });
    const sealedKey = sealUnopenable(header);
    const { key } = await server.client.getKey({ key: bySealedKey(sealedKey) });
    expect(key).toMatchObject({
      name: "terminal/4711",
      lengthBits: 128,
      notBefore: { seconds: 1n },
      notAfter: { seconds: 2n },
      dukptType: "",
    });
    expect(engine.commands).toEqual([{ kind: "openSealedKey", sealedKey }]);
  });
});
