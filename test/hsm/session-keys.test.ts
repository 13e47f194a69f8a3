import { afterAll, describe, expect, test } from "vitest";
import type { EngineOutcome, GenerateSessionKeysCommand } from "../../src/engine/index.js";
import { type KeyHeader, parseSealedKey, SIGN_ON_LAYOUTS } from "../../src/keyblock/index.js";
import { parsePan } from "../../src/pin/index.js";
import { aes, des, tdes } from "../reference/block-ciphers.js";
import { chunk } from "../reference/hex.js";
import { referenceSubject } from "../reference/index.js";
import { cmac, retailMac, unionPayMac } from "../reference/macs.js";
import { encipherBlock } from "../reference/pin-blocks.js";
import { openKeyBlock } from "../reference/tr31.js";
import { CMAC, keyBlockKeyDraft, masterKeyDraft, RETAIL_MAC, unionPayDrafts } from "../support/command-drafts.js";
import { draftOf } from "../support/key-headers.js";
import { EngineFixture, pinDraft, shown } from "./support/engine-fixture.js";

const fixture = new EngineFixture();
const counts = { made: 0, macs: 0, pins: 0 };

afterAll(() => {
  process.stdout.write(
    `Session keys: ${counts.made} made, ${counts.macs} MACs and ${counts.pins} PIN blocks agree with the terminal's\n`,
  );
});

const MASTER_KEY = "1A2B3C4D5E6F70819A8B7C6D5E4F30211F2E3D4C5B6A7989";
const KBPK = "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F";
const PAN = "4012345678909";
const MESSAGE = "30323030";

type Made = Extract<EngineOutcome, { readonly kind: "generateSessionKeys" }>;

async function generate(command: Omit<GenerateSessionKeysCommand, "kind">): Promise<EngineOutcome> {
  return fixture.execute({ kind: "generateSessionKeys", ...command });
}

function made(outcome: EngineOutcome): Made {
  if (outcome.kind !== "generateSessionKeys") throw new Error(shown(outcome));
  counts.made += outcome.data === undefined ? 2 : 3;
  return outcome;
}

const hex = (bytes: Buffer): string => bytes.toString("hex").toUpperCase();
const headerOf = (sealedKey: Buffer): KeyHeader => parseSealedKey(sealedKey).header;
const checkValueOf = (sealedKey: Buffer): string => hex(headerOf(sealedKey).checkValue.value);

/** Whether every byte has an odd number of one-bits. */
const hasOddParity = (key: string): boolean =>
  chunk(key, 2).every((byte) => [...Number.parseInt(byte, 16).toString(2)].filter((bit) => bit === "1").length % 2 === 1);

/** The terminal's PIN block arrives and is translated: what comes out has the same PIN. */
async function expectPinAgrees(pinKey: Buffer, block: string | undefined, format: 0 | 4): Promise<void> {
  const zone = "DDDDEEEEFFFFAAAABBBBCCCCDDDDEEEE";
  const outcome = await fixture.execute({
    kind: "translatePin",
    source: { key: { sealedKey: pinKey }, format, pinBlock: Buffer.from(block ?? "", "hex") },
    target: { key: { sealedKey: fixture.import(pinDraft("TDES", 16, "E"), zone) }, format: 0 },
    pan: parsePan(PAN),
  });
  expect(shown(outcome)).toBe(encipherBlock(0, tdes(zone), "1234", PAN, ""));
  counts.pins++;
}

async function expectMacAgrees(macKey: Buffer, mac: string): Promise<void> {
  const outcome = await fixture.execute({
    kind: "verifyMac",
    key: { sealedKey: macKey },
    message: Buffer.from(MESSAGE, "hex"),
    mac: Buffer.from(mac, "hex"),
  });
  expect(shown(outcome)).toBe("verified");
  counts.macs++;
}

const masterKey = (length: 16 | 24, mode: "B" | "D" | "E" = "E") => ({
  sealedKey: fixture.import(masterKeyDraft(length, mode), MASTER_KEY.slice(0, 2 * length)),
});

