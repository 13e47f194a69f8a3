import { describe, expect, it } from "vitest";
import { SecretBytes } from "../../src/base/index.js";
import { type KeyHeaderDraft, MODES_OF_USE } from "../../src/keyblock/index.js";
import {
  checkKeyEncryptionStrength,
  deriveTr31Keys,
  isExportable,
  type KeyStrengthSubject,
  keyDraftOf,
  openTr31,
  sealTr31,
  type Tr31DraftDefaults,
  type Tr31HeaderFields,
  tr31HeaderOf,
  tr31Variant,
} from "../../src/keyblock/tr31/index.js";
import { ALL_KINDS, draftOf, headerOf, headerOfDraft } from "../support/key-headers.js";
import { refusalOf } from "../support/refusals.js";
import { softwareRandom, softwareTr31 } from "../support/software-tr31.js";

function defaultsOf(draft: KeyHeaderDraft): Tr31DraftDefaults {
  const { usage: _usage, algorithm: _algorithm, modeOfUse: _mode, exportability: _exportability, ...defaults } = draft;
  return defaults;
}

describe("a registered key in a key block", () => {
  const kinds = ALL_KINDS.flatMap((draft) => (["E", "S"] as const).map((exportability) => ({ ...draft, exportability })));

  it.each(kinds)("$usage $algorithm $keyLength $modeOfUse $exportability comes back as it was", (draft) => {
    const protection = softwareTr31("D", softwareRandom(32));
    const key = SecretBytes.take(softwareRandom(draft.keyLength));
    const block = sealTr31(tr31HeaderOf(headerOfDraft(draft), "D"), key, protection, softwareRandom);
    const opened = openTr31(Buffer.from(block, "latin1"), protection);
    expect(opened.key.expose().equals(key.expose())).toBe(true);
    expect(keyDraftOf(opened.header, { ...defaultsOf(draft), keyLength: opened.key.length })).toEqual(draft);
  });

  it("never leaves when it is not exportable", () => {
    expect([isExportable("N"), isExportable("E"), isExportable("S")]).toEqual([false, true, true]);
    expect(() => tr31HeaderOf(headerOf({ exportability: "N" }), "D")).toThrow(RangeError);
  });

  it("says its version in two digits, or none", () => {
    const versionOf = (version: number): string => tr31HeaderOf(headerOf({ exportability: "E", version }), "B").keyVersion;
    expect([1, 9, 10, 99, 100, 4_000_000_000].map(versionOf)).toEqual(["01", "09", "10", "99", "00", "00"]);
  });

  it("takes further optional blocks", () => {
    const blocks = [{ id: "KS", data: "00604B120F9292800000" }];
    expect(tr31HeaderOf(headerOf({ exportability: "E" }), "B", blocks).optionalBlocks).toEqual(blocks);
  });
});

describe("the draft of a key that came in a key block", () => {
  const base: Tr31HeaderFields = { ...tr31HeaderOf(headerOf({ exportability: "E" }), "B") };
  const defaults = defaultsOf(draftOf());
  const draftFrom = (changes: Partial<Tr31HeaderFields>): KeyHeaderDraft => keyDraftOf({ ...base, ...changes }, defaults);

  it("carries every mode of use that the register knows, unchanged", () => {
    for (const modeOfUse of MODES_OF_USE) expect(draftFrom({ modeOfUse }).modeOfUse).toBe(modeOfUse);
  });

  it("has, for mode N, what its usage implies", () => {
    const implied = ["B0", "P0", "M0", "M1", "M3", "M6"].map((keyUsage) => draftFrom({ keyUsage, modeOfUse: "N" }).modeOfUse);
    expect(implied).toEqual(["X", "B", "C", "C", "C", "C"]);
  });

  it("carries exportability unchanged", () => {
    for (const exportability of ["E", "N", "S"]) expect(draftFrom({ exportability }).exportability).toBe(exportability);
  });

  it.each([
    ["usage", { keyUsage: "Z9" }],
    ["usage", { keyUsage: "p0" }],
    ["algorithm", { algorithm: "R" }],
    ["mode_of_use", { modeOfUse: "S" }],
    ["mode_of_use", { modeOfUse: "Y" }],
    ["usage", { modeOfUse: "N", keyUsage: "Z9" }],
    ["exportability", { exportability: "X" }],
    ["mac.scheme", { algorithm: "H" }],
    ["mac.scheme", { algorithm: "H", optionalBlocks: [{ id: "HM", data: "10" }] }],
    ["mac.scheme", { optionalBlocks: [{ id: "HM", data: "21" }] }],
  ] as const)("is refused at %s: %o", (field, changes) => {
    const refusal = refusalOf(() => keyDraftOf({ ...base, ...changes }, defaults));
    expect(refusal.reason).toBe("KEY_MATERIAL_INVALID");
    expect(refusal.field).toBe(field);
  });
});

