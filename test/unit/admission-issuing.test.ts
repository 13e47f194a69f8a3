import { describe, expect, it } from "vitest";
import { type AdmissionContext, admitCommand } from "../../src/engine/admission.js";
import type {
  CommandKey,
  EngineCommand,
  ExportKeyBlockCommand,
  GenerateSessionKeysCommand,
  ImportKeyBlockCommand,
  VerifyPinCommand,
} from "../../src/engine/commands/command.js";
import { KEY_BLOCK_VERSIONS, KEY_USAGES, type KeyHeader, type KeyUsage, MODES_OF_USE } from "../../src/keyblock/index.js";
import { type Pan, PIN_BLOCK_FORMATS, parsePan } from "../../src/pin/index.js";
import { CMAC, keyBlockDraft, RETAIL_MAC, unionPayDrafts } from "../support/command-drafts.js";
import {
  AES_KSN,
  aesBdk,
  bdk,
  headerOfKey,
  IBM_3624,
  KEYS_BY_USAGE,
  keyBlockKey,
  keyOf,
  macKey,
  pinKey,
  TDES_KSN,
} from "../support/command-keys.js";
import { draftOf } from "../support/key-headers.js";
import { refusalOf } from "../support/refusals.js";

const NOW = 1_760_000_000;
const CONTEXT: AdmissionContext = { environment: "test", now: NOW };
const admit = (command: EngineCommand, context = CONTEXT): void => admitCommand(command, headerOfKey, context);
const reasonOf = (command: EngineCommand, context = CONTEXT) => {
  const { reason, field } = refusalOf(() => admit(command, context));
  return [reason, field];
};
const isAdmitted = (command: EngineCommand, otherwise: readonly string[]): boolean => {
  try {
    admit(command);
    return true;
  } catch (error) {
    expect(otherwise).toContain((error as { reason?: string }).reason);
    return false;
  }
};
const withoutKsn = ({ sealedKey }: CommandKey): CommandKey => ({ sealedKey });

const PVV_KEY = (changes = {}): CommandKey => keyOf({ usage: "V2", modeOfUse: "V", ...changes });
const PVV = { kind: "visaPvv", pvki: 1, pvv: "5596" } as const;
const OFFSET = { kind: "ibm3624", offset: "0000" } as const;
const PAN = parsePan("5432101234567890");

function verifyPin(
  format: 0 | 1 | 2 | 3 | 4,
  key: CommandKey,
  changes: Partial<VerifyPinCommand> & { readonly pinBlock?: Buffer } = {},
): VerifyPinCommand {
  const { pinBlock = Buffer.alloc(format === 4 ? 16 : 8), ...rest } = changes;
  return { kind: "verifyPin", source: { key, format, pinBlock }, pan: PAN, method: { ...PVV, key: PVV_KEY() }, ...rest };
}

