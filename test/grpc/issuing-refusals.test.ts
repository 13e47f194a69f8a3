import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Reason } from "../../src/base/index.js";
import type { KeyCustody } from "../../src/gen/pinmac/v1/key.js";
import { PinBlockFormat } from "../../src/gen/pinmac/v1/pin.js";
import { SignOnLayout } from "../../src/gen/pinmac/v1/terminal.js";
import type { KeyHeader } from "../../src/keyblock/index.js";
import { SWITCHED_OPERATIONS, type SwitchedOperation } from "../../src/service/index.js";
import { errorOf, type TestClient } from "./support/clients.js";
import { expectWholeRefusal } from "./support/expect-refusal.js";
import {
  byName,
  bySealedKey,
  CANARIES,
  deriveInitialKeyRequest,
  exportKeyRequest,
  importKeyRequest,
  signOnRequest,
  translatePinRequest,
  verifyOffsetRequest,
  verifyPinRequest,
} from "./support/requests.js";
import { ScriptedEngine } from "./support/scripted-engine.js";
import { type SampleKind, sampleHeader, sealUnopenable } from "./support/sealed-keys.js";
import { startTestServer, type TestServer } from "./support/test-server.js";

const HOUR = 3_600;
const NOW = Math.floor(Date.now() / 1_000);
const ALL_ON = { verifyPin: true, importKey: true, exportKey: true, signOn: true, deriveInitialKey: true };

const KEYS: readonly [SampleKind, Partial<KeyHeader> & { readonly name: string }][] = [
  ["zonePinTdes", { name: "canary/zone-tdes" }],
  ["zonePinAes", { name: "canary/zone-aes" }],
  ["retailMac", { name: "canary/retail-mac" }],
  ["pvk", { name: "canary/pvk" }],
  ["pvk", { name: "canary/pvk-expired", notAfter: NOW - HOUR }],
  ["pvk", { name: "canary/pvk-generate", modeOfUse: "G" }],
  ["ibmKey", { name: "canary/ibm" }],
  ["blockKeyAes", { name: "canary/kbpk" }],
  ["blockKeyAes", { name: "canary/kbpk-encrypt", modeOfUse: "E" }],
  ["blockKeyAes", { name: "canary/kbpk-decrypt", modeOfUse: "D" }],
  ["blockKeyAes", { name: "canary/kbpk-production", environment: "production" }],
  ["blockKeyAes", { name: "canary/kbpk-later", notBefore: NOW + HOUR }],
  ["blockKeyTdes", { name: "canary/kbpk-tdes" }],
  ["legacyBlockKey", { name: "canary/kbpk-legacy" }],
  ["masterKey", { name: "canary/tmk" }],
  ["masterKey", { name: "canary/tmk-short", keyLength: 16 }],
  ["masterKey", { name: "canary/tmk-aes", algorithm: "AES", keyLength: 32 }],
  ["bdk", { name: "canary/bdk" }],
  ["bdkAes", { name: "canary/bdk-aes" }],
  ["zonePinTdes", { name: "canary/exportable", exportability: "E" }],
  ["zonePinAes", { name: "canary/exportable-aes", exportability: "E", keyLength: 32 }],
];

const engine = new ScriptedEngine();
let server: TestServer;
let closed: TestServer;

beforeAll(async () => {
  server = await startTestServer(engine, { operations: ALL_ON });
  closed = await startTestServer(engine);
  for (const [kind, changes] of KEYS) {
    const header = sampleHeader(kind, changes);
    // Another algorithm has another check value.
    const method = header.algorithm === "AES" ? "AES_CMAC" : "TDES_ECB";
    const checkValue = { method, value: Buffer.alloc(method === "AES_CMAC" ? 5 : 3, 0xcb) } as const;
    await server.register.add(sealUnopenable({ ...header, checkValue }));
  }
});

afterAll(async () => {
  await server.stop();
  await closed.stop();
});
beforeEach(() => engine.reset());

interface Case {
  readonly what: string;
  readonly send: (client: TestClient) => Promise<unknown>;
  readonly reason: Reason;
  readonly metadata?: Record<string, string>;
}

