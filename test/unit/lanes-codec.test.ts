import { describe, expect, it } from "vitest";
import { REASONS, type Reason, Refusal } from "../../src/base/index.js";
import type { EngineCommand, EngineOutcome } from "../../src/engine/commands/command.js";
import { decodeCommand, encodeCommand } from "../../src/engine/lanes/command-codec.js";
import { LaneProtocolError } from "../../src/engine/lanes/frames.js";
import { decodeOutcome, encodeOutcome } from "../../src/engine/lanes/outcome-codec.js";
import { LaneCommand, LaneOutcome } from "../../src/gen/pinmac/engine/v1/lane.js";
import { parsePan } from "../../src/pin/pan.js";

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

const COMMANDS: readonly EngineCommand[] = [
  translatePin,
  verifyMac,
  generateMac,
  { kind: "authorize", verifyMac, translatePin, generateMac: { ...generateMac, placement: { offset: 3, encoding: "hex" } } },
  { kind: "authorize", verifyMac },
  { kind: "authorize", translatePin, generateMac: { ...generateMac, placement: { offset: 0, encoding: "binary" } } },
  { kind: "openSealedKey", sealedKey: sealed },
  { kind: "probe" },
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
  ["probe", { kind: "done" }],
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
    for (const kind of ["translatePin", "verifyMac", "authorize", "openSealedKey", "probe"] as const) {
      expect(() => decodeOutcome(kind, framed)).toThrow(LaneProtocolError);
    }
  });

  it("with an unknown reason break the protocol", () => {
    const value = { reason: "toString", field: "", requirement: "" };
    expect(() => decodeOutcome("probe", { id: 1, outcome: { $case: "refused", value } })).toThrow(LaneProtocolError);
  });
});