describe("a PIN to be verified", () => {
  it("arrives in every format but 2", () => {
    const admitted = PIN_BLOCK_FORMATS.filter((format) =>
      isAdmitted(verifyPin(format, pinKey(format)), ["PIN_BLOCK_FORMAT_INVALID"]),
    );
    expect(admitted).toEqual([0, 1, 3, 4]);
  });

  it.each([
    ["PIN_BLOCK_LENGTH_INVALID", "source.pin_block", { pinBlock: Buffer.alloc(16) }],
    ["PAN_INVALID", "pan", { pan: "1" as Pan }],
    ["REQUEST_INVALID", "visa_pvv.key_index", { method: { ...PVV, pvki: 7, key: PVV_KEY() } }],
    ["REQUEST_INVALID", "visa_pvv.pvv", { method: { ...PVV, pvv: "55960", key: PVV_KEY() } }],
    ["REQUEST_INVALID", "ibm_3624_offset.offset", { method: { ...OFFSET, offset: "123", key: KEYS_BY_USAGE.V1() } }],
  ])("is refused %s for %s", (reason, field, changes) => {
    expect(reasonOf(verifyPin(0, pinKey(0), changes))).toEqual([reason, field]);
  });

  it("comes under P0 and B0, and is verified under the method's own usage", () => {
    const usages = (command: (key: CommandKey) => EngineCommand): KeyUsage[] =>
      KEY_USAGES.filter((usage) => isAdmitted(command(KEYS_BY_USAGE[usage]()), ["KEY_USAGE_MISMATCH"]));
    expect(usages((key) => verifyPin(0, key))).toEqual(["B0", "P0"]);
    expect(usages((key) => verifyPin(0, pinKey(0), { method: { ...PVV, key } }))).toEqual(["V2"]);
    expect(usages((key) => verifyPin(0, pinKey(0), { method: { ...OFFSET, key } }))).toEqual(["V1"]);
  });

  it("needs a key that may verify", () => {
    const modes = MODES_OF_USE.filter((modeOfUse) =>
      isAdmitted(verifyPin(0, pinKey(0), { method: { ...PVV, key: PVV_KEY({ modeOfUse }) } }), ["KEY_MODE_MISMATCH"]),
    );
    expect(modes).toEqual(["C", "V"]);
  });

  it("needs a PAN that is long enough for its key's validation data", () => {
    const key = keyOf({ usage: "V1", modeOfUse: "V", ibm3624: { ...IBM_3624, panStart: 3 } });
    expect(reasonOf(verifyPin(0, pinKey(0), { method: { ...OFFSET, key } }))).toEqual(["PAN_INVALID", "pan"]);
  });

  it("takes no KSN for its verification key", () => {
    const method = { ...PVV, key: { ...PVV_KEY(), ksn: TDES_KSN } };
    expect(reasonOf(verifyPin(0, pinKey(0), { method }))).toEqual(["KSN_NOT_ALLOWED", "visa_pvv.key"]);
  });
});

describe("a PIN block under an AES BDK", () => {
  const translate = (format: 0 | 1 | 3 | 4, key: CommandKey): EngineCommand => ({
    kind: "translatePin",
    source: { key, format, pinBlock: Buffer.alloc(format === 4 ? 16 : 8) },
    target: { key: pinKey(0), format: 0 },
    pan: PAN,
  });

  const both = (format: 0 | 1 | 3 | 4, type: "AES_128" | "TDES_2KEY"): EngineCommand[] => {
    const key = aesBdk({ pin: type });
    return [translate(format, key), verifyPin(format, key)];
  };

  it("has the format of the BDK's PIN keys", () => {
    for (const command of both(4, "AES_128")) expect(() => admit(command)).not.toThrow();
    for (const command of both(4, "TDES_2KEY")) expect(reasonOf(command)).toEqual(["KEY_ALGORITHM_MISMATCH", "source.key"]);
  });

  it.each([0, 1, 3] as const)("has format %i under TDES PIN keys only", (format) => {
    for (const command of both(format, "TDES_2KEY")) expect(() => admit(command)).not.toThrow();
    for (const command of both(format, "AES_128")) {
      expect(reasonOf(command)).toEqual(["KEY_ALGORITHM_MISMATCH", "source.key"]);
    }
  });

  it("needs PIN keys, as MACs need MAC keys", () => {
    const macOnly = aesBdk({ mac: "AES_128" }, { mac: CMAC });
    expect(reasonOf(translate(4, macOnly))).toEqual(["KEY_USAGE_MISMATCH", "source.key"]);
    const message = Buffer.from("0200");
    expect(() => admit({ kind: "generateMac", key: macOnly, message })).not.toThrow();
    expect(reasonOf({ kind: "generateMac", key: aesBdk({ pin: "AES_128" }), message })).toEqual(["KEY_USAGE_MISMATCH", "key"]);
  });

  it.each([
    ["123456789012345600000000", "counter 0"],
    ["1234567890123456FFFFFFFF", "too many one-bits"],
    ["12345678901234560000000001", "13 bytes"],
    ["FFFF9876543210E00001", "a KSN of TDES"],
  ])("KSN %s is refused: %s", (hex) => {
    const key = aesBdk({ pin: "AES_128" }, {}, Buffer.from(hex, "hex"));
    expect(reasonOf(translate(4, key))).toEqual(["KSN_INVALID", "source.ksn"]);
  });

  it("of TDES takes 8 bytes of KSN as well as 10, and none of AES", () => {
    expect(() => admit(translate(0, bdk({}, Buffer.from("9876543210E00001", "hex"))))).not.toThrow();
    expect(reasonOf(translate(0, bdk({}, AES_KSN)))).toEqual(["KSN_INVALID", "source.ksn"]);
  });

  it("single DES carries no PIN", () => {
    const key = keyOf({ algorithm: "DES", keyLength: 8 });
    for (const command of [translate(0, key), verifyPin(0, key)]) {
      expect(reasonOf(command)).toEqual(["KEY_ALGORITHM_MISMATCH", "source.key"]);
    }
  });
});