const field = (name: string, requirement?: string) => ({
  metadata: requirement === undefined ? { field: name } : { field: name, requirement },
});

function verifyPin(changes: Parameters<typeof verifyPinRequest>[0]): Case["send"] {
  return (client) => client.verifyPin(verifyPinRequest(changes));
}

function pvv(value: { keyIndex?: number; pvv?: string; key?: ReturnType<typeof byName> | undefined }): Case["send"] {
  const key = "key" in value ? value.key : byName("canary/pvk");
  return verifyPin({
    method: { $case: "visaPvv", value: { keyIndex: value.keyIndex ?? 1, pvv: value.pvv ?? CANARIES.pvv, key } },
  });
}

function source(changes: Parameters<typeof translatePinRequest>[0]): Case["send"] {
  return verifyPin({ source: translatePinRequest(changes).source });
}

function importKey(...changes: Parameters<typeof importKeyRequest>): Case["send"] {
  return (client) => client.importKey(importKeyRequest(...changes));
}

function exportKey(changes: Parameters<typeof exportKeyRequest>[0]): Case["send"] {
  return (client) => client.exportKey(exportKeyRequest(changes));
}

function signOn(changes: Parameters<typeof signOnRequest>[0]): Case["send"] {
  return (client) => client.signOn(signOnRequest(changes));
}

function derive(changes: Parameters<typeof deriveInitialKeyRequest>[0]): Case["send"] {
  return (client) => client.deriveInitialKey(deriveInitialKeyRequest(changes));
}

const invalid = (what: string, send: Case["send"], name: string): Case => ({
  what,
  send,
  reason: "REQUEST_INVALID",
  ...field(name),
});

const refused = (what: string, send: Case["send"], reason: Reason, name: string, requirement?: string): Case => ({
  what,
  send,
  reason,
  ...field(name, requirement),
});

const VERIFY_PIN: readonly Case[] = [
  invalid("no source", verifyPin({ source: undefined }), "source"),
  invalid("no source key", source({ key: undefined }), "source.key"),
  invalid("no method", verifyPin({ method: undefined }), "method"),
  invalid("no PVV key", pvv({ key: undefined }), "visa_pvv.key"),
  ...[7, 8, 0xffff_ffff].map((keyIndex) => invalid(`PVKI ${keyIndex}`, pvv({ keyIndex }), "visa_pvv.key_index")),
  ...["", "864", "86421", "86 4", "８６４２"].map((text) => invalid(`PVV ${text}`, pvv({ pvv: text }), "visa_pvv.pvv")),
  ...["", "123", "1234567890123", "12a4"].map((text) =>
    invalid(`offset ${text}`, (client) => client.verifyPin(verifyOffsetRequest(text)), "ibm_3624_offset.offset"),
  ),
  refused("a PAN that is none", verifyPin({ pan: "4999" }), "PAN_INVALID", "pan"),
  ...([0, 6, 99] as const).map((format) =>
    refused(`format ${format}`, source({ format: format as PinBlockFormat }), "PIN_BLOCK_FORMAT_INVALID", "source.format"),
  ),
  refused(
    "format 2",
    source({ format: PinBlockFormat.PIN_BLOCK_FORMAT_ISO_2 }),
    "PIN_BLOCK_FORMAT_INVALID",
    "source.format",
    "PCI PIN 3-3",
  ),
  refused("a block of 7 bytes", source({ pinBlock: Buffer.alloc(7) }), "PIN_BLOCK_LENGTH_INVALID", "source.pin_block"),
  refused("a MAC key as source", source({ key: byName("canary/retail-mac") }), "KEY_USAGE_MISMATCH", "source.key"),
  refused("a KSN with a zone key", source({ ksn: CANARIES.ksn }), "KSN_NOT_ALLOWED", "source.ksn"),
  refused("a BDK without a KSN", source({ key: byName("canary/bdk") }), "KSN_REQUIRED", "source.ksn"),
  refused(
    "an AES key for format 0",
    source({ key: byName("canary/zone-aes") }),
    "KEY_ALGORITHM_MISMATCH",
    "source.key",
    "PCI PIN 3-2",
  ),
  refused("a key that is not there", pvv({ key: byName("canary/absent") }), "KEY_NOT_FOUND", "visa_pvv.key"),
  refused("an IBM key for a PVV", pvv({ key: byName("canary/ibm") }), "KEY_USAGE_MISMATCH", "visa_pvv.key"),
  refused(
    "a PVK for an offset",
    (client) => client.verifyPin(verifyOffsetRequest("1234", byName("canary/pvk"))),
    "KEY_USAGE_MISMATCH",
    "ibm_3624_offset.key",
  ),
  refused("a PVK that may only generate", pvv({ key: byName("canary/pvk-generate") }), "KEY_MODE_MISMATCH", "visa_pvv.key"),
  refused("an expired PVK", pvv({ key: byName("canary/pvk-expired") }), "KEY_EXPIRED", "visa_pvv.key"),
];

