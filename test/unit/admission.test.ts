import { describe, expect, it } from "vitest";
import { type AdmissionContext, admitCommand } from "../../src/engine/admission.js";
import type { CommandKey, EngineCommand, TranslatePinCommand, VerifyMacCommand } from "../../src/engine/commands/command.js";
import type { KeyHeader, KeyHeaderDraft, KeyUsage } from "../../src/keyblock/index.js";
import { KEY_USAGES, MODES_OF_USE } from "../../src/keyblock/index.js";
import { MAX_MESSAGE_LENGTH } from "../../src/mac/index.js";
import { type Pan, PIN_BLOCK_FORMATS, type PinBlockFormat, parsePan } from "../../src/pin/index.js";
import { RETAIL_MAC } from "../support/command-drafts.js";
import { bdk, headerOfKey, KEYS_BY_USAGE, macKey, pinKey, TDES_KSN } from "../support/command-keys.js";
import { refusalOf } from "../support/refusals.js";

const NOW = 1_760_000_000;
const CONTEXT: AdmissionContext = { environment: "test", now: NOW };
const KSN = TDES_KSN;
const RETAIL = RETAIL_MAC;

const admit = (command: EngineCommand, context = CONTEXT): void => admitCommand(command, headerOfKey, context);

function translate(
  source: PinBlockFormat,
  target: PinBlockFormat,
  changes: { sourceKey?: CommandKey; targetKey?: CommandKey; pinBlock?: Buffer; pan?: Pan } = {},
): TranslatePinCommand {
  return {
    kind: "translatePin",
    source: {
      key: changes.sourceKey ?? pinKey(source),
      format: source,
      pinBlock: changes.pinBlock ?? Buffer.alloc(source === 4 ? 16 : 8),
    },
    target: { key: changes.targetKey ?? pinKey(target), format: target },
    pan: changes.pan ?? parsePan("4111111111111111"),
  };
}

const verify = (changes: Partial<VerifyMacCommand> = {}): VerifyMacCommand => ({
  kind: "verifyMac",
  key: macKey(),
  message: Buffer.from("0200"),
  mac: Buffer.alloc(8),
  ...changes,
});

const generate = (key: CommandKey, message = Buffer.from("0210")) => ({ kind: "generateMac", key, message }) as const;

const reasonOf = (command: EngineCommand, context = CONTEXT) => {
  const { reason, field } = refusalOf(() => admit(command, context));
  return [reason, field];
};

describe("the formats of a translation", () => {
  for (const source of PIN_BLOCK_FORMATS) {
    for (const target of PIN_BLOCK_FORMATS) {
      const allowed = source !== 2 && target !== 1 && target !== 2;
      it(`${source} to ${target} is ${allowed ? "admitted" : "refused, whatever the keys"}`, () => {
        if (allowed) expect(() => admit(translate(source, target))).not.toThrow();
        else expect(reasonOf(translate(source, target))[0]).toBe("TRANSLATION_NOT_ALLOWED");
      });
    }
  }

  it("that are none of ISO 9564-1 are refused", () => {
    const strange = 5 as PinBlockFormat;
    const keys = { sourceKey: pinKey(0), targetKey: pinKey(0) };
    expect(reasonOf(translate(strange, 0, keys))).toEqual(["PIN_BLOCK_FORMAT_INVALID", "source.format"]);
    expect(reasonOf(translate(0, strange, keys))).toEqual(["PIN_BLOCK_FORMAT_INVALID", "target.format"]);
  });

  it.each([0, 1, 3] as const)("%i takes no AES key, and 4 no TDES key", (format) => {
    const aes = pinKey(4);
    const tdes = pinKey(0);
    expect(reasonOf(translate(format, 0, { sourceKey: aes }))).toEqual(["KEY_ALGORITHM_MISMATCH", "source.key"]);
    expect(reasonOf(translate(4, 0, { sourceKey: tdes }))).toEqual(["KEY_ALGORITHM_MISMATCH", "source.key"]);
    expect(reasonOf(translate(0, 4, { targetKey: tdes }))).toEqual(["KEY_ALGORITHM_MISMATCH", "target.key"]);
    expect(reasonOf(translate(0, 3, { targetKey: aes }))).toEqual(["KEY_ALGORITHM_MISMATCH", "target.key"]);
  });

  it("0, 1 and 3 come under a TDES BDK, 4 does not", () => {
    for (const format of [0, 1, 3] as const) {
      expect(() => admit(translate(format, 0, { sourceKey: bdk() }))).not.toThrow();
    }
    expect(reasonOf(translate(4, 0, { sourceKey: bdk() }))).toEqual(["KEY_ALGORITHM_MISMATCH", "source.key"]);
  });
});

