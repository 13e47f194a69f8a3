import { describe, expect, it } from "vitest";
import { REASONS, type Reason, Refusal } from "../../src/base/index.js";
import type { EngineCommand, EngineOutcome, KeyBlockDraft } from "../../src/engine/commands/command.js";
import { commandLength, decodeCommand, encodeCommand } from "../../src/engine/lanes/command-codec.js";
import { LaneProtocolError } from "../../src/engine/lanes/frames.js";
import { decodeOutcome, encodeOutcome } from "../../src/engine/lanes/outcome-codec.js";
import { LaneCommand, LaneOutcome } from "../../src/gen/pinmac/engine/v1/lane.js";
import { writeDraft } from "../../src/keyblock/header-codec.js";
import { SIGN_ON_LAYOUTS } from "../../src/keyblock/index.js";
import { parsePan } from "../../src/pin/pan.js";
import { keyBlockDraft, unionPayDrafts } from "../support/command-drafts.js";
import { ALL_KINDS, draftOf } from "../support/key-headers.js";

const sealed = Buffer.from("5365616c6564", "hex");
const ksn = Buffer.from("ffff9876543210e00001", "hex");
const translatePin = {
  kind: "translatePin",
  source: { key: { sealedKey: sealed, ksn }, format: 0, pinBlock: Buffer.alloc(8, 7) },
  target: { key: { sealedKey: Buffer.from("other") }, format: 4 },
  pan: parsePan("4012345678909"),
} as const satisfies EngineCommand;
const verifyMac = {
  kind: "verifyMac",
  key: { sealedKey: sealed },
  message: Buffer.from("0200"),
  mac: Buffer.alloc(4, 1),
} as const;
const generateMac = { kind: "generateMac", key: { sealedKey: sealed, ksn }, message: Buffer.from("0210") } as const;

const PVV = { kind: "visaPvv", pvki: 6, pvv: "0123" } as const;

/** Everything that a draft may say besides what a key block does. */
const FULL_DRAFT: KeyBlockDraft = keyBlockDraft({
  notBefore: 1,
  notAfter: 253_402_300_799,
  mac: { scheme: "CMAC", paddingMethod: 0, length: 16 },
  dukptType: "AES_256",
  dukptWorkingKeys: { pin: "AES_128", mac: "AES_256" },
  keyBlockVersion: "D",
  ibm3624: { tableName: "acme", table: "0123456789012345", panStart: 3, panLength: 11, pad: "D" },
});

const COMMANDS: readonly EngineCommand[] = [
  translatePin,
  verifyMac,
  generateMac,
  { kind: "authorize", verifyMac, translatePin, generateMac: { ...generateMac, placement: { offset: 3, encoding: "hex" } } },
  { kind: "authorize", verifyMac },
  { kind: "authorize", translatePin, generateMac: { ...generateMac, placement: { offset: 0, encoding: "binary" } } },
  { kind: "openSealedKey", sealedKey: sealed },
  { kind: "signCheckpoint", digest: Buffer.alloc(32, 0x5c) },
  { kind: "sealRegisterHead", head: { registerId: Buffer.alloc(16, 1), seq: 2 ** 40, hash: Buffer.alloc(32, 2) } },
  { kind: "verifySeals", sealedKeys: [sealed, Buffer.from("no key")] },
  { kind: "probe" },
  { kind: "verifyPin", source: translatePin.source, pan: translatePin.pan, method: { ...PVV, key: { sealedKey: sealed } } },
  {
    kind: "verifyPin",
    source: { ...translatePin.source, format: 4, pinBlock: Buffer.alloc(16, 9) },
    pan: translatePin.pan,
    method: { kind: "ibm3624", key: { sealedKey: sealed }, offset: "000000000012" },
  },
  ...[keyBlockDraft(), FULL_DRAFT].map(
    (draft) =>
      ({
        kind: "importKeyBlock",
        keyBlock: Buffer.from("B0080P0TE00E0000"),
        keyEncryptionKey: { sealedKey: sealed },
        draft,
      }) as const,
  ),
  { kind: "exportKeyBlock", key: { sealedKey: sealed }, keyEncryptionKey: { sealedKey: Buffer.from("kbpk") } },
  ...ALL_KINDS.map(
    (pin) =>
      ({
        kind: "generateSessionKeys",
        terminalMasterKey: { sealedKey: sealed },
        delivery: { kind: "keyBlocks" },
        drafts: { pin, mac: pin },
      }) as const,
  ),
  ...SIGN_ON_LAYOUTS.map(
    (layout) =>
      ({
        kind: "generateSessionKeys",
        terminalMasterKey: { sealedKey: sealed },
        delivery: { kind: "unionPay", layout },
        drafts: unionPayDrafts(16, true),
      }) as const,
  ),
  {
    kind: "deriveInitialKey",
    bdk: { sealedKey: sealed },
    initialKeyId: Buffer.from("1234567890123456", "hex"),
    keyEncryptionKey: { sealedKey: Buffer.from("kbpk") },
  },
];