const IMPORT_KEY: readonly Case[] = [
  ...["", "canary", "D0112P0AB00S0000é".padEnd(112, "0"), "D".repeat(10_000)].map((keyBlock) =>
    refused(`a key block ${keyBlock.slice(0, 20)}`, importKey({ keyBlock }), "KEY_BLOCK_INVALID", "key_block"),
  ),
  {
    what: "a block of another version",
    send: importKey({ keyEncryptionKey: byName("canary/kbpk-tdes") }),
    reason: "KEY_BLOCK_INVALID",
  },
  invalid("no parameters", importKey({ parameters: undefined }), "parameters"),
  ...["", "UPPER", "a//", "x".repeat(65)].map((name) =>
    invalid(`the name ${name}`, importKey({}, { name }), "parameters.name"),
  ),
  ...[0, 3, 99, -1].map((custody) => invalid(`custody ${custody}`, importKey({ custody: custody as KeyCustody }), "custody")),
  invalid("half a second", importKey({}, { notBefore: { seconds: 1n, nanos: 5 } }), "parameters.not_before"),
  invalid("a time before 1970", importKey({}, { notBefore: { seconds: -1n, nanos: 0 } }), "parameters.not_before"),
  invalid("no time", importKey({}, { notAfter: { seconds: 2n ** 62n, nanos: 0 } }), "parameters.not_after"),
  invalid("a scheme", importKey({}, { mac: { scheme: "canary", paddingMethod: 0, length: 8 } }), "parameters.mac.scheme"),
  invalid(
    "a padding",
    importKey({}, { mac: { scheme: "CMAC", paddingMethod: 3, length: 8 } }),
    "parameters.mac.padding_method",
  ),
  invalid("PIN keys", importKey({}, { dukptPinKey: "canary" }), "parameters.dukpt_pin_key"),
  invalid("MAC keys", importKey({}, { dukptMacKey: "canary" }), "parameters.dukpt_mac_key"),
  invalid("no key-encryption key", importKey({ keyEncryptionKey: undefined }), "key_encryption_key"),
  ...(
    [
      ["canary/absent", "KEY_NOT_FOUND"],
      ["canary/tmk", "KEY_USAGE_MISMATCH"],
      ["canary/kbpk-encrypt", "KEY_MODE_MISMATCH"],
      ["canary/kbpk-production", "KEY_ENVIRONMENT_MISMATCH"],
      ["canary/kbpk-later", "KEY_NOT_YET_VALID"],
    ] as const
  ).map(([name, reason]) => refused(name, importKey({ keyEncryptionKey: byName(name) }), reason, "key_encryption_key")),
];

