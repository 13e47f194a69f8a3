import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { GenerateSessionKeysCommand } from "../../src/engine/commands/command.js";
import { KeyCustody } from "../../src/gen/pinmac/v1/key.js";
import { PinBlockFormat } from "../../src/gen/pinmac/v1/pin.js";
import { SignOnLayout } from "../../src/gen/pinmac/v1/terminal.js";
import { parseSealedKey } from "../../src/keyblock/index.js";
import type { KeyRecord } from "../../src/store/index.js";
import { errorOf } from "./support/clients.js";
import {
  byName,
  bySealedKey,
  CANARIES,
  deriveInitialKeyRequest,
  exportKeyRequest,
  importKeyRequest,
  signOnRequest,
  verifyOffsetRequest,
  verifyPinRequest,
} from "./support/requests.js";
import { KEY_BLOCK, ScriptedEngine, succeed } from "./support/scripted-engine.js";
import { type SampleKind, sampleHeader, sealUnopenable } from "./support/sealed-keys.js";
import { startTestServer, type TestServer } from "./support/test-server.js";

const ALL_ON = { verifyPin: true, importKey: true, exportKey: true, signOn: true, deriveInitialKey: true };
const { KEY_CUSTODY_CALLER, KEY_CUSTODY_REGISTER } = KeyCustody;
const NONE = Buffer.alloc(0);

const engine = new ScriptedEngine();
let server: TestServer;
const records = new Map<string, KeyRecord>();

beforeAll(async () => {
  server = await startTestServer(engine, { operations: ALL_ON });
  const kinds: readonly [SampleKind, string][] = [
    ["zonePinTdes", "canary/zone-tdes"],
    ["pvk", "canary/pvk"],
    ["ibmKey", "canary/ibm"],
    ["blockKeyAes", "canary/kbpk"],
    ["blockKeyTdes", "canary/kbpk-tdes"],
    ["masterKey", "canary/tmk"],
    ["bdk", "canary/bdk"],
    ["bdkAes", "canary/bdk-aes"],
  ];
  for (const [kind, name] of kinds) records.set(name, await server.register.add(sealUnopenable(sampleHeader(kind, { name }))));
  const exportable = sampleHeader("zonePinTdes", { name: "canary/exportable", exportability: "E" });
  records.set("canary/exportable", await server.register.add(sealUnopenable(exportable)));
});

afterAll(() => server.stop());
beforeEach(() => engine.reset());

function record(name: string): KeyRecord {
  const found = records.get(name);
  if (found === undefined) throw new Error(`${name} is not registered`);
  return found;
}

function usedKey(name: string) {
  const { version, checkValue } = record(name).header;
  return { name, version, checkValue: checkValue.value.toString("hex").toUpperCase() };
}

const commandKey = (name: string) => ({ sealedKey: record(name).sealedKey });

describe("VerifyPin", () => {
  const source = { key: commandKey, format: 0, pinBlock: CANARIES.pinBlock };

  it.each([true, false])("by PVV: %s is an answer", async (verified) => {
    engine.answer = () => ({ kind: "verifyPin", verified });
    expect(await server.client.verifyPin(verifyPinRequest())).toEqual({
      verified,
      sourceKey: usedKey("canary/zone-tdes"),
      verificationKey: usedKey("canary/pvk"),
    });
    expect(engine.commands).toEqual([
      {
        kind: "verifyPin",
        source: { ...source, key: commandKey("canary/zone-tdes") },
        pan: CANARIES.pan,
        method: { kind: "visaPvv", key: commandKey("canary/pvk"), pvki: 1, pvv: CANARIES.pvv },
      },
    ]);
  });

  it("by offset, of a PIN block under a BDK", async () => {
    const request = verifyOffsetRequest();
    const bdk = {
      key: byName("canary/bdk"),
      ksn: CANARIES.ksn,
      format: PinBlockFormat.PIN_BLOCK_FORMAT_ISO_0,
      pinBlock: CANARIES.pinBlock,
    };
    expect(await server.client.verifyPin({ ...request, source: bdk })).toEqual({
      verified: true,
      sourceKey: usedKey("canary/bdk"),
      verificationKey: usedKey("canary/ibm"),
    });
    expect(engine.commands).toMatchObject([
      {
        source: { key: { ksn: CANARIES.ksn } },
        method: { kind: "ibm3624", key: commandKey("canary/ibm"), offset: CANARIES.offset },
      },
    ]);
  });
});

