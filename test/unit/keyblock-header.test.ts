import { describe, expect, it } from "vitest";
import {
  checkKeyHeaderDraft,
  isKeyHeaderConsistent,
  isKeyName,
  KEY_ALGORITHMS,
  KEY_USAGES,
  type KeyHeaderDraft,
  MODES_OF_USE,
} from "../../src/keyblock/index.js";
import { MAC_SCHEMES } from "../../src/mac/index.js";
import { ALL_KINDS, draftOf, headerOf } from "../support/key-headers.js";
import { refusalOf } from "../support/refusals.js";

function fits(draft: KeyHeaderDraft): boolean {
  try {
    checkKeyHeaderDraft(draft);
    return true;
  } catch {
    return false;
  }
}

const IBM_3624 = { tableName: "acme", table: "0123456789012345", panStart: 0, panLength: 16, pad: "F" } as const;

const KEY_LENGTHS = { DES: 8, TDES: 16, AES: 16, HMAC: 32 };

/** No MAC, and every scheme with the padding it asks for and 8 bytes. */
const MACS: readonly Partial<KeyHeaderDraft>[] = [
  {},
  ...MAC_SCHEMES.map((scheme) => ({
    mac: { scheme, paddingMethod: scheme.startsWith("ISO9797") ? 2 : 0, length: 8 } as const,
  })),
];

/** What else a key of that kind needs, so that only the combination itself can be wrong. */
function parametersOf({ usage, algorithm, mac }: Pick<KeyHeaderDraft, "usage" | "algorithm" | "mac">): Partial<KeyHeaderDraft> {
  if (usage === "K1") return { keyBlockVersion: algorithm === "AES" ? "D" : "B" };
  if (usage === "V1") return { ibm3624: IBM_3624 };
  if (usage !== "B0") return {};
  if (algorithm !== "AES") return { dukptType: "TDES_2KEY" };
  const macKey = mac?.scheme.startsWith("HMAC") === true ? "HMAC_128" : "AES_128";
  return { dukptType: "AES_128", dukptWorkingKeys: mac === undefined ? { pin: "AES_128" } : { mac: macKey } };
}

function everyCombination(): KeyHeaderDraft[] {
  const kinds = KEY_USAGES.flatMap((usage) => KEY_ALGORITHMS.map((algorithm) => ({ usage, algorithm })));
  const used = kinds.flatMap((kind) => MODES_OF_USE.map((modeOfUse) => ({ ...kind, modeOfUse })));
  return used.flatMap((use) =>
    MACS.map((mac) =>
      draftOf({
        ...use,
        ...mac,
        keyLength: KEY_LENGTHS[use.algorithm],
        ...parametersOf({ ...use, ...mac }),
      }),
    ),
  );
}

function nameOf(draft: KeyHeaderDraft): string {
  return `${draft.usage} ${draft.algorithm} ${draft.mac?.scheme ?? "-"} ${draft.modeOfUse}`;
}

const HMACS = ["HMAC_SHA224", "HMAC_SHA256", "HMAC_SHA384", "HMAC_SHA512"] as const;
const RETAIL = { scheme: "ISO9797_1_ALG3", paddingMethod: 2, length: 8 } as const;

const AES_BDK = { usage: "B0", algorithm: "AES", modeOfUse: "X", dukptType: "AES_128" } as const;