const EXPORT_KEY: readonly Case[] = [
  invalid("no key", exportKey({ key: undefined }), "key"),
  invalid("no key-encryption key", exportKey({ keyEncryptionKey: undefined }), "key_encryption_key"),
  refused("a key that must stay", exportKey({ key: byName("canary/zone-tdes") }), "KEY_NOT_EXPORTABLE", "key"),
  refused("a sealed key that is none", exportKey({ key: bySealedKey(Buffer.from("canary")) }), "SEALED_KEY_INVALID", "key"),
  ...(
    [
      ["canary/absent", "KEY_NOT_FOUND"],
      ["canary/tmk", "KEY_USAGE_MISMATCH"],
      ["canary/kbpk-decrypt", "KEY_MODE_MISMATCH"],
      ["canary/kbpk-production", "KEY_ENVIRONMENT_MISMATCH"],
    ] as const
  ).map(([name, reason]) => refused(name, exportKey({ keyEncryptionKey: byName(name) }), reason, "key_encryption_key")),
  refused(
    "a legacy key block",
    exportKey({ keyEncryptionKey: byName("canary/kbpk-legacy") }),
    "KEY_USAGE_MISMATCH",
    "key_encryption_key",
    "key blocks of versions A and C are not made",
  ),
];

const SIGN_ON: readonly Case[] = [
  ...[0, 7, 99, -1].map((layout) => invalid(`layout ${layout}`, signOn({ layout: layout as SignOnLayout }), "layout")),
  refused(
    "single-length keys",
    signOn({ layout: SignOnLayout.SIGN_ON_LAYOUT_UNIONPAY_24 }),
    "OPERATION_DISABLED",
    "layout",
    "PCI PIN 2",
  ),
  ...[0, 3, -1].map((custody) => invalid(`custody ${custody}`, signOn({ custody: custody as KeyCustody }), "custody")),
  ...["", "Canary", "canary/", "x".repeat(60)].map((namePrefix) =>
    invalid(`the prefix ${namePrefix}`, signOn({ namePrefix }), "name_prefix"),
  ),
  invalid("an algorithm with a layout of its own", signOn({ algorithm: "TDES" }), "algorithm"),
  invalid("a data key with a layout of its own", signOn({ withDataKey: true }), "with_data_key"),
  invalid(
    "an algorithm that is none",
    signOn({ layout: SignOnLayout.SIGN_ON_LAYOUT_KEY_BLOCKS, algorithm: "DES" }),
    "algorithm",
  ),
  invalid("no master key", signOn({ terminalMasterKey: undefined }), "terminal_master_key"),
  refused(
    "a key that is not there",
    signOn({ terminalMasterKey: byName("canary/absent") }),
    "KEY_NOT_FOUND",
    "terminal_master_key",
  ),
  refused("a K1 key", signOn({ terminalMasterKey: byName("canary/kbpk") }), "KEY_USAGE_MISMATCH", "terminal_master_key"),
  refused(
    "an AES key",
    signOn({ terminalMasterKey: byName("canary/tmk-aes") }),
    "KEY_ALGORITHM_MISMATCH",
    "terminal_master_key",
  ),
  refused(
    "a K0 key for key blocks",
    signOn({ layout: SignOnLayout.SIGN_ON_LAYOUT_KEY_BLOCKS }),
    "KEY_USAGE_MISMATCH",
    "terminal_master_key",
  ),
];

const DERIVE_INITIAL_KEY: readonly Case[] = [
  invalid("no BDK", derive({ bdk: undefined }), "bdk"),
  invalid("no key-encryption key", derive({ keyEncryptionKey: undefined }), "key_encryption_key"),
  refused("a BDK that is none", derive({ bdk: byName("canary/zone-tdes") }), "KEY_USAGE_MISMATCH", "bdk"),
  refused("a BDK that is not there", derive({ bdk: byName("canary/absent") }), "KEY_NOT_FOUND", "bdk"),
  ...["", "ffff", "ffff9876543210e00001", "9876543210e00001", "ffff9876543210e0000000"].map((id) =>
    refused(`the id ${id}`, derive({ initialKeyId: Buffer.from(id, "hex") }), "INITIAL_KEY_ID_INVALID", "initial_key_id"),
  ),
  refused("a TDES id with an AES BDK", derive({ bdk: byName("canary/bdk-aes") }), "INITIAL_KEY_ID_INVALID", "initial_key_id"),
  refused("a K0 key", derive({ keyEncryptionKey: byName("canary/tmk") }), "KEY_USAGE_MISMATCH", "key_encryption_key"),
];