describe("ImportKey", () => {
  it("registers the key under its name's next version; the same block again makes another", async () => {
    for (const version of [1, 2]) {
      const answer = await server.client.importKey(importKeyRequest());
      expect(answer).toMatchObject({ key: { name: "canary/imported", version, owner: CANARIES.owner } });
      expect(answer.sealedKey).toEqual(NONE);
      expect(answer.keyEncryptionKey).toEqual(usedKey("canary/kbpk"));
      expect((await server.register.get("canary/imported")).header.version).toBe(version);
    }
    expect(engine.commands[1]).toEqual({
      kind: "importKeyBlock",
      keyBlock: CANARIES.keyBlock,
      keyEncryptionKey: commandKey("canary/kbpk"),
      draft: { name: "canary/imported", version: 2, environment: "test", owner: CANARIES.owner },
    });
  });

  it("hands the sealed key to the caller and keeps nothing", async () => {
    const request = importKeyRequest({ custody: KEY_CUSTODY_CALLER }, { name: "kept/by-caller" });
    const { key, sealedKey } = await server.client.importKey(request);
    expect(parseSealedKey(sealedKey).header).toMatchObject({ name: "kept/by-caller", version: 1 });
    expect(key).toMatchObject({ name: "kept/by-caller", exportability: "S" });
    expect(await server.register.nextVersion("kept/by-caller")).toBe(1);
  });

  it("takes every parameter that a key block leaves open", async () => {
    await server.client.importKey(
      importKeyRequest(
        { custody: KEY_CUSTODY_CALLER },
        {
          name: "kept/bdk",
          notBefore: { seconds: 1_760_000_000n, nanos: 0 },
          notAfter: { seconds: 1_860_000_000n, nanos: 0 },
          mac: { scheme: "CMAC", paddingMethod: 0, length: 8 },
          dukptPinKey: "AES_128",
          dukptMacKey: "AES_256",
        },
      ),
    );
    expect(engine.commands).toMatchObject([
      {
        draft: {
          notBefore: 1_760_000_000,
          notAfter: 1_860_000_000,
          mac: { scheme: "CMAC", paddingMethod: 0, length: 8 },
          dukptWorkingKeys: { pin: "AES_128", mac: "AES_256" },
        },
      },
    ]);
  });

  it("loses against another call that took the version meanwhile", async () => {
    engine.answer = async (command) => {
      await server.register.add(sealUnopenable(sampleHeader("zonePinTdes", { name: "canary/raced" })));
      return succeed(command);
    };
    const error = await errorOf(server.client.importKey(importKeyRequest({}, { name: "canary/raced" })));
    expect(error).toMatchObject({ code: "ALREADY_EXISTS", reason: "KEY_EXISTS", metadata: {} });
  });
});

describe("a name that is taken", () => {
  it.each([
    ["of another owner", "canary/zone-tdes", "somebody else"],
    ["of another usage", "canary/pvk", CANARIES.owner],
  ])("%s gets no new version from an import", async (_what, name, owner) => {
    const request = importKeyRequest({}, { name, owner });
    expect(await errorOf(server.client.importKey(request))).toMatchObject({ reason: "KEY_EXISTS", metadata: {} });
    expect(await server.register.nextVersion(name)).toBe(2);
  });

  it("gets no new version from a sign-on, and nothing else is registered", async () => {
    await server.register.add(sealUnopenable(sampleHeader("retailMac", { name: "zone/mac", owner: "issuer" })));
    expect(await errorOf(server.client.signOn(signOnRequest({ namePrefix: "zone" })))).toMatchObject({ reason: "KEY_EXISTS" });
    expect(await server.register.nextVersion("zone/mac")).toBe(2);
    expect(await server.register.nextVersion("zone/pin")).toBe(1);
  });
});

describe("ExportKey", () => {
  it("answers with the key block and both keys", async () => {
    expect(await server.client.exportKey(exportKeyRequest())).toEqual({
      keyBlock: KEY_BLOCK.toString("latin1"),
      key: usedKey("canary/exportable"),
      keyEncryptionKey: usedKey("canary/kbpk"),
    });
    expect(engine.commands).toEqual([
      {
        kind: "exportKeyBlock",
        key: commandKey("canary/exportable"),
        keyEncryptionKey: commandKey("canary/kbpk"),
      },
    ]);
  });
});

/** What the drafts of the only command were. */
function drafts(): GenerateSessionKeysCommand["drafts"] {
  const [command] = engine.commands;
  if (command?.kind !== "generateSessionKeys") throw new Error("no session keys were asked for");
  return command.drafts;
}

