import { expect, test } from "vitest";
import type { EngineCommand } from "../../src/engine/index.js";
import { openToken } from "../../src/hsm/index.js";
import { keyBlockDraft, keyBlockKeyDraft, masterKeyDraft, unionPayDrafts } from "../support/command-drafts.js";
import { draftOf } from "../support/key-headers.js";
import { EngineFixture, shown } from "./support/engine-fixture.js";

const fixture = new EngineFixture();

const KBPK = "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F";
const CLEAR = "0123456789ABCDEFFEDCBA9876543210";

/** Session objects in the token, counted by another session of this process. */
function countSessionObjects(): number {
  const token = openToken({ ...fixture.token, environment: "test" });
  try {
    return token.session.findObjects({ token: false }, 10_000).length;
  } finally {
    token.close();
  }
}

/** One of each command that makes or gives keys. */
async function commands(): Promise<readonly EngineCommand[]> {
  const keyEncryptionKey = { sealedKey: fixture.import(keyBlockKeyDraft("D", 32), KBPK) };
  const key = { sealedKey: fixture.import(draftOf({ exportability: "E" }), CLEAR) };
  const aesBdk = { usage: "B0", algorithm: "AES", modeOfUse: "X", dukptType: "AES_128" } as const;
  const bdk = { sealedKey: fixture.import(draftOf({ ...aesBdk, dukptWorkingKeys: { pin: "AES_128" } }), CLEAR) };
  const exportKeyBlock = { kind: "exportKeyBlock", key, keyEncryptionKey } as const;
  const exported = await fixture.execute(exportKeyBlock);
  if (exported.kind !== "exportKeyBlock") throw new Error(shown(exported));
  const draft = keyBlockDraft();
  return [
    exportKeyBlock,
    { kind: "importKeyBlock", keyBlock: exported.keyBlock, keyEncryptionKey, draft },
    {
      kind: "generateSessionKeys",
      terminalMasterKey: { sealedKey: fixture.import(masterKeyDraft(16), CLEAR) },
      delivery: { kind: "unionPay", layout: 60 },
      drafts: unionPayDrafts(16, true),
    },
    { kind: "deriveInitialKey", bdk, initialKeyId: Buffer.from("1234567890123456", "hex"), keyEncryptionKey },
    // Refused after the block was opened.
    { kind: "importKeyBlock", keyBlock: exported.keyBlock, keyEncryptionKey, draft: { ...draft, name: "Not A Name" } },
  ];
}

test("making and giving keys leaves no object behind in the token", async () => {
  const all = await commands();
  const outcomes = await fixture.engine.execute(all);
  expect(outcomes.map(shown)).toEqual([
    "exportKeyBlock",
    "importKeyBlock",
    "generateSessionKeys",
    "deriveInitialKey",
    "KEY_MATERIAL_INVALID",
  ]);
  // The keys that the commands use are open now, and the pair for importing is there.
  const before = countSessionObjects();
  for (let round = 0; round < 5; round++) await fixture.engine.execute(all);
  expect(countSessionObjects()).toBe(before);
});