/** A request in order, for each operation that can be switched off. */
const IN_ORDER: Readonly<Record<SwitchedOperation, Case["send"]>> = {
  verifyPin: verifyPin({}),
  importKey: importKey(),
  exportKey: exportKey({}),
  changeKeyState: (client) => client.changeKeyState({ statement: Buffer.alloc(0), approvals: [] }),
  signOn: signOn({}),
  deriveInitialKey: derive({}),
};

const PATHS: Readonly<Record<SwitchedOperation, string>> = {
  verifyPin: "/pinmac.v1.PinService/VerifyPin",
  importKey: "/pinmac.v1.KeyService/ImportKey",
  exportKey: "/pinmac.v1.KeyService/ExportKey",
  changeKeyState: "/pinmac.v1.KeyService/ChangeKeyState",
  signOn: "/pinmac.v1.TerminalService/SignOn",
  deriveInitialKey: "/pinmac.v1.TerminalService/DeriveInitialKey",
};

describe.each([
  ["VerifyPin", VERIFY_PIN],
  ["ImportKey", IMPORT_KEY],
  ["ExportKey", EXPORT_KEY],
  ["SignOn", SIGN_ON],
  ["DeriveInitialKey", DERIVE_INITIAL_KEY],
] as const)("%s is refused without asking the engine", (_method, cases) => {
  it.each(cases)("$what: $reason", async ({ send, reason, metadata }) => {
    const before = await server.register.list(1_000);
    expectWholeRefusal(await errorOf(send(server.client)), server.log, reason, metadata);
    expect(engine.commands).toEqual([]);
    expect(await server.register.list(1_000)).toEqual(before);
  });
});

describe("an operation that is switched off", () => {
  it.each(SWITCHED_OPERATIONS)("%s is refused by every server that does not say otherwise", async (operation) => {
    const error = await errorOf(IN_ORDER[operation](closed.client));
    expectWholeRefusal(error, closed.log, "OPERATION_DISABLED", { requirement: `operations.${operation}` });
    expect(engine.commands).toEqual([]);
  });

  // A change of a key's state asks no engine: change-key-state.test.ts.
  it.each(SWITCHED_OPERATIONS.filter((operation) => operation !== "changeKeyState"))(
    "%s is done where it alone is switched on",
    async (operation) => {
      const only = await startTestServer(engine, { operations: { [operation]: true } });
      for (const [kind, changes] of KEYS) {
        if (changes.algorithm === undefined) await only.register.add(sealUnopenable(sampleHeader(kind, changes)));
      }
      for (const other of SWITCHED_OPERATIONS) {
        const outcome = IN_ORDER[other](only.client);
        if (other === operation) expect(await outcome).toBeDefined();
        else expect(await errorOf(outcome)).toMatchObject({ reason: "OPERATION_DISABLED" });
      }
      expect(engine.commands).toHaveLength(1);
      await only.stop();
    },
  );
});

it.each(SWITCHED_OPERATIONS)("%s refuses bytes that are no message", async (operation) => {
  const error = await errorOf(server.client.sendBytes(PATHS[operation], Buffer.from("0aff", "hex")));
  expectWholeRefusal(error, server.log, "REQUEST_INVALID");
});

it("a key that is stronger than its key-encryption key stays", async () => {
  for (const send of [
    exportKey({ key: byName("canary/exportable-aes"), keyEncryptionKey: byName("canary/kbpk-tdes") }),
    derive({
      bdk: byName("canary/bdk-aes"),
      initialKeyId: Buffer.alloc(8, 0xca),
      keyEncryptionKey: byName("canary/kbpk-tdes"),
    }),
  ]) {
    expect(await errorOf(send(server.client))).toMatchObject({
      code: "FAILED_PRECONDITION",
      reason: "KEY_STRENGTH_INSUFFICIENT",
    });
    expect(engine.commands).toEqual([]);
  }
});