describe("SignOn", () => {
  const UNION_PAY = [
    [SignOnLayout.SIGN_ON_LAYOUT_UNIONPAY_40, 40, 16, undefined],
    [SignOnLayout.SIGN_ON_LAYOUT_UNIONPAY_56, 56, 24, undefined],
    [SignOnLayout.SIGN_ON_LAYOUT_UNIONPAY_60, 60, 16, 16],
    [SignOnLayout.SIGN_ON_LAYOUT_UNIONPAY_84, 84, 24, 24],
  ] as const;

  it.each(UNION_PAY)("layout %i: %i bytes, PIN key of %s bytes, data key of %s", async (layout, length, pin, data) => {
    const namePrefix = `terminal/${length}`;
    const answer = await server.client.signOn(signOnRequest({ layout, namePrefix }));
    expect(answer.field62).toHaveLength(length);
    expect(answer.terminalMasterKey).toEqual(usedKey("canary/tmk"));
    expect(engine.commands).toMatchObject([{ terminalMasterKey: commandKey("canary/tmk"), delivery: { kind: "unionPay" } }]);
    const common = { version: 1, exportability: "N", environment: "test", owner: "canary bank", sessionKey: true };
    const mac = { scheme: "UNIONPAY_ECB", paddingMethod: 0, length: 8 };
    const cipher = { algorithm: "TDES", modeOfUse: "B" };
    expect(drafts()).toEqual({
      pin: { ...common, ...cipher, name: `${namePrefix}/pin`, usage: "P0", keyLength: pin },
      mac: { ...common, name: `${namePrefix}/mac`, usage: "M1", algorithm: "DES", keyLength: 8, modeOfUse: "C", mac },
      ...(data && { data: { ...common, ...cipher, name: `${namePrefix}/data`, usage: "D0", keyLength: data } }),
    });
    const named = [answer.pinKey, answer.macKey, answer.dataKey].flatMap((one) =>
      one?.key === undefined ? [] : [one.key.name],
    );
    expect(named).toEqual(["pin", "mac", ...(data ? ["data"] : [])].map((slot) => `${namePrefix}/${slot}`));
    for (const name of named) expect((await server.register.get(name)).header).toMatchObject(common);
    expect([answer.pinKey, answer.macKey].map((one) => [one?.sealedKey, one?.keyBlock])).toEqual([
      [NONE, ""],
      [NONE, ""],
    ]);
  });

  it("gives every name its next version", async () => {
    for (const version of [1, 2]) {
      const { pinKey, macKey } = await server.client.signOn(signOnRequest({ namePrefix: "terminal/again" }));
      expect([pinKey?.key?.version, macKey?.key?.version]).toEqual([version, version]);
    }
  });

  it.each([
    ["", "TDES", "M3", { scheme: "ISO9797_1_ALG3", paddingMethod: 1, length: 8 }],
    ["TDES", "TDES", "M3", { scheme: "ISO9797_1_ALG3", paddingMethod: 1, length: 8 }],
    ["AES", "AES", "M6", { scheme: "CMAC", paddingMethod: 0, length: 8 }],
  ])("in key blocks, algorithm %j: %s keys, handed to the caller", async (algorithm, expected, usage, mac) => {
    const answer = await server.client.signOn(
      signOnRequest({
        terminalMasterKey: byName("canary/kbpk"),
        layout: SignOnLayout.SIGN_ON_LAYOUT_KEY_BLOCKS,
        namePrefix: "kept/terminal",
        custody: KEY_CUSTODY_CALLER,
        algorithm,
        withDataKey: algorithm === "AES",
      }),
    );
    expect(answer.field62).toEqual(NONE);
    expect(engine.commands).toMatchObject([{ delivery: { kind: "keyBlocks" } }]);
    const common = { algorithm: expected, keyLength: 16, exportability: "N" };
    expect(drafts()).toMatchObject({
      pin: { ...common, usage: "P0", modeOfUse: "B" },
      mac: { ...common, usage, mac, modeOfUse: "C" },
      ...(algorithm === "AES" && { data: { ...common, usage: "D0", modeOfUse: "B" } }),
    });
    expect([answer.pinKey?.keyBlock, answer.macKey?.keyBlock]).toEqual(["block of P0", `block of ${usage}`]);
    expect(answer.dataKey?.keyBlock).toBe(algorithm === "AES" ? "block of D0" : undefined);
    expect(parseSealedKey(answer.pinKey?.sealedKey ?? NONE).header).toMatchObject({ name: "kept/terminal/pin", version: 1 });
    expect(await server.register.nextVersion("kept/terminal/pin")).toBe(1);
  });

  it("registers all keys or none", async () => {
    engine.answer = async (command) => {
      await server.register.add(sealUnopenable(sampleHeader("zonePinTdes", { name: "terminal/raced/mac" })));
      return succeed(command);
    };
    const error = await errorOf(server.client.signOn(signOnRequest({ namePrefix: "terminal/raced" })));
    expect(error).toMatchObject({ reason: "KEY_EXISTS" });
    expect(await server.register.nextVersion("terminal/raced/pin")).toBe(1);
    expect(await server.register.nextVersion("terminal/raced/mac")).toBe(2);
  });

  it("registers nothing when the engine refuses", async () => {
    engine.answer = () => ({ kind: "refused", reason: "TOKEN_UNAVAILABLE" });
    const error = await errorOf(server.client.signOn(signOnRequest({ namePrefix: "terminal/refused" })));
    expect(error).toMatchObject({ reason: "TOKEN_UNAVAILABLE" });
    expect(await server.register.nextVersion("terminal/refused/pin")).toBe(1);
  });
});