const BLOCK = (version: string): Buffer => Buffer.from(`${version}0080P0TE00N0000${"0".repeat(64)}`);
const importBlock = (changes: Partial<ImportKeyBlockCommand> = {}): ImportKeyBlockCommand => ({
  kind: "importKeyBlock",
  keyBlock: BLOCK("B"),
  keyEncryptionKey: keyBlockKey("B"),
  draft: keyBlockDraft(),
  ...changes,
});

describe("a key block to be opened", () => {
  it("has the version that its key is bound to, whichever that is", () => {
    for (const version of KEY_BLOCK_VERSIONS) {
      for (const bound of KEY_BLOCK_VERSIONS) {
        const command = importBlock({ keyBlock: BLOCK(version), keyEncryptionKey: keyBlockKey(bound) });
        expect(isAdmitted(command, ["KEY_BLOCK_INVALID"])).toBe(version === bound);
      }
    }
  });

  it("is opened by a K1 key that may decipher", () => {
    const usages = KEY_USAGES.filter((usage) =>
      isAdmitted(importBlock({ keyBlock: BLOCK("D"), keyEncryptionKey: withoutKsn(KEYS_BY_USAGE[usage]()) }), [
        "KEY_USAGE_MISMATCH",
      ]),
    );
    expect(usages).toEqual(["K1"]);
    const modes = MODES_OF_USE.filter((modeOfUse) =>
      isAdmitted(importBlock({ keyEncryptionKey: keyBlockKey("B", { modeOfUse }) }), ["KEY_MODE_MISMATCH"]),
    );
    expect(modes).toEqual(["B", "D"]);
  });

  it("has a form before any key is looked at, and its key the service's environment", () => {
    expect(reasonOf(importBlock({ keyBlock: Buffer.from("nothing") }))).toEqual(["KEY_BLOCK_INVALID", undefined]);
    const production = importBlock({ draft: keyBlockDraft({ environment: "production" }) });
    expect(reasonOf(production)).toEqual(["KEY_ENVIRONMENT_MISMATCH", "environment"]);
  });
});

const exportBlock = (changes: Partial<ExportKeyBlockCommand> = {}): ExportKeyBlockCommand => ({
  kind: "exportKeyBlock",
  key: pinKey(0, { exportability: "E" }),
  keyEncryptionKey: keyBlockKey("D"),
  ...changes,
});