const OUTCOMES: readonly (readonly [EngineCommand["kind"], EngineOutcome])[] = [
  ["translatePin", { kind: "translatePin", pinBlock: Buffer.alloc(16, 3) }],
  ["generateMac", { kind: "generateMac", mac: Buffer.from("A1B2C3D4") }],
  ["verifyMac", { kind: "verifyMac", verified: true }],
  ["verifyMac", { kind: "verifyMac", verified: false }],
  ["authorize", { kind: "authorize", completed: false }],
  ["authorize", { kind: "authorize", completed: true }],
  ["authorize", { kind: "authorize", completed: true, pinBlock: Buffer.alloc(8, 1), mac: Buffer.alloc(4, 2) }],
  ["openSealedKey", { kind: "done" }],
  ["signCheckpoint", { kind: "signCheckpoint", signature: Buffer.alloc(64, 0x5c) }],
  ["sealRegisterHead", { kind: "sealRegisterHead", seal: Buffer.alloc(16, 3) }],
  ["verifySeals", { kind: "verifySeals", holds: [true, false] }],
  ["probe", { kind: "done" }],
  ["verifyPin", { kind: "verifyPin", verified: true }],
  ["verifyPin", { kind: "verifyPin", verified: false }],
  ["importKeyBlock", { kind: "importKeyBlock", sealedKey: sealed }],
  ["exportKeyBlock", { kind: "exportKeyBlock", keyBlock: Buffer.from("D0112P0AE00E0000") }],
  [
    "generateSessionKeys",
    { kind: "generateSessionKeys", field62: Buffer.alloc(40, 5), pin: { sealedKey: sealed }, mac: { sealedKey: sealed } },
  ],
  [
    "generateSessionKeys",
    {
      kind: "generateSessionKeys",
      pin: { sealedKey: sealed, keyBlock: Buffer.from("pin") },
      mac: { sealedKey: sealed, keyBlock: Buffer.from("mac") },
      data: { sealedKey: sealed, keyBlock: Buffer.from("data") },
    },
  ],
  ["deriveInitialKey", { kind: "deriveInitialKey", keyBlock: Buffer.from("D0144B1AX00N"), checkValue: Buffer.alloc(5, 6) }],
  ["translatePin", { kind: "refused", reason: "KEY_USAGE_MISMATCH", field: "source.key" }],
  ["probe", { kind: "refused", reason: "TRANSLATION_NOT_ALLOWED", requirement: "PCI PIN 3-3" }],
];

function overTheWire(outcome: LaneOutcome): LaneOutcome {
  return LaneOutcome.decode(LaneOutcome.encode(outcome).finish());
}