describe("field 62 of a UnionPay sign-on", () => {
  const layouts = [
    { layout: 40, length: 16, withData: false },
    { layout: 60, length: 16, withData: true },
    { layout: 56, length: 24, withData: false },
    { layout: 84, length: 24, withData: true },
  ] as const;

  test.each(layouts)("of $layout bytes is what a terminal can use", async ({ layout, length, withData }) => {
    const drafts = unionPayDrafts(length, withData);
    const command = { terminalMasterKey: masterKey(length), delivery: { kind: "unionPay", layout }, drafts } as const;
    const outcome = made(await generate(command));
    expect(outcome.field62).toHaveLength(layout);
    const field = hex(outcome.field62 ?? Buffer.alloc(0));
    const slots = chunk(field, 2 * length + 8);
    const tmk = tdes(MASTER_KEY.slice(0, 2 * length));
    const keyOf = (slot: string, bytes: number): string =>
      chunk(slot.slice(0, 2 * bytes), 16)
        .map((block) => tmk.decrypt(block))
        .join("");
    const [pinSlot = "", macSlot = "", dataSlot] = slots;

    const pin = keyOf(pinSlot, length);
    expect(hasOddParity(pin)).toBe(true);
    expect(pinSlot.slice(-8)).toBe(tdes(pin).encrypt("0".repeat(16)).slice(0, 8));
    expect(checkValueOf(outcome.pin.sealedKey)).toBe(pinSlot.slice(-8, -2));
    await expectPinAgrees(outcome.pin.sealedKey, encipherBlock(0, tdes(pin), "1234", PAN, ""), 0);

    const mac = keyOf(macSlot, 8);
    expect(macSlot.slice(16, -8)).toBe("0".repeat(2 * length - 16));
    expect(macSlot.slice(-8)).toBe(des(mac).encrypt("0".repeat(16)).slice(0, 8));
    expect(checkValueOf(outcome.mac.sealedKey)).toBe(macSlot.slice(-8, -2));
    await expectMacAgrees(outcome.mac.sealedKey, unionPayMac(des(mac), MESSAGE));

    expect(outcome.data === undefined).toBe(dataSlot === undefined);
    if (dataSlot === undefined || outcome.data === undefined) return;
    const data = keyOf(dataSlot, length);
    expect(checkValueOf(outcome.data.sealedKey)).toBe(tdes(data).encrypt("0".repeat(16)).slice(0, 6));
    expect(new Set([pin, data, mac.padEnd(2 * length, "0")]).size).toBe(3);
  });

  test("is not made with keys that are not its own, nor under a key that may not", async () => {
    const delivery = { kind: "unionPay", layout: 40 } as const;
    const refused = async (changes: Partial<GenerateSessionKeysCommand>): Promise<string> =>
      shown(await generate({ terminalMasterKey: masterKey(16), delivery, drafts: unionPayDrafts(16, false), ...changes }));
    expect(await refused({ drafts: unionPayDrafts(16, true) })).toBe("REQUEST_INVALID");
    expect(await refused({ drafts: unionPayDrafts(24, false) })).toBe("REQUEST_INVALID");
    expect(await refused({ terminalMasterKey: masterKey(16, "D") })).toBe("KEY_MODE_MISMATCH");
    const kbpk = { sealedKey: fixture.import(keyBlockKeyDraft("D", 32), KBPK) };
    expect(await refused({ terminalMasterKey: kbpk })).toBe("KEY_USAGE_MISMATCH");
    const aesDraft = draftOf({ usage: "K0", algorithm: "AES", modeOfUse: "E" });
    expect(await refused({ terminalMasterKey: { sealedKey: fixture.import(aesDraft, KBPK.slice(0, 32)) } })).toBe(
      "KEY_ALGORITHM_MISMATCH",
    );
    const triple = { delivery: { kind: "unionPay", layout: 56 }, drafts: unionPayDrafts(24, false) } as const;
    expect(await refused(triple)).toBe("KEY_STRENGTH_INSUFFICIENT");
  });

  test("of every layout that has sound keys was tried", () => {
    // 24 has a PIN key of single DES, which no header may describe.
    expect(SIGN_ON_LAYOUTS.filter((layout) => !layouts.some((tried) => tried.layout === layout))).toEqual([24]);
  });

  test("has new keys every time", async () => {
    const command = {
      terminalMasterKey: masterKey(16),
      delivery: { kind: "unionPay", layout: 40 },
      drafts: unionPayDrafts(16, false),
    } as const;
    const [one, other] = [made(await generate(command)), made(await generate(command))];
    expect(one.field62).not.toEqual(other.field62);
  });
});

