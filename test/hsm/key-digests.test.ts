import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { SecretBytes } from "../../src/base/index.js";
import { setOddParity } from "../../src/engine/des-parity.js";
import { type KeyHeader, type KeyHeaderDraft, parseSealedKey } from "../../src/keyblock/index.js";
import { RETAIL_MAC } from "../support/command-drafts.js";
import { ALL_KINDS, draftOf } from "../support/key-headers.js";
import { EngineFixture } from "./support/engine-fixture.js";

const fixture = new EngineFixture();

function seal(draft: KeyHeaderDraft, material: Buffer): KeyHeader {
  return fixture.maker.importClearKey(draft, SecretBytes.take(Buffer.from(material))).header;
}

const digestOf = (draft: KeyHeaderDraft, material: Buffer): string => seal(draft, material).digest?.toString("hex") ?? "none";

/** Keys of one length of one cipher are one material here, whatever they are for. */
const MATERIALS = new Map<string, Buffer>();
const familyOf = ({ algorithm }: KeyHeaderDraft): string => (algorithm === "TDES" ? "DES" : algorithm);

function materialOf(draft: KeyHeaderDraft): Buffer {
  const name = `${familyOf(draft)} ${draft.keyLength}`;
  const material = MATERIALS.get(name) ?? randomBytes(draft.keyLength);
  MATERIALS.set(name, material);
  return material;
}

test("one material has one digest whatever it is for, and another material another", () => {
  const digests = new Map<string, Set<string>>();
  for (const draft of ALL_KINDS) {
    const material = `${familyOf(draft)} ${draft.keyLength}`;
    digests.set(material, (digests.get(material) ?? new Set()).add(digestOf(draft, materialOf(draft))));
  }
  expect(digests.size).toBeGreaterThan(6);
  for (const [material, seen] of digests) expect([material, seen.size]).toEqual([material, 1]);
  expect(new Set([...digests.values()].flatMap((seen) => [...seen])).size).toBe(digests.size);
});

test("it is 16 bytes, stands in the sealed key, and is not the check value", () => {
  const header = seal(draftOf(), randomBytes(16));
  expect(header.digest).toHaveLength(16);
  expect(header.digest?.includes(header.checkValue.value)).toBe(false);
});

test("parity bits do not count, every other bit does", () => {
  const material = randomBytes(16);
  const odd = Buffer.from(material);
  setOddParity(odd);
  const known = digestOf(draftOf(), material);
  expect(digestOf(draftOf({ usage: "M3", modeOfUse: "C", mac: RETAIL_MAC }), odd)).toBe(known);
  for (let bit = 0; bit < 128; bit++) {
    const changed = Buffer.from(material);
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    expect([bit, digestOf(draftOf(), changed) === known]).toEqual([bit, (bit & 7) === 0]);
  }
});

test("a key that the token generated is known again when its key block comes back", async () => {
  const kbpk = {
    sealedKey: fixture.maker.generateKey(draftOf({ usage: "K1", algorithm: "AES", keyLength: 32, keyBlockVersion: "D" }))
      .sealedKey,
  };
  const made = fixture.maker.generateKey(draftOf({ exportability: "E" }));
  const key = { sealedKey: made.sealedKey };
  const out = await fixture.execute({ kind: "exportKeyBlock", key, keyEncryptionKey: kbpk });
  if (out.kind !== "exportKeyBlock") throw new Error("not exported");
  const draft = { name: "back", version: 1, environment: "test", owner: "another" } as const;
  const back = await fixture.execute({ kind: "importKeyBlock", keyBlock: out.keyBlock, keyEncryptionKey: kbpk, draft });
  if (back.kind !== "importKeyBlock") throw new Error("not imported");
  expect(parseSealedKey(back.sealedKey).header.digest).toEqual(made.header.digest);
});