describe("the form of a translation", () => {
  it.each([0, 7, 9, 16])("a block of %i bytes is refused for format 0", (length) => {
    const command = translate(0, 0, { pinBlock: Buffer.alloc(length) });
    expect(reasonOf(command)).toEqual(["PIN_BLOCK_LENGTH_INVALID", "source.pin_block"]);
  });

  it.each(["", "41111111111", "41111111111111111111", "411111111111111a", " 4111111111111"])("PAN %j is refused", (pan) => {
    expect(reasonOf(translate(0, 0, { pan: pan as Pan }))).toEqual(["PAN_INVALID", "pan"]);
  });

  it("faults of the form come before any key is looked at", () => {
    const command = translate(0, 1);
    const seen: CommandKey[] = [];
    const watch = (key: CommandKey): KeyHeader => {
      seen.push(key);
      return headerOfKey(key);
    };
    expect(refusalOf(() => admitCommand(command, watch, CONTEXT)).requirement).toBe("PCI PIN 3-3");
    expect(seen).toEqual([]);
  });
});

describe("one usage, one operation", () => {
  const MAC_USAGES: readonly KeyUsage[] = ["B0", "M0", "M1", "M3", "M6", "M7"];
  const admitted = (command: (key: CommandKey) => EngineCommand): KeyUsage[] =>
    KEY_USAGES.filter((usage) => {
      try {
        admit(command(KEYS_BY_USAGE[usage]()));
        return true;
      } catch (error) {
        expect(error).toMatchObject({ reason: "KEY_USAGE_MISMATCH" });
        return false;
      }
    });

  it("PINs come under P0 and B0 and go under P0", () => {
    expect(admitted((sourceKey) => translate(0, 0, { sourceKey }))).toEqual(["B0", "P0"]);
    expect(admitted((targetKey) => translate(0, 0, { targetKey }))).toEqual(["P0"]);
  });

  it("MACs are made and verified under M keys, and under a BDK that says how", () => {
    expect(admitted((key) => verify({ key }))).toEqual(MAC_USAGES);
    expect(admitted((key) => generate(key))).toEqual(MAC_USAGES);
    expect(reasonOf(verify({ key: bdk() }))).toEqual(["KEY_USAGE_MISMATCH", "key"]);
  });
});

describe("modes of use", () => {
  const admitted = (command: (modeOfUse: KeyHeader["modeOfUse"]) => EngineCommand): string =>
    MODES_OF_USE.filter((modeOfUse) => {
      try {
        admit(command(modeOfUse));
        return true;
      } catch (error) {
        expect(error).toMatchObject({ reason: "KEY_MODE_MISMATCH" });
        return false;
      }
    }).join("");

  it("a source needs D or B, a target E or B", () => {
    expect(admitted((modeOfUse) => translate(0, 0, { sourceKey: pinKey(0, { modeOfUse }) }))).toBe("BD");
    expect(admitted((modeOfUse) => translate(0, 0, { targetKey: pinKey(0, { modeOfUse }) }))).toBe("BE");
  });

  it("verifying needs V or C, generating G or C", () => {
    expect(admitted((modeOfUse) => verify({ key: macKey({ modeOfUse }) }))).toBe("CV");
    expect(admitted((modeOfUse) => generate(macKey({ modeOfUse })))).toBe("CG");
  });

  it("a BDK derives", () => {
    expect(admitted((modeOfUse) => translate(0, 0, { sourceKey: bdk({ modeOfUse }) }))).toBe("X");
    expect(admitted((modeOfUse) => verify({ key: bdk({ modeOfUse, mac: RETAIL }) }))).toBe("X");
  });
});

