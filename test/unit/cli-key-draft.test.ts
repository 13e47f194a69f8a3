import { describe, expect, it } from "vitest";
import { buildDraft, buildParameters } from "../../src/cli/commands/key/draft.js";
import type { DraftOptions } from "../../src/cli/commands/key/draft-options.js";
import { decimalizationTable, validationData } from "../../src/cli/commands/key/ibm-3624-options.js";
import { checkKeyHeaderDraft, KEY_USAGES, type KeyUsage } from "../../src/keyblock/index.js";

function options(usage: KeyUsage, more: Partial<DraftOptions> = {}): DraftOptions {
  return { name: "a/key", usage, exportability: "N", owner: "", ...more };
}

/** What each usage needs besides its name. */
const LEAST: Readonly<Record<KeyUsage, Partial<DraftOptions>>> = {
  B0: {},
  D0: {},
  K0: {},
  K1: {},
  P0: {},
  M0: { macPadding: 2 },
  M1: { macScheme: "UNIONPAY_ECB" },
  M3: { macPadding: 1 },
  M6: {},
  M7: {},
  V1: {
    decimalizationTable: { tableName: "visa", table: "0123456789012345" },
    validationData: { panStart: 0, panLength: 12, pad: "F" },
  },
  V2: {},
};

/** The least of an AES BDK. */
const AES_BDK: Partial<DraftOptions> = { algorithm: "AES", dukptPinKey: "AES_128" };

describe("a key's header from the command line", () => {
  it.each(KEY_USAGES)("usage %s has defaults that the key rules accept", (usage) => {
    expect(() => checkKeyHeaderDraft(buildDraft(options(usage, LEAST[usage]), 1, "test"))).not.toThrow();
  });

  it.each([
    [16, "AES_128"],
    [24, "AES_192"],
    [32, "AES_256"],
  ] as const)("an AES BDK of %i bytes is of type %s", (length, dukptType) => {
    const draft = buildDraft(options("B0", { ...AES_BDK, length }), 1, "test");
    expect(draft).toMatchObject({ dukptType, dukptWorkingKeys: { pin: "AES_128" } });
    expect(draft.dukptWorkingKeys).not.toHaveProperty("mac");
    expect(() => checkKeyHeaderDraft(draft)).not.toThrow();
  });

  it("an AES BDK for MACs says what its MAC keys are, and the scheme", () => {
    const draft = buildDraft(options("B0", { algorithm: "AES", dukptMacKey: "HMAC_256", macScheme: "HMAC_SHA256" }), 1, "test");
    expect(draft).toMatchObject({ dukptWorkingKeys: { mac: "HMAC_256" }, mac: { scheme: "HMAC_SHA256", length: 8 } });
    expect(() => checkKeyHeaderDraft(draft)).not.toThrow();
  });

  it.each([
    ["AES", "D"],
    ["TDES", "B"],
  ] as const)("a K1 key with %s serves version %s", (algorithm, keyBlockVersion) => {
    expect(buildDraft(options("K1", { algorithm }), 1, "test")).toMatchObject({ keyBlockVersion });
  });

  it("of a key in a key block leaves out what the block says", () => {
    const kind = { usage: "M3", algorithm: "TDES" } as const;
    expect(buildParameters({ name: "a/key", owner: "", macPadding: 1 }, kind, 4, "test")).toEqual({
      name: "a/key",
      version: 4,
      environment: "test",
      owner: "",
      mac: { scheme: "ISO9797_1_ALG3", paddingMethod: 1, length: 8 },
    });
  });

  it("takes the length from the material", () => {
    expect(buildDraft(options("P0", { algorithm: "AES" }), 3, "test", 16)).toMatchObject({ keyLength: 16, version: 3 });
  });

  it.each([
    ["M0", {}, "ISO9797_1_ALG1 needs --mac-padding 1 or 2."],
    ["M3", { macPadding: 3 }, "ISO9797_1_ALG3 needs --mac-padding 1 or 2."],
    ["M1", {}, "needs --mac-scheme"],
    ["M6", { macPadding: 1 }, "CMAC has its own padding"],
    ["B0", { macLength: 8 }, "need --mac-scheme"],
    ["B0", { macScheme: "ISO9797_1_ALG3" }, "needs --mac-padding"],
    ["B0", { algorithm: "AES" }, "An AES BDK needs --dukpt-pin-key"],
    ["B0", { ...AES_BDK, macScheme: "CMAC" }, "--dukpt-mac-key and --mac-scheme need each other"],
    ["B0", { ...AES_BDK, dukptMacKey: "AES_128" }, "--dukpt-mac-key and --mac-scheme need each other"],
    ["V1", {}, "needs --decimalization-table and --validation-data"],
    ["V1", { validationData: { panStart: 0, panLength: 12, pad: "F" } }, "needs --decimalization-table and --validation-data"],
    ["V2", { decimalizationTable: { tableName: "visa", table: "0123456789012345" } }, "A V1 key needs"],
  ] as const satisfies readonly (readonly [KeyUsage, Partial<DraftOptions>, string])[])(
    "%s with %j is refused: %s",
    (usage, more, message) => {
      expect(() => buildDraft(options(usage, more), 1, "test")).toThrow(message);
    },
  );
});

describe("IBM 3624 parameters on the command line", () => {
  it("are taken apart", () => {
    expect(decimalizationTable("visa/2026:0123456789012345")).toEqual({ tableName: "visa/2026", table: "0123456789012345" });
    expect(validationData("4:12:f")).toEqual({ panStart: 4, panLength: 12, pad: "F" });
  });

  it.each(["visa", ":0123456789012345", "visa:012345678901234", "visa:012345678901234X", "a:b:0123456789012345"])(
    "the table %j is refused",
    (text) => expect(() => decimalizationTable(text)).toThrow("NAME:DIGITS"),
  );

  it.each(["", "4:12", "4:12:FF", "-1:12:F", "4:12:G", "4:12:F:"])("the validation data %j is refused", (text) => {
    expect(() => validationData(text)).toThrow("START:LENGTH:PAD");
  });
});
