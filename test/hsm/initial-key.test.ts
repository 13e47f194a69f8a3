import { afterAll, describe, expect, test } from "vitest";
import type { DeriveInitialKeyCommand, EngineOutcome } from "../../src/engine/index.js";
import type { KeyHeaderDraft } from "../../src/keyblock/index.js";
import * as aesReference from "../reference/aes-dukpt.js";
import { referenceSubject } from "../reference/index.js";
import * as tdesReference from "../reference/tdes-dukpt.js";
import { openKeyBlock, type ReferenceBlock } from "../reference/tr31.js";
import { keyBlockKeyDraft } from "../support/command-drafts.js";
import { draftOf } from "../support/key-headers.js";
import { loadVectors } from "../support/vectors.js";
import { bdkDraft, EngineFixture, shown } from "./support/engine-fixture.js";

const fixture = new EngineFixture();
const counts = { tdes: 0, aes: 0 };

afterAll(() => {
  process.stdout.write(`Initial keys: ${counts.tdes} of TDES and ${counts.aes} of AES agree\n`);
});

const KBPK_D = "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F";
const KBPK_B = "1A2B3C4D5E6F70819A8B7C6D5E4F3021";

const kbpk = (version: "B" | "C" | "D", hex: string, mode: "B" | "D" | "E" = "E"): Buffer =>
  fixture.import(keyBlockKeyDraft(version, hex.length / 2, mode), hex);

function aesBdkDraft(keyLength: number): KeyHeaderDraft {
  const dukptType = keyLength === 16 ? "AES_128" : keyLength === 24 ? "AES_192" : "AES_256";
  return draftOf({
    usage: "B0",
    algorithm: "AES",
    keyLength,
    modeOfUse: "X",
    dukptType,
    dukptWorkingKeys: { pin: "AES_128" },
  });
}

const tdesBdk = (hex: string): Buffer => fixture.import(bdkDraft(), hex);
const aesBdk = (hex: string): Buffer => fixture.import(aesBdkDraft(hex.length / 2), hex);

async function derive(
  bdk: Buffer,
  id: string,
  keyEncryptionKey: Buffer,
  changes: Partial<DeriveInitialKeyCommand> = {},
): Promise<EngineOutcome> {
  return fixture.execute({
    kind: "deriveInitialKey",
    bdk: { sealedKey: bdk },
    initialKeyId: Buffer.from(id, "hex"),
    keyEncryptionKey: { sealedKey: keyEncryptionKey },
    ...changes,
  });
}

/** The block as its device opens it, in software, and the check value beside it. */
async function delivered(
  bdk: Buffer,
  id: string,
  version: "B" | "D",
  protectionKey: string,
): Promise<{ readonly block: ReferenceBlock; readonly checkValue: string }> {
  const outcome = await derive(bdk, id, kbpk(version, protectionKey));
  if (outcome.kind !== "deriveInitialKey") throw new Error(shown(outcome));
  const block = openKeyBlock(outcome.keyBlock.toString("latin1"), protectionKey);
  if (block === undefined) throw new Error("the block does not open");
  return { block, checkValue: outcome.checkValue.toString("hex").toUpperCase() };
}

/** BDK, KSN or id, and initial key of every vector that has them. */
function initialKeys(
  file: "tdes-dukpt" | "aes-dukpt",
  id: string,
  key: string,
): readonly (readonly [string, string, string])[] {
  const found = loadVectors(file)
    .filter((entry) => [id, key, "bdk"].every((name) => entry.has(name)))
    .map((entry) => `${entry.text("bdk")} ${entry.text(id)} ${entry.text(key)}`);
  return [...new Set(found)].map((line) => {
    const [bdk = "", idOf = "", keyOf = ""] = line.split(" ");
    return [bdk, idOf, keyOf] as const;
  });
}

/** The KSN with its 21 counter bits at zero. */
const withoutCounter = (ksn: string): string =>
  ((BigInt(`0x${ksn}`) >> 21n) << 21n).toString(16).toUpperCase().padStart(20, "0");