describe("session keys in key blocks", () => {
  const kbpk = (mode: "B" | "D" | "E" = "E") => ({ sealedKey: fixture.import(keyBlockKeyDraft("D", 32, mode), KBPK) });
  const delivery = { kind: "keyBlocks" } as const;
  const TDES_DRAFTS = {
    pin: draftOf({ name: "t/pin", modeOfUse: "D" }),
    mac: draftOf({ name: "t/mac", usage: "M3", modeOfUse: "C", mac: RETAIL_MAC }),
    data: draftOf({ name: "t/data", usage: "D0", modeOfUse: "B" }),
  };
  const AES_DRAFTS = {
    pin: draftOf({ name: "t/pin", algorithm: "AES", modeOfUse: "D" }),
    mac: draftOf({ name: "t/mac", usage: "M6", algorithm: "AES", modeOfUse: "V", mac: CMAC }),
  };

  test("of TDES: a PIN key to encipher with, a retail MAC key, a data key", async () => {
    const outcome = made(await generate({ terminalMasterKey: kbpk(), delivery, drafts: TDES_DRAFTS }));
    expect(outcome.field62).toBeUndefined();
    const blocks = [outcome.pin, outcome.mac, outcome.data].map((key) => key?.keyBlock?.toString("latin1") ?? "");
    expect(blocks.map((block) => block.slice(5, 12))).toEqual(["P0TE00N", "M3TC00N", "D0TB00N"]);
    const [pin = "", mac = "", data = ""] = blocks.map((block) => openKeyBlock(block, KBPK)?.key);
    expect([pin, mac, data].every(hasOddParity)).toBe(true);
    await expectPinAgrees(outcome.pin.sealedKey, encipherBlock(0, tdes(pin), "1234", PAN, ""), 0);
    await expectMacAgrees(outcome.mac.sealedKey, retailMac(mac, 2, MESSAGE));
    expect(checkValueOf(outcome.data?.sealedKey ?? Buffer.alloc(0))).toBe(referenceSubject.checkValue("TDES", data));
  });

  test("of AES: a PIN key for format 4, a CMAC key whose terminal generates", async () => {
    const outcome = made(await generate({ terminalMasterKey: kbpk(), delivery, drafts: AES_DRAFTS }));
    const blocks = [outcome.pin, outcome.mac].map(({ keyBlock }) => keyBlock?.toString("latin1") ?? "");
    expect(blocks.map((block) => block.slice(5, 12))).toEqual(["P0AE00N", "M6AG00N"]);
    const [pin = "", mac = ""] = blocks.map((block) => openKeyBlock(block, KBPK)?.key);
    const block = encipherBlock(4, aes(pin), "1234", PAN, "2F69ADDE2E9E7ACE");
    await expectPinAgrees(outcome.pin.sealedKey, block, 4);
    await expectMacAgrees(outcome.mac.sealedKey, cmac(aes(mac), MESSAGE).slice(0, 16));
  });

  test("are not made under a key that is weaker, may not, or does not protect key blocks", async () => {
    const under = async (sealedKey: Buffer): Promise<string> =>
      shown(await generate({ terminalMasterKey: { sealedKey }, delivery, drafts: AES_DRAFTS }));
    expect(await under(fixture.import(keyBlockKeyDraft("B", 24), MASTER_KEY))).toBe("KEY_STRENGTH_INSUFFICIENT");
    expect(await under(kbpk("D").sealedKey)).toBe("KEY_MODE_MISMATCH");
    expect(await under(fixture.import(keyBlockKeyDraft("C", 24), MASTER_KEY))).toBe("KEY_USAGE_MISMATCH");
    expect(await under(masterKey(24).sealedKey)).toBe("KEY_USAGE_MISMATCH");
  });

  test("are of the usages of a terminal only", async () => {
    const drafts = { ...AES_DRAFTS, pin: draftOf({ usage: "K0", modeOfUse: "B" }) };
    expect(shown(await generate({ terminalMasterKey: kbpk(), delivery, drafts }))).toBe("KEY_MATERIAL_INVALID");
  });
});