describe("a key to be given", () => {
  it("is exportable", () => {
    for (const exportability of ["E", "S"] as const) {
      expect(() => admit(exportBlock({ key: pinKey(0, { exportability }) }))).not.toThrow();
    }
    expect(reasonOf(exportBlock({ key: pinKey(0) }))).toEqual(["KEY_NOT_EXPORTABLE", "key"]);
  });

  it("goes under a K1 key of version B or D that may encipher", () => {
    const versions = KEY_BLOCK_VERSIONS.filter((version) =>
      isAdmitted(exportBlock({ keyEncryptionKey: keyBlockKey(version) }), ["KEY_USAGE_MISMATCH"]),
    );
    expect(versions).toEqual(["B", "D"]);
    const modes = MODES_OF_USE.filter((modeOfUse) =>
      isAdmitted(exportBlock({ keyEncryptionKey: keyBlockKey("D", { modeOfUse }) }), ["KEY_MODE_MISMATCH"]),
    );
    expect(modes).toEqual(["B", "E"]);
  });

  it("is no stronger than what it goes under", () => {
    const strong = pinKey(4, { keyLength: 32, exportability: "E" });
    expect(() => admit(exportBlock({ key: strong }))).not.toThrow();
    const weaker = keyBlockKey("D", { keyLength: 24 });
    expect(reasonOf(exportBlock({ key: strong, keyEncryptionKey: weaker }))[0]).toBe("KEY_STRENGTH_INSUFFICIENT");
  });

  it("is of this environment and valid", () => {
    const change = (changes: Partial<KeyHeader>): EngineCommand =>
      exportBlock({ key: pinKey(0, { exportability: "E", ...changes }) });
    expect(reasonOf(change({ environment: "production" }))).toEqual(["KEY_ENVIRONMENT_MISMATCH", "key"]);
    expect(reasonOf(change({ notAfter: NOW }))).toEqual(["KEY_EXPIRED", "key"]);
    expect(reasonOf(change({ notBefore: NOW + 1 }))).toEqual(["KEY_NOT_YET_VALID", "key"]);
  });
});

const sessionKeys = (changes: Partial<GenerateSessionKeysCommand> = {}): GenerateSessionKeysCommand => ({
  kind: "generateSessionKeys",
  terminalMasterKey: keyOf({ usage: "K0", modeOfUse: "E" }),
  delivery: { kind: "unionPay", layout: 40 },
  drafts: unionPayDrafts(16, false),
  ...changes,
});

describe("session keys", () => {
  const blocks = (changes: Partial<GenerateSessionKeysCommand["drafts"]> = {}): GenerateSessionKeysCommand =>
    sessionKeys({
      terminalMasterKey: keyBlockKey("D"),
      delivery: { kind: "keyBlocks" },
      drafts: { pin: draftOf(), mac: draftOf({ usage: "M3", modeOfUse: "C", mac: RETAIL_MAC }), ...changes },
    });

  it("are made for a terminal master key of each way", () => {
    expect(() => admit(sessionKeys())).not.toThrow();
    expect(() => admit(blocks())).not.toThrow();
    const usages = (command: GenerateSessionKeysCommand): KeyUsage[] =>
      KEY_USAGES.filter((usage) =>
        isAdmitted({ ...command, terminalMasterKey: withoutKsn(KEYS_BY_USAGE[usage]()) }, ["KEY_USAGE_MISMATCH"]),
      );
    expect(usages(sessionKeys())).toEqual(["K0"]);
    expect(usages(blocks())).toEqual(["K1"]);
  });

  it("are those of the layout", () => {
    const wrongOnes = [
      { drafts: unionPayDrafts(24, false) },
      { drafts: unionPayDrafts(16, true) },
      { delivery: { kind: "unionPay", layout: 60 } },
    ] as const;
    for (const changes of wrongOnes) expect(reasonOf(sessionKeys(changes))).toEqual(["REQUEST_INVALID", "layout"]);
  });

  it("are of a terminal's usages, of this environment, and fit together", () => {
    expect(reasonOf(blocks({ pin: draftOf({ usage: "K0" }) }))).toEqual(["KEY_MATERIAL_INVALID", "usage"]);
    expect(reasonOf(blocks({ data: draftOf() }))).toEqual(["KEY_MATERIAL_INVALID", "usage"]);
    expect(reasonOf(blocks({ pin: draftOf({ environment: "production" }) }))).toEqual([
      "KEY_ENVIRONMENT_MISMATCH",
      "environment",
    ]);
    expect(reasonOf(blocks({ pin: draftOf({ modeOfUse: "X" }) }))).toEqual(["KEY_MATERIAL_INVALID", "mode_of_use"]);
  });

  it("are no stronger than the terminal master key", () => {
    const drafts = unionPayDrafts(24, false);
    const command = sessionKeys({ delivery: { kind: "unionPay", layout: 56 }, drafts });
    expect(reasonOf(command)[0]).toBe("KEY_STRENGTH_INSUFFICIENT");
    const triple = keyOf({ usage: "K0", keyLength: 24, modeOfUse: "B" });
    expect(() => admit({ ...command, terminalMasterKey: triple })).not.toThrow();
  });

  it("are made under no key that only deciphers, and none of AES in field 62", () => {
    const under = (changes: Partial<KeyHeader>): EngineCommand =>
      sessionKeys({ terminalMasterKey: keyOf({ usage: "K0", modeOfUse: "E", ...changes }) });
    expect(reasonOf(under({ modeOfUse: "D" }))).toEqual(["KEY_MODE_MISMATCH", "terminal_master_key"]);
    expect(reasonOf(under({ algorithm: "AES" }))).toEqual(["KEY_ALGORITHM_MISMATCH", "terminal_master_key"]);
  });
});