describe("DeriveInitialKey", () => {
  /** The id of the nth device: 59 bits, then 21 bits of counter, at 0. */
  const device = (nth: number) => Buffer.from(`ffff${(BigInt(nth) << 21n).toString(16).padStart(16, "0")}`, "hex");
  const derive = (initialKeyId: Buffer, bdk = byName("canary/bdk")) =>
    server.client.deriveInitialKey(deriveInitialKeyRequest({ bdk, initialKeyId }));

  it("answers with the key block, its check value and both keys", async () => {
    const initialKeyId = device(1);
    expect(await derive(initialKeyId)).toEqual({
      keyBlock: KEY_BLOCK.toString("latin1"),
      checkValue: "A1B2C3",
      bdk: usedKey("canary/bdk"),
      keyEncryptionKey: usedKey("canary/kbpk"),
    });
    expect(engine.commands).toEqual([
      {
        kind: "deriveInitialKey",
        bdk: commandKey("canary/bdk"),
        initialKeyId,
        keyEncryptionKey: commandKey("canary/kbpk"),
      },
    ]);
  });

  it.each([
    ["both ids long", 10, 0, 0],
    ["the first short", 11, 2, 0],
    ["the second short", 12, 0, 2],
  ] as const)("gives a device its key once: %s", async (_what, nth, first, second) => {
    await derive(device(nth).subarray(first));
    const error = await errorOf(derive(device(nth).subarray(second)));
    expect(error).toMatchObject({ code: "ALREADY_EXISTS", reason: "INITIAL_KEY_EXISTS", metadata: {} });
    expect(engine.commands).toHaveLength(1);
  });

  it("gives it once for each BDK, and counts AES devices apart", async () => {
    const id = Buffer.from("1234567890123456", "hex");
    await derive(id, byName("canary/bdk-aes"));
    expect(await errorOf(derive(id, byName("canary/bdk-aes")))).toMatchObject({ reason: "INITIAL_KEY_EXISTS" });
  });

  it("knows the device by the BDK's id, whoever keeps the BDK", async () => {
    const id = device(20);
    await derive(id);
    const kept = bySealedKey(record("canary/bdk").sealedKey);
    expect(await errorOf(derive(id, kept))).toMatchObject({ reason: "INITIAL_KEY_EXISTS" });
  });

  it("notes the device before the engine is asked, so that of two calls at once one is refused", async () => {
    const id = device(21);
    const results = await Promise.allSettled([derive(id), derive(id)]);
    expect(results.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect(engine.commands).toHaveLength(1);
  });

  it.each([
    ["refuses", 30, () => ({ kind: "refused", reason: "TOKEN_UNAVAILABLE" }) as const],
    ["fails", 31, () => Promise.reject(new Error("defect"))],
    ["answers something else", 32, () => ({ kind: "done" }) as const],
  ] as const)("lets the device go when the engine %s", async (_what, nth, answer) => {
    const id = device(nth);
    engine.answer = answer;
    await errorOf(derive(id));
    engine.reset();
    expect((await derive(id)).checkValue).toBe("A1B2C3");
  });

  it("a device whose call broke off stays noted until it is released", async () => {
    const id = device(22);
    const entry = { bdkId: record("canary/bdk").header.id, initialKeyId: id };
    await server.register.reserveInitialKey(entry);
    expect(await errorOf(derive(id))).toMatchObject({ reason: "INITIAL_KEY_EXISTS" });
    expect(engine.commands).toEqual([]);
    expect(await server.register.releaseInitialKey(entry)).toBe(true);
    expect((await derive(id)).checkValue).toBe("A1B2C3");
  });

  it("does not note a device that is refused before", async () => {
    const id = device(23);
    const weak = deriveInitialKeyRequest({ initialKeyId: id, keyEncryptionKey: byName("canary/tmk") });
    expect(await errorOf(server.client.deriveInitialKey(weak))).toMatchObject({ reason: "KEY_USAGE_MISMATCH" });
    expect((await derive(id)).checkValue).toBe("A1B2C3");
  });
});

it("custody is one of two, for every method that has it", () => {
  expect([KEY_CUSTODY_REGISTER, KEY_CUSTODY_CALLER]).toEqual([1, 2]);
});