describe("commands in frames", () => {
  it.each(COMMANDS.map((command) => [command.kind, command] as const))("%s comes out as it went in", (_, command) => {
    const framed = LaneCommand.decode(LaneCommand.encode(encodeCommand(9, command)).finish());
    expect(framed.id).toBe(9);
    expect(decodeCommand(framed)).toEqual(command);
  });

  it("are refused with a PAN or a format that cannot be", () => {
    const framed = encodeCommand(1, translatePin);
    if (framed.command?.$case !== "translatePin") throw new Error("not the command");
    const { value } = framed.command;
    const withPan: LaneCommand = { id: 1, command: { $case: "translatePin", value: { ...value, pan: "1" } } };
    const withFormat: LaneCommand = { id: 1, command: { $case: "translatePin", value: { ...value, targetFormat: 5 } } };
    expect(() => decodeCommand(withPan)).toThrow(Refusal);
    expect(() => decodeCommand(withFormat)).toThrow(Refusal);
  });

  it("without a body or a key break the protocol", () => {
    expect(() => decodeCommand({ id: 1, command: undefined })).toThrow(LaneProtocolError);
    const keyless = { sealedKey: undefined, key: undefined, message: sealed, placement: undefined };
    expect(() => decodeCommand({ id: 1, command: { $case: "generateMac", value: keyless } })).toThrow(LaneProtocolError);
  });
});

describe("issuing commands that a front would never send", () => {
  const key = { sealedKey: sealed, ksn: Buffer.alloc(0) };
  const draft = writeDraft(draftOf());
  const sessionKeys = { terminalMasterKey: key, unionPayLayout: 40, pin: draft, mac: draft, data: undefined };
  const decode = (command: LaneCommand["command"]) => (): unknown => decodeCommand({ id: 1, command });

  it("break the protocol", () => {
    for (const changes of [{ unionPayLayout: 41 }, { pin: undefined }, { mac: { ...draft, usage: "ZZ" } }]) {
      const value = { ...sessionKeys, ...changes };
      expect(decode({ $case: "generateSessionKeys", value })).toThrow(LaneProtocolError);
    }
    const methodless = { sourceKey: key, sourceFormat: 0, pinBlock: sealed, pan: translatePin.pan, method: undefined };
    expect(decode({ $case: "verifyPin", value: methodless })).toThrow(LaneProtocolError);
    const draftless = { keyBlock: sealed, keyEncryptionKey: key, draft: undefined };
    expect(decode({ $case: "importKeyBlock", value: draftless })).toThrow(LaneProtocolError);
  });
});

describe("how long a command is", () => {
  it.each(COMMANDS.map((command) => [command.kind, command] as const))("%s: its frame is not much longer", (_, command) => {
    const framed = LaneCommand.encode(encodeCommand(9, command)).finish().length;
    expect(framed).toBeLessThanOrEqual(commandLength(command) + 256);
  });
});

describe("outcomes in frames", () => {
  it.each(OUTCOMES)("of %s come out as they went in", (kind, outcome) => {
    expect(decodeOutcome(kind, overTheWire(encodeOutcome(5, outcome)))).toEqual(outcome);
  });

  it("carry every reason", () => {
    for (const reason of Object.keys(REASONS) as Reason[]) {
      expect(decodeOutcome("probe", overTheWire(encodeOutcome(1, { kind: "refused", reason })))).toEqual({
        kind: "refused",
        reason,
      });
    }
  });

  it("must be of the command's own kind", () => {
    const framed = encodeOutcome(1, { kind: "generateMac", mac: sealed });
    for (const kind of [
      "translatePin",
      "verifyMac",
      "authorize",
      "openSealedKey",
      "probe",
      "verifyPin",
      "importKeyBlock",
    ] as const) {
      expect(() => decodeOutcome(kind, framed)).toThrow(LaneProtocolError);
    }
  });

  it("with an unknown reason break the protocol", () => {
    const value = { reason: "toString", field: "", requirement: "" };
    expect(() => decodeOutcome("probe", { id: 1, outcome: { $case: "refused", value } })).toThrow(LaneProtocolError);
  });
});