describe("a KSN", () => {
  it("is required with a BDK; an empty one is none", () => {
    for (const key of [{ ...bdk(), ksn: Buffer.alloc(0) }, { sealedKey: bdk().sealedKey }]) {
      expect(reasonOf(translate(0, 0, { sourceKey: key }))).toEqual(["KSN_REQUIRED", "source.ksn"]);
    }
    const silent = { sealedKey: bdk({ mac: RETAIL }).sealedKey };
    expect(reasonOf(verify({ key: silent }))).toEqual(["KSN_REQUIRED", "ksn"]);
  });

  it("is not allowed with any other key", () => {
    const key = { ...pinKey(0), ksn: KSN };
    expect(reasonOf(translate(0, 0, { sourceKey: key }))).toEqual(["KSN_NOT_ALLOWED", "source.ksn"]);
    expect(reasonOf(translate(0, 0, { targetKey: key }))).toEqual(["KSN_NOT_ALLOWED", "target.key"]);
    expect(reasonOf(verify({ key: { ...macKey(), ksn: KSN } }))).toEqual(["KSN_NOT_ALLOWED", "ksn"]);
  });

  it.each(["FFFF9876543210E00000", "FFFF9876543210FFFFFF", "FFFF9876543210E000", "FFFF9876543210E0000100"])(
    "%s is refused",
    (hex) => {
      const key = bdk({}, Buffer.from(hex, "hex"));
      expect(reasonOf(translate(0, 0, { sourceKey: key }))).toEqual(["KSN_INVALID", "source.ksn"]);
    },
  );
});

describe("environment and validity", () => {
  const commands = (changes: Partial<KeyHeaderDraft>): readonly EngineCommand[] => [
    translate(0, 0, { sourceKey: pinKey(0, changes) }),
    translate(0, 0, { targetKey: pinKey(0, changes) }),
    verify({ key: macKey(changes) }),
    generate(macKey(changes)),
  ];

  it("keys of the other environment are refused everywhere", () => {
    for (const command of commands({ environment: "production" })) {
      expect(reasonOf(command)[0]).toBe("KEY_ENVIRONMENT_MISMATCH");
      expect(reasonOf(verify(), { environment: "production", now: NOW })[0]).toBe("KEY_ENVIRONMENT_MISMATCH");
    }
    const { sealedKey } = pinKey(0, { environment: "production" });
    expect(reasonOf({ kind: "openSealedKey", sealedKey })).toEqual(["KEY_ENVIRONMENT_MISMATCH", "key"]);
    expect(() => admit({ kind: "openSealedKey", sealedKey }, { environment: "production", now: NOW })).not.toThrow();
  });

  it("a key is valid from its first second to the one before its end", () => {
    for (const command of commands({ notBefore: NOW, notAfter: NOW + 10 })) {
      expect(reasonOf(command, { environment: "test", now: NOW - 1 })[0]).toBe("KEY_NOT_YET_VALID");
      expect(() => admit(command, { environment: "test", now: NOW })).not.toThrow();
      expect(() => admit(command, { environment: "test", now: NOW + 9 })).not.toThrow();
      expect(reasonOf(command, { environment: "test", now: NOW + 10 })[0]).toBe("KEY_EXPIRED");
    }
  });
});

describe("messages and MACs", () => {
  it.each([0, MAX_MESSAGE_LENGTH + 1])("a message of %i bytes is refused", (length) => {
    const message = Buffer.alloc(length);
    expect(reasonOf(verify({ message }))).toEqual(["MESSAGE_LENGTH_INVALID", "message"]);
    expect(reasonOf(generate(macKey(), message))).toEqual(["MESSAGE_LENGTH_INVALID", "message"]);
  });

  it("messages of 1 to 65,536 bytes are admitted", () => {
    for (const length of [1, MAX_MESSAGE_LENGTH]) {
      expect(() => admit(verify({ message: Buffer.alloc(length) }))).not.toThrow();
    }
  });

  it("a MAC has the length that its key fixes, and no other", () => {
    for (let length = 0; length <= 17; length++) {
      const command = verify({ mac: Buffer.alloc(length) });
      if (length === RETAIL.length) expect(() => admit(command)).not.toThrow();
      else expect(reasonOf(command)).toEqual(["MAC_LENGTH_INVALID", "mac"]);
    }
  });
});

