import { describe, expect, it } from "vitest";
import { buildDraft } from "../../src/cli/commands/key/draft.js";
import type { DraftOptions } from "../../src/cli/commands/key/draft-options.js";
import { checkKeyHeaderDraft, KEY_USAGES, type KeyUsage } from "../../src/keyblock/index.js";

function options(usage: KeyUsage, more: Partial<DraftOptions> = {}): DraftOptions {
  return { name: "a/key", usage, exportability: "N", owner: "", ...more };
}

/** What each usage needs besides its name. */
const LEAST: Readonly<Record<KeyUsage, Partial<DraftOptions>>> = {
  B0: {},
  P0: {},
  M0: { macPadding: 2 },
  M1: { macScheme: "UNIONPAY_ECB" },
  M3: { macPadding: 1 },
  M6: {},
  M7: {},
};

describe("a key's header from the command line", () => {
  it.each(KEY_USAGES)("usage %s has defaults that the key rules accept", (usage) => {
    expect(() => checkKeyHeaderDraft(buildDraft(options(usage, LEAST[usage]), 1, "test"))).not.toThrow();
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
  ] as const)("%s with %j is refused: %s", (usage, more, message) => {
    expect(() => buildDraft(options(usage, more), 1, "test")).toThrow(message);
  });
});