describe("a key header draft", () => {
  it.each(ALL_KINDS.map((draft) => [`${draft.usage} ${draft.algorithm} ${draft.mac?.scheme ?? ""}`, draft] as const))(
    "of kind %s fits together",
    (_name, draft) => {
      expect(() => checkKeyHeaderDraft(draft)).not.toThrow();
    },
  );

  const WRONG: readonly (readonly [string, Partial<KeyHeaderDraft>])[] = [
    ["name", { name: "" }],
    ["name", { name: "Upper" }],
    ["version", { version: 0 }],
    ["version", { version: 1.5 }],
    ["version", { version: 2 ** 32 }],
    ["owner", { owner: "two\nlines" }],
    ["owner", { owner: "x".repeat(129) }],
    ["algorithm", { algorithm: "DES", keyLength: 8 }],
    ["algorithm", { algorithm: "HMAC", keyLength: 32 }],
    ["length_bits", { keyLength: 8 }],
    ["length_bits", { keyLength: 32 }],
    ["mode_of_use", { modeOfUse: "C" }],
    ["mode_of_use", { modeOfUse: "X" }],
    ["dukpt_type", { dukptType: "TDES_2KEY" }],
    ["dukpt_type", { usage: "B0", modeOfUse: "X" }],
    ["dukpt_type", { ...AES_BDK, dukptType: "AES_256", dukptWorkingKeys: { pin: "AES_128" } }],
    ["dukpt_working_keys", AES_BDK],
    ["dukpt_working_keys", { ...AES_BDK, dukptWorkingKeys: {} }],
    ["dukpt_working_keys", { ...AES_BDK, dukptWorkingKeys: { pin: "AES_256" } }],
    ["dukpt_working_keys", { ...AES_BDK, dukptWorkingKeys: { pin: "HMAC_128" } }],
    ["dukpt_working_keys", { usage: "B0", modeOfUse: "X", dukptType: "TDES_2KEY", dukptWorkingKeys: { pin: "TDES_2KEY" } }],
    ["mac", { ...AES_BDK, dukptWorkingKeys: { mac: "AES_128" } }],
    ["key_block_version", { usage: "K1" }],
    ["key_block_version", { usage: "K1", keyBlockVersion: "D" }],
    ["key_block_version", { usage: "K1", algorithm: "AES", keyBlockVersion: "B" }],
    ["key_block_version", { keyBlockVersion: "B" }],
    ["ibm_3624", { usage: "V1", modeOfUse: "V" }],
    ["ibm_3624", { usage: "V1", modeOfUse: "V", ibm3624: { ...IBM_3624, table: "0000000000000000" } }],
    ["ibm_3624", { usage: "V1", modeOfUse: "V", ibm3624: { ...IBM_3624, panStart: 10 } }],
    ["ibm_3624", { usage: "V2", modeOfUse: "V", ibm3624: IBM_3624 }],
    ["mac", { mac: RETAIL }],
    ["mac", { usage: "M3", modeOfUse: "C" }],
    ["mac.scheme", { usage: "M3", modeOfUse: "C", mac: { ...RETAIL, scheme: "ISO9797_1_ALG1" } }],
    ["mac.padding_method", { usage: "M3", modeOfUse: "C", mac: { ...RETAIL, paddingMethod: 0 } }],
    ["mac.length", { usage: "M3", modeOfUse: "C", mac: { ...RETAIL, length: 3 } }],
    ["mac.length", { usage: "M6", modeOfUse: "C", mac: { scheme: "CMAC", paddingMethod: 0, length: 16 } }],
    ["not_before", { notBefore: -1 }],
    ["not_after", { notAfter: Number.POSITIVE_INFINITY }],
    ["not_after", { notBefore: 100, notAfter: 100 }],
  ];

  it.each(WRONG)("with a wrong %s is refused: %o", (field, changes) => {
    expect(refusalOf(() => checkKeyHeaderDraft(draftOf(changes)))).toMatchObject({ reason: "KEY_MATERIAL_INVALID", field });
  });

  it("has one of the kinds there are: of every usage with every algorithm, no other goes", () => {
    const found = everyCombination().filter(fits).map(nameOf);
    const kind = (name: string, modes: string): string[] => [...modes].map((mode) => `${name} ${mode}`);
    expect(found.sort()).toEqual(
      [
        ...["-", "ISO9797_1_ALG1", "ISO9797_1_ALG3", "CMAC"].flatMap((scheme) => kind(`B0 TDES ${scheme}`, "X")),
        ...["-", "CMAC", ...HMACS].flatMap((scheme) => kind(`B0 AES ${scheme}`, "X")),
        ...["D0", "K0", "K1", "P0"].flatMap((usage) => [...kind(`${usage} TDES -`, "BDE"), ...kind(`${usage} AES -`, "BDE")]),
        ...["V1", "V2"].flatMap((usage) => kind(`${usage} TDES -`, "CGV")),
        ...kind("M0 TDES ISO9797_1_ALG1", "CGV"),
        ...kind("M1 DES ISO9797_1_ALG1", "CGV"),
        ...kind("M1 DES UNIONPAY_ECB", "CGV"),
        ...kind("M1 TDES UNIONPAY_ECB", "CGV"),
        ...kind("M3 TDES ISO9797_1_ALG3", "CGV"),
        ...kind("M6 TDES CMAC", "CGV"),
        ...kind("M6 AES CMAC", "CGV"),
        ...HMACS.flatMap((scheme) => kind(`M7 HMAC ${scheme}`, "CGV")),
      ].sort(),
    );
  });
});

describe("a whole header", () => {
  it("has the check value of its algorithm, and no more of it", () => {
    const header = headerOf();
    expect(isKeyHeaderConsistent(header)).toBe(true);
    const longer = { method: "TDES_ECB", value: Buffer.alloc(4) } as const;
    const other = { method: "AES_CMAC", value: Buffer.alloc(3) } as const;
    expect(isKeyHeaderConsistent({ ...header, checkValue: longer })).toBe(false);
    expect(isKeyHeaderConsistent({ ...header, checkValue: other })).toBe(false);
  });
});

describe("a key name", () => {
  it.each(["a", "0", "bdk", "acme/bdk.2024-1_x", "a".repeat(64)])("may be %s", (name) => {
    expect(isKeyName(name)).toBe(true);
  });

  it.each(["", "-a", "a-", "/a", "a/", "A", "ä", "a b", "a\n", "\na", "a".repeat(65)])("may not be %j", (name) => {
    expect(isKeyName(name)).toBe(false);
  });
});