describe("an authorization", () => {
  const outbound = (filler: number, changes: { offset?: number; encoding?: "binary" | "hex"; size?: number } = {}) => ({
    ...generate(macKey(), Buffer.concat([Buffer.from("MTI:"), Buffer.alloc(changes.size ?? 32, filler), Buffer.from("end")])),
    placement: { offset: changes.offset ?? 4, encoding: changes.encoding ?? "binary" },
  });

  it("has at least one step", () => {
    expect(reasonOf({ kind: "authorize" })).toEqual(["REQUEST_INVALID", undefined]);
  });

  it("is admitted with any of its steps", () => {
    const steps = { verifyMac: verify(), translatePin: translate(0, 3), generateMac: generate(macKey()) };
    for (let mask = 1; mask < 8; mask++) {
      const chosen = Object.entries(steps).filter((_, index) => (mask >> index) & 1);
      expect(() => admit({ kind: "authorize", ...Object.fromEntries(chosen) })).not.toThrow();
    }
  });

  it("is refused for any of its steps, which it names", () => {
    const short = verify({ mac: Buffer.alloc(4) });
    expect(reasonOf({ kind: "authorize", verifyMac: short })).toEqual(["MAC_LENGTH_INVALID", "verify_mac.mac"]);
    const wrongBlock = translate(0, 0, { pinBlock: Buffer.alloc(9) });
    const translation = reasonOf({ kind: "authorize", verifyMac: verify(), translatePin: wrongBlock });
    expect(translation).toEqual(["PIN_BLOCK_LENGTH_INVALID", "translate_pin.source.pin_block"]);
    const generation = reasonOf({ kind: "authorize", verifyMac: verify(), generateMac: generate(pinKey(0)) });
    expect(generation).toEqual(["KEY_USAGE_MISMATCH", "generate_mac.key"]);
  });

  it.each([
    [0, "binary", 8, 0x00],
    [4, "binary", 16, 0x00],
    [3, "hex", 16, 0x30],
    [4, "hex", 32, 0x30],
  ] as const)("places a block of format %i, %s, on %i placeholder bytes", (format, encoding, size, filler) => {
    const translatePin = translate(0, format);
    const place = (changes: object, byte: number = filler): EngineCommand => ({
      kind: "authorize",
      translatePin,
      generateMac: outbound(byte, { encoding, size, ...changes }),
    });
    expect(() => admit(place({}))).not.toThrow();
    for (const wrong of [
      place({ offset: 3 }),
      place({ offset: 5 }),
      place({ offset: -1 }),
      place({ offset: 4.5 }),
      place({ offset: 1_000_000 }),
      place({ size: size - 1 }),
      place({}, 0x20),
      place({}, filler === 0 ? 0x30 : 0x00),
    ]) {
      expect(reasonOf(wrong)).toEqual(["REQUEST_INVALID", "generate_mac.pin_block.offset"]);
    }
  });

  it("places no block that would reach beyond the message", () => {
    const message = Buffer.concat([Buffer.from("MTI:"), Buffer.alloc(7)]);
    const generateMac = { ...generate(macKey(), message), placement: { offset: 4, encoding: "binary" } } as const;
    const command: EngineCommand = { kind: "authorize", translatePin: translate(0, 0), generateMac };
    expect(reasonOf(command)).toEqual(["REQUEST_INVALID", "generate_mac.pin_block.offset"]);
  });

  it("places nothing without a translation", () => {
    const command: EngineCommand = { kind: "authorize", generateMac: outbound(0) };
    expect(reasonOf(command)).toEqual(["REQUEST_INVALID", "generate_mac.pin_block"]);
  });
});

describe("a probe", () => {
  it("needs nothing", () => {
    expect(() => admit({ kind: "probe" })).not.toThrow();
  });
});