describe("an initial key", () => {
  const derive = (key: CommandKey, id: string, keyEncryptionKey = keyBlockKey("D")): EngineCommand => ({
    kind: "deriveInitialKey",
    bdk: key,
    initialKeyId: Buffer.from(id, "hex"),
    keyEncryptionKey,
  });
  const TDES_ID = "FFFF9876543210E00000";
  const AES_ID = "1234567890123456";
  const tdes = (): CommandKey => withoutKsn(bdk());
  const aes = (): CommandKey => withoutKsn(aesBdk({ pin: "AES_128" }));

  it("is derived from a BDK, which takes no KSN here", () => {
    const usages = KEY_USAGES.filter((usage) =>
      isAdmitted(derive(withoutKsn(KEYS_BY_USAGE[usage]()), TDES_ID), ["KEY_USAGE_MISMATCH"]),
    );
    expect(usages).toEqual(["B0"]);
    expect(reasonOf(derive(bdk(), TDES_ID))).toEqual(["KSN_NOT_ALLOWED", "bdk"]);
  });

  it("has an id of its BDK's kind, with no counter in it", () => {
    for (const id of [TDES_ID, TDES_ID.slice(4)]) expect(() => admit(derive(tdes(), id))).not.toThrow();
    expect(() => admit(derive(aes(), AES_ID))).not.toThrow();
    for (const id of ["", "FFFF9876543210E00001", "FFFF9876543210F00000", "FF9876543210E00000"]) {
      expect(reasonOf(derive(tdes(), id))).toEqual(["INITIAL_KEY_ID_INVALID", "initial_key_id"]);
    }
    for (const id of ["", TDES_ID, "12345678901234", `${AES_ID}00000000`]) {
      expect(reasonOf(derive(aes(), id))).toEqual(["INITIAL_KEY_ID_INVALID", "initial_key_id"]);
    }
  });

  it("goes under a protection key at least as strong", () => {
    expect(() => admit(derive(tdes(), TDES_ID, keyBlockKey("B")))).not.toThrow();
    expect(reasonOf(derive(aes(), AES_ID, keyBlockKey("B")))[0]).toBe("KEY_STRENGTH_INSUFFICIENT");
    expect(reasonOf(derive(tdes(), TDES_ID, keyBlockKey("C")))).toEqual(["KEY_USAGE_MISMATCH", "key_encryption_key"]);
    expect(reasonOf(derive(tdes(), TDES_ID, macKey()))).toEqual(["KEY_USAGE_MISMATCH", "key_encryption_key"]);
  });
});