describe("the strength of a key-encryption key", () => {
  /** From weak to strong. */
  const LADDER: readonly KeyStrengthSubject[] = [
    { algorithm: "DES", keyLength: 8 },
    { algorithm: "TDES", keyLength: 16 },
    { algorithm: "TDES", keyLength: 24 },
    { algorithm: "AES", keyLength: 16 },
    { algorithm: "AES", keyLength: 24 },
    { algorithm: "AES", keyLength: 32 },
  ];
  const allows = (kbpk: KeyStrengthSubject, key: KeyStrengthSubject): boolean => {
    try {
      checkKeyEncryptionStrength(kbpk, key);
      return true;
    } catch (error) {
      expect(error).toMatchObject({ reason: "KEY_STRENGTH_INSUFFICIENT", requirement: "PCI PIN 10" });
      return false;
    }
  };

  it("is at least that of the key", () => {
    for (const [kbpkRank, kbpk] of LADDER.entries()) {
      for (const [keyRank, key] of LADDER.entries())
        expect(allows(kbpk, key)).toBe(kbpk.algorithm !== "DES" && kbpkRank >= keyRank);
    }
  });

  it("is measured against the length of an HMAC key, up to the strongest there is", () => {
    const weakest = [16, 24, 32, 40, 64].map((keyLength) =>
      LADDER.findIndex((kbpk) => allows(kbpk, { algorithm: "HMAC", keyLength })),
    );
    expect(weakest).toEqual([3, 4, 5, 5, 5]);
  });

  it("is none for keys that encipher no keys, and a defect for keys that cannot be", () => {
    expect(allows({ algorithm: "HMAC", keyLength: 64 }, { algorithm: "TDES", keyLength: 16 })).toBe(false);
    expect(() =>
      checkKeyEncryptionStrength({ algorithm: "TDES", keyLength: 12 }, { algorithm: "TDES", keyLength: 16 }),
    ).toThrow(RangeError);
  });
});

describe("the working keys of a KBPK", () => {
  const cmac = (): Buffer => Buffer.alloc(16, 0x11);

  it("are refused for a KBPK of another length", () => {
    for (const length of [0, 7, 8, 15, 17, 23, 32, 64]) {
      expect(refusalOf(() => deriveTr31Keys("B", length, cmac)).reason).toBe("KEY_BLOCK_INVALID");
      expect(refusalOf(() => tr31Variant(SecretBytes.alloc(length), "encryption")).reason).toBe("KEY_BLOCK_INVALID");
    }
    for (const length of [0, 8, 15, 33, 64])
      expect(refusalOf(() => deriveTr31Keys("D", length, cmac)).reason).toBe("KEY_BLOCK_INVALID");
  });

  it("are derived from the data that X9.143 gives, and what the token returned is wiped", () => {
    const asked: string[] = [];
    const given: Buffer[] = [];
    const record = (blockLength: number) => (message: Buffer) => {
      asked.push(message.toString("hex"));
      const block = Buffer.alloc(blockLength, 0x11);
      given.push(block);
      return block;
    };
    deriveTr31Keys("B", 24, record(8));
    deriveTr31Keys("D", 24, record(16));
    deriveTr31Keys("D", 32, record(16));
    expect(asked).toEqual([
      ...[
        "01000000000100c0",
        "02000000000100c0",
        "03000000000100c0",
        "01000100000100c0",
        "02000100000100c0",
        "03000100000100c0",
      ],
      ...["01000000000300c0", "02000000000300c0", "01000100000300c0", "02000100000300c0"],
      ...["0100000000040100", "0200000000040100", "0100010000040100", "0200010000040100"],
    ]);
    expect(given.every((block) => block.every((byte) => byte === 0))).toBe(true);
  });

  it("pass on that the token failed", () => {
    let calls = 0;
    const failing = (): Buffer => {
      calls++;
      if (calls === 3) throw new Error("gone");
      return Buffer.alloc(8, 0x11);
    };
    expect(() => deriveTr31Keys("B", 16, failing)).toThrow("gone");
  });
});