describe("the initial key of a TDES device", () => {
  const published = initialKeys("tdes-dukpt", "ksn", "ipek").map(([bdk, ksn, key]) => [bdk, withoutCounter(ksn), key] as const);
  const others = ["FFFF01040DA058E00000", "F8765432108D12400000", "62994901190000000000"].map(
    (id) => ["0123456789ABCDEFFEDCBA9876543210", id, undefined] as const,
  );

  test.each([...published, ...others])("of %s for %s", async (bdk, id, expected) => {
    const ipek = expected ?? tdesReference.initialKey(bdk, id);
    for (const [version, protectionKey] of [
      ["B", KBPK_B],
      ["D", KBPK_D],
    ] as const) {
      const { block, checkValue } = await delivered(tdesBdk(bdk), id, version, protectionKey);
      expect(block.key).toBe(ipek);
      expect(block.header.slice(5, 16)).toMatch(/^B1TX00N0[12]00$/);
      expect(block.optionalBlocks[0]).toEqual(["KS", id]);
      expect(checkValue).toBe(referenceSubject.checkValue("TDES", ipek));
      counts.tdes++;
    }
  });

  test("is the same for an id without its leading FFFF", async () => {
    const bdk = tdesBdk("0123456789ABCDEFFEDCBA9876543210");
    const { block } = await delivered(bdk, "9876543210E00000", "B", KBPK_B);
    expect(block.key).toBe("6AC292FAA1315B4D858AB3A3D7D5933A");
    expect(block.optionalBlocks[0]).toEqual(["KS", "FFFF9876543210E00000"]);
  });

  test.each([
    ["a counter that is not 0", "FFFF9876543210E00001"],
    ["a counter whose highest bit is set", "FFFF9876543210F00000"],
    ["9 bytes", "FF9876543210E00000"],
    ["12 bytes", "123456789012345600000000"],
    ["no bytes", ""],
  ])("is refused for an id of %s", async (_, id) => {
    const bdk = tdesBdk("0123456789ABCDEFFEDCBA9876543210");
    expect(shown(await derive(bdk, id, kbpk("B", KBPK_B)))).toBe("INITIAL_KEY_ID_INVALID");
  });
});

describe("the initial key of an AES device", () => {
  const published = initialKeys("aes-dukpt", "initial_key_id", "initial_key");
  const others = ["FEDCBA9876543210F1F1F1F1F1F1F1F1FEDCBA9876543211"].map(
    (bdk) => [bdk, "1234567890123456", undefined] as const,
  );

  test.each([...published, ...others])("of %s for %s", async (bdk, id, expected) => {
    const initialKey = expected ?? aesReference.initialKey(bdk, id);
    const { block, checkValue } = await delivered(aesBdk(bdk), id, "D", KBPK_D);
    expect(block.key).toBe(initialKey);
    expect(block.header.slice(5, 16)).toMatch(/^B1AX00N0[12]00$/);
    expect(block.optionalBlocks[0]).toEqual(["IK", id]);
    expect(checkValue).toBe(referenceSubject.checkValue("AES", initialKey));
    counts.aes++;
  });

  test("vectors have all there are to be compared with", () => {
    expect(published.length).toBeGreaterThanOrEqual(3);
  });

  test.each(["1234567890123456FF", "12345678901234", "123456789012345600000000", ""])("is refused for id %j", async (id) => {
    const bdk = aesBdk("FEDCBA9876543210F1F1F1F1F1F1F1F1");
    expect(shown(await derive(bdk, id, kbpk("D", KBPK_D)))).toBe("INITIAL_KEY_ID_INVALID");
  });
});

describe("an initial key is not given", () => {
  const ID = "FFFF9876543210E00000";
  const BDK = "0123456789ABCDEFFEDCBA9876543210";

  test("under a weaker key", async () => {
    const strong = aesBdk("FEDCBA9876543210F1F1F1F1F1F1F1F1FEDCBA9876543210F1F1F1F1F1F1F1F1");
    expect(shown(await derive(strong, "1234567890123456", kbpk("D", KBPK_D.slice(0, 32))))).toBe("KEY_STRENGTH_INSUFFICIENT");
    const aes128 = aesBdk("FEDCBA9876543210F1F1F1F1F1F1F1F1");
    expect(shown(await derive(aes128, "1234567890123456", kbpk("B", KBPK_B)))).toBe("KEY_STRENGTH_INSUFFICIENT");
  });

  test("under a key of version C, one that may only decipher, or one for something else", async () => {
    const bdk = tdesBdk(BDK);
    expect(shown(await derive(bdk, ID, kbpk("C", KBPK_B)))).toBe("KEY_USAGE_MISMATCH");
    expect(shown(await derive(bdk, ID, kbpk("D", KBPK_D, "D")))).toBe("KEY_MODE_MISMATCH");
    expect(shown(await derive(bdk, ID, fixture.import(draftOf(), BDK)))).toBe("KEY_USAGE_MISMATCH");
  });

  test("of a key that is no BDK, or for a transaction", async () => {
    expect(shown(await derive(fixture.import(draftOf(), BDK), ID, kbpk("D", KBPK_D)))).toBe("KEY_USAGE_MISMATCH");
    const ksn = Buffer.from("FFFF9876543210E00001", "hex");
    const withKsn = { bdk: { sealedKey: tdesBdk(BDK), ksn } };
    expect(shown(await derive(tdesBdk(BDK), ID, kbpk("D", KBPK_D), withKsn))).toBe("KSN_NOT_ALLOWED");
  });
});
