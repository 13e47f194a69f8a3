import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { errorOf, type TestClient } from "../grpc/support/clients.js";
import { byName, importKeyRequest } from "../grpc/support/requests.js";
import { type AttackStack, startAttackStack } from "./support/attack-stack.js";
import { pinKeyBlock } from "./support/key-blocks.js";
import { EVERY_KIND, type KnownKey, kindNamed } from "./support/key-kinds.js";
import { upperHex } from "./support/terminal.js";
import { wireOf } from "./support/wire.js";

const TDES_KBPK = kindNamed("k1-tdes-24-b");
const AES_KBPK = kindNamed("k1-aes-16-b");
/** Bound to version A, as only a ceremony binds one. */
const LEGACY_KBPK: KnownKey = {
  draft: { name: "attack/legacy-kbpk", usage: "K1", algorithm: "TDES", modeOfUse: "B", keyBlockVersion: "A" },
  material: randomBytes(24),
};
/** Exportable, and stronger than any key that is there to encipher it. */
const STRONG: KnownKey = {
  draft: { name: "attack/strong", usage: "P0", algorithm: "AES", modeOfUse: "B", exportability: "E" },
  material: randomBytes(32),
};
const EXPORTABLE = kindNamed("p0-tdes-16-b-exportable");

let stack: AttackStack;
let client: TestClient;

beforeAll(async () => {
  stack = await startAttackStack({ importKey: true, exportKey: true });
  client = stack.client;
  for (const { draft, material } of [...EVERY_KIND, LEGACY_KBPK, STRONG]) await stack.addKey(draft, material);
});

afterAll(() => stack.stop());

const importUnder = ({ draft }: KnownKey, keyBlock: string, name: string) =>
  client.importKey(importKeyRequest({ keyBlock, keyEncryptionKey: byName(draft.name) }, { name }));
const exportUnder = (key: KnownKey, kbpk: KnownKey) =>
  client.exportKey({ key: byName(key.draft.name), keyEncryptionKey: byName(kbpk.draft.name) });

const replaced = (text: string, at: number, by: string): string => text.slice(0, at) + by + text.slice(at + by.length);

/** Places of X9.143's header, each with what an attacker would rather have there. */
function tampered(block: string): readonly string[] {
  const flipped = (at: number): string => replaced(block, at, block.charAt(at) === "0" ? "1" : "0");
  return [
    replaced(block, 5, "D0"),
    replaced(block, 5, "K0"),
    replaced(block, 8, "E"),
    replaced(block, 8, "D"),
    replaced(block, 9, "01"),
    replaced(block, 11, "E"),
    replaced(block, 11, "S"),
    flipped(16),
    flipped(block.length - 1),
    flipped(block.length - 33),
  ];
}

describe("key blocks", () => {
  test.each([
    ["B", TDES_KBPK],
    ["D", AES_KBPK],
  ] as const)("K2 a key block with another header or payload, one answer for all: version %s", async (version, kbpk) => {
    const block = pinKeyBlock(version, "N", upperHex(kbpk.material));
    const name = `attack/tampered-${version.toLowerCase()}`;
    const errors = await Promise.all(tampered(block).map((changed) => errorOf(importUnder(kbpk, changed, name))));
    for (const error of errors)
      expect(error).toMatchObject({ code: "INVALID_ARGUMENT", reason: "KEY_BLOCK_INVALID", metadata: {} });
    expect(new Set(errors.map(wireOf)).size).toBe(1);
    expect(await stack.server.register.nextVersion(name)).toBe(1);
    // The block itself is a good one.
    expect((await importUnder(kbpk, block, name)).key).toMatchObject({ usage: "P0", modeOfUse: "B", exportability: "N" });
  });

  test("K8 random key blocks: none opens, one answer", async () => {
    const block = pinKeyBlock("D", "N", upperHex(AES_KBPK.material));
    const blocks = Array.from({ length: 300 }, () => block.slice(0, 16) + upperHex(randomBytes((block.length - 16) / 2)));
    const errors = await Promise.all(blocks.map((random) => errorOf(importUnder(AES_KBPK, random, "attack/random"))));
    expect(new Set(errors.map(({ reason }) => reason))).toEqual(new Set(["KEY_BLOCK_INVALID"]));
    expect(new Set(errors.map(wireOf)).size).toBe(1);
  });

  test("K1 a key block protection key serves the one version it is bound to", async () => {
    const legacy = pinKeyBlock("B", "N", upperHex(LEGACY_KBPK.material));
    expect(await errorOf(importUnder(LEGACY_KBPK, legacy, "attack/b"))).toMatchObject({ reason: "KEY_BLOCK_INVALID" });
    for (const kbpk of [LEGACY_KBPK, TDES_KBPK]) {
      const renamed = replaced(pinKeyBlock("B", "N", upperHex(kbpk.material)), 0, "A");
      expect(await errorOf(importUnder(kbpk, renamed, "attack/a"))).toMatchObject({ reason: "KEY_BLOCK_INVALID" });
    }
    const other = pinKeyBlock("D", "N", upperHex(AES_KBPK.material));
    expect(await errorOf(importUnder(TDES_KBPK, other, "attack/d"))).toMatchObject({ reason: "KEY_BLOCK_INVALID" });
    // Versions A and C are opened where a key is bound to them, and never made.
    expect(await errorOf(exportUnder(EXPORTABLE, LEGACY_KBPK))).toMatchObject({ reason: "KEY_USAGE_MISMATCH" });
  });

  test("K3 a key that must not leave does not leave, whatever it is", async () => {
    const kept = EVERY_KIND.filter(({ draft }) => draft.exportability === undefined);
    expect(kept.length).toBeGreaterThan(50);
    stack.engine.commands.length = 0;
    for (const key of kept) {
      expect(await errorOf(exportUnder(key, AES_KBPK))).toMatchObject({
        reason: "KEY_NOT_EXPORTABLE",
        metadata: { field: "key" },
      });
    }
    expect(stack.engine.commands).toEqual([]);
    expect((await exportUnder(EXPORTABLE, AES_KBPK)).keyBlock).toMatch(/^D/);
  });

  test("K7 a key under one that is weaker is refused; PCI PIN 10", async () => {
    stack.engine.commands.length = 0;
    for (const kbpk of [AES_KBPK, TDES_KBPK]) {
      expect(await errorOf(exportUnder(STRONG, kbpk))).toMatchObject({
        code: "FAILED_PRECONDITION",
        reason: "KEY_STRENGTH_INSUFFICIENT",
      });
    }
    expect(stack.engine.commands).toEqual([]);
  });
});
