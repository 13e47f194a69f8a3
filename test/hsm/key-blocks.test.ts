import { afterAll, describe, expect, test } from "vitest";
import { SecretBytes } from "../../src/base/index.js";
import type { EngineOutcome, KeyBlockDraft } from "../../src/engine/index.js";
import {
  KEY_BLOCK_VERSIONS,
  type KeyBlockVersion,
  type KeyHeader,
  type KeyHeaderDraft,
  parseSealedKey,
  partLengths,
  sealTr31,
  tr31HeaderOf,
} from "../../src/keyblock/index.js";
import { referenceSubject } from "../reference/index.js";
import { openKeyBlock, sealKeyBlock } from "../reference/tr31.js";
import { CMAC, keyBlockDraft, keyBlockKeyDraft, RETAIL_MAC, UNION_PAY_MAC } from "../support/command-drafts.js";
import { draftOf, headerOfDraft } from "../support/key-headers.js";
import { refusalOf } from "../support/refusals.js";
import { softwareRandom, softwareTr31 } from "../support/software-tr31.js";
import { KEY_BLOCK_VECTORS, type KeyBlockVector, NEGATIVE_VECTORS } from "../support/tr31-vectors.js";
import { EngineFixture, shown } from "./support/engine-fixture.js";

const fixture = new EngineFixture();
const counts = { imported: 0, refused: 0, negative: 0, roundTrips: 0 };

afterAll(() => {
  process.stdout.write(
    `TR-31 on the token: ${counts.imported} blocks imported, ${counts.refused} authentic ones refused, ` +
      `${counts.negative} negative ones refused, ${counts.roundTrips} round trips\n`,
  );
});

const KBPK_D = "88E1AB2A2E3DD38C1FA039A536500CC8A87AB9D62DC92C01058FA79F44657DE6";
const KBPK_B = "DD7515F2BFC17F85CE48F3CA25CB21F6";

/** A key for the block; of versions that there is no key for, one for D. */
function versionOf(block: string): KeyBlockVersion {
  return KEY_BLOCK_VERSIONS.find((known) => known === block.slice(0, 1)) ?? "D";
}

const kbpk = (version: KeyBlockVersion, hex: string, mode: "B" | "D" | "E" = "B"): Buffer =>
  fixture.import(keyBlockKeyDraft(version, hex.length / 2, mode), hex);

async function importBlock(block: string, key: Buffer, draft: Partial<KeyBlockDraft> = {}): Promise<EngineOutcome> {
  return fixture.execute({
    kind: "importKeyBlock",
    keyBlock: Buffer.from(block, "latin1"),
    keyEncryptionKey: { sealedKey: key },
    draft: keyBlockDraft(draft),
  });
}

async function exportBlock(key: Buffer, keyEncryptionKey: Buffer): Promise<EngineOutcome> {
  return fixture.execute({
    kind: "exportKeyBlock",
    key: { sealedKey: key },
    keyEncryptionKey: { sealedKey: keyEncryptionKey },
  });
}

function headerOf(outcome: EngineOutcome): KeyHeader {
  if (outcome.kind !== "importKeyBlock") throw new Error(`not imported: ${shown(outcome)}`);
  return parseSealedKey(outcome.sealedKey).header;
}

const hex = (bytes: Buffer): string => bytes.toString("hex").toUpperCase();

/** Why an authentic block is refused. */
const REFUSED: Readonly<Record<string, string>> = {
  "ISO 20038:2017 B.2": "KEY_BLOCK_INVALID",
  "ANSI X9.143:2021 8.5": "KEY_BLOCK_INVALID",
  "ANSI X9.143:2021 8.6": "KEY_BLOCK_INVALID",
  "psec:1": "KEY_BLOCK_INVALID",
  // A usage that the register does not know.
  "ANSI X9.143:2021 8.2": "KEY_MATERIAL_INVALID",
  // A triple-length key whose third component is its first.
  "chhil:B0096P0TE00E0000": "KEY_MATERIAL_INVALID",
};

const IMPLIED: Readonly<Record<string, string>> = { B0: "X", D0: "B", K0: "B" };

/** Many negative vectors are under keys that no register takes: too short, or with equal halves. */
function isAcceptable(version: KeyBlockVersion, key: string): boolean {
  return key.length >= 32 && (version === "D" || key.slice(0, 16) !== key.slice(16, 32));
}

const macOf = ({ key_usage }: KeyBlockVector): Partial<KeyBlockDraft> => (key_usage === "M3" ? { mac: RETAIL_MAC } : {});

describe("published key blocks", () => {
  test.each(KEY_BLOCK_VECTORS)("$id", async (vector) => {
    const outcome = await importBlock(vector.key_block, kbpk(versionOf(vector.key_block), vector.kbpk), macOf(vector));
    const refused = REFUSED[vector.id];
    if (refused !== undefined) {
      counts.refused++;
      expect(shown(outcome)).toBe(refused);
      return;
    }
    counts.imported++;
    const header = headerOf(outcome);
    const algorithm = vector.algorithm === "A" ? "AES" : "TDES";
    expect(header).toMatchObject({
      usage: vector.key_usage,
      algorithm,
      keyLength: vector.key.length / 2,
      modeOfUse: vector.mode_of_use === "N" ? IMPLIED[vector.key_usage] : vector.mode_of_use,
      exportability: vector.exportability,
    });
    expect(hex(header.checkValue.value)).toBe(referenceSubject.checkValue(algorithm, vector.key));
  });

  test.each(NEGATIVE_VECTORS)("$id: refused, $reject_reason", async (vector) => {
    counts.negative++;
    if (vector.operation === "parse_header_reject") {
      expect(shown(await importBlock(vector.header, kbpk("B", KBPK_B)))).toBe("KEY_BLOCK_INVALID");
      return;
    }
    const version = versionOf(vector.key_block);
    if (!isAcceptable(version, vector.kbpk)) {
      expect(refusalOf(() => kbpk(version, vector.kbpk)).reason).toBe("KEY_MATERIAL_INVALID");
      expect(shown(await importBlock(vector.key_block, kbpk(version, KBPK_B)))).toBe("KEY_BLOCK_INVALID");
      return;
    }
    expect(shown(await importBlock(vector.key_block, kbpk(version, vector.kbpk)))).toBe("KEY_BLOCK_INVALID");
  });
});

const X = { usage: "B0", modeOfUse: "X" } as const;

/** One exportable key of every kind, but for terminals' own lengths. */
const EXPORTABLE: readonly KeyHeaderDraft[] = [
  draftOf({ ...X, dukptType: "TDES_2KEY", mac: RETAIL_MAC }),
  draftOf({ ...X, algorithm: "AES", keyLength: 32, dukptType: "AES_256", dukptWorkingKeys: { pin: "AES_256" } }),
  draftOf({ usage: "D0", keyLength: 24 }),
  draftOf({ usage: "D0", algorithm: "AES", keyLength: 24 }),
  draftOf({ usage: "K0", modeOfUse: "E" }),
  draftOf({ usage: "K1", algorithm: "AES", keyLength: 32, keyBlockVersion: "D" }),
  draftOf({ usage: "K1", keyLength: 24, keyBlockVersion: "B" }),
  draftOf({ usage: "K1", keyLength: 24, keyBlockVersion: "C", modeOfUse: "D" }),
  draftOf({ keyLength: 24, modeOfUse: "D" }),
  draftOf({ algorithm: "AES", keyLength: 32 }),
  draftOf({ usage: "M0", modeOfUse: "C", mac: { ...RETAIL_MAC, scheme: "ISO9797_1_ALG1" } }),
  draftOf({ usage: "M1", algorithm: "DES", keyLength: 8, modeOfUse: "C", mac: UNION_PAY_MAC }),
  draftOf({ usage: "M3", modeOfUse: "V", mac: RETAIL_MAC }),
  draftOf({ usage: "M6", algorithm: "AES", keyLength: 16, modeOfUse: "G", mac: CMAC }),
  draftOf({
    usage: "M7",
    algorithm: "HMAC",
    keyLength: 64,
    modeOfUse: "C",
    mac: { scheme: "HMAC_SHA512", paddingMethod: 0, length: 32 },
  }),
  draftOf({ usage: "V2", modeOfUse: "V" }),
];

/** The part of a draft that the caller of an import gives. */
function givenOf({ name, version, environment, owner, mac, dukptWorkingKeys, keyBlockVersion }: KeyHeaderDraft) {
  return keyBlockDraft({
    name,
    version,
    environment,
    owner,
    ...(mac && { mac }),
    ...(dukptWorkingKeys && { dukptWorkingKeys }),
    ...(keyBlockVersion && { keyBlockVersion }),
  });
}

describe("a key that may leave", () => {
  test.each(EXPORTABLE.flatMap((kind) => (["E", "S"] as const).map((exportability) => ({ ...kind, exportability }))))(
    "$usage $algorithm $keyLength $exportability goes out and comes back",
    async (draft) => {
      const made = fixture.maker.generateKey(draft);
      const outcome = await exportBlock(made.sealedKey, kbpk("D", KBPK_D));
      if (outcome.kind !== "exportKeyBlock") throw new Error(shown(outcome));
      const block = outcome.keyBlock.toString("latin1");
      const opened = openKeyBlock(block, KBPK_D);
      expect(opened?.bits).toBe(8 * draft.keyLength);
      expect(block.slice(5, 12)).toMatch(new RegExp(`^${draft.usage}[ADHT]${draft.modeOfUse}01${draft.exportability}$`));
      const back = headerOf(await importBlock(block, kbpk("D", KBPK_D), givenOf(draft)));
      const { id: _, createdAt: __, ...expected } = made.header;
      expect(back).toMatchObject(expected);
      counts.roundTrips++;
    },
  );

  test("imported in clear, its block holds the key itself, under B and under D", async () => {
    const clear = "0123456789ABCDEFFEDCBA9876543210";
    const key = fixture.import(draftOf({ exportability: "E" }), clear);
    for (const [version, hexKey] of [
      ["B", KBPK_B],
      ["D", KBPK_D],
    ] as const) {
      const outcome = await exportBlock(key, kbpk(version, hexKey, "E"));
      if (outcome.kind !== "exportKeyBlock") throw new Error(shown(outcome));
      expect(openKeyBlock(outcome.keyBlock.toString("latin1"), hexKey)?.key).toBe(clear);
    }
  });

  test("leaves under nothing weaker, no A or C, and no key that may not encipher", async () => {
    const aes = fixture.maker.generateKey(draftOf({ algorithm: "AES", keyLength: 32, exportability: "E" })).sealedKey;
    const tdes = fixture.maker.generateKey(draftOf({ exportability: "E" })).sealedKey;
    const weak = fixture.maker.generateKey(keyBlockKeyDraft("D", 16)).sealedKey;
    expect(shown(await exportBlock(aes, weak))).toBe("KEY_STRENGTH_INSUFFICIENT");
    expect(shown(await exportBlock(aes, kbpk("B", KBPK_B)))).toBe("KEY_STRENGTH_INSUFFICIENT");
    expect(shown(await exportBlock(tdes, kbpk("A", KBPK_B)))).toBe("KEY_USAGE_MISMATCH");
    expect(shown(await exportBlock(tdes, kbpk("C", KBPK_B)))).toBe("KEY_USAGE_MISMATCH");
    expect(shown(await exportBlock(tdes, kbpk("B", KBPK_B, "D")))).toBe("KEY_MODE_MISMATCH");
    expect(shown(await exportBlock(tdes, tdes))).toBe("KEY_USAGE_MISMATCH");
  });
});

describe("a key that may not leave", () => {
  test.each(EXPORTABLE.map((kind) => ({ ...kind, exportability: "N" as const })))(
    "$usage $algorithm $keyLength stays, and its sealed form has nothing to export",
    async (draft) => {
      const { sealedKey } = fixture.maker.generateKey(draft);
      expect(shown(await exportBlock(sealedKey, kbpk("D", KBPK_D)))).toBe("KEY_NOT_EXPORTABLE");
      const parts = parseSealedKey(sealedKey).wrappedParts.length;
      expect(parts).toBe(partLengths({ ...draft, exportability: "E" }).length - 1);
    },
  );

  test("cannot be made one that may: its header is sealed", async () => {
    const { sealedKey } = fixture.maker.generateKey(draftOf());
    const changed = Buffer.from(sealedKey);
    const offset = changed.indexOf(Buffer.from([0x42, 0x01, 0x4e]));
    expect(offset).toBeGreaterThan(0);
    changed.write("E", offset + 2, "latin1");
    expect(shown(await exportBlock(changed, kbpk("D", KBPK_D)))).toBe("SEALED_KEY_INVALID");
  });

  test("the export part of one key does not serve another", async () => {
    const [one, other] = [0, 1].map(() => fixture.maker.generateKey(draftOf({ exportability: "E" })).sealedKey);
    if (one === undefined || other === undefined) throw new Error("no keys");
    const swapped = Buffer.from(one);
    const partLength = 24;
    other.copy(swapped, one.length - 16 - partLength, other.length - 16 - partLength, other.length - 16);
    expect(shown(await exportBlock(swapped, kbpk("D", KBPK_D)))).toBe("SEALED_KEY_INVALID");
  });
});

/** A block that somebody with the KBPK makes. */
function forged(version: "B" | "D", protectionKey: string, fixedPart: string, key: string): string {
  const [unit, mac] = version === "B" ? [8, 8] : [16, 16];
  const payload = Math.ceil((2 + key.length / 2) / unit) * unit;
  const length = 16 + 2 * payload + 2 * mac;
  const header = `${version}${length.toString().padStart(4, "0")}${fixedPart}0000`;
  return sealKeyBlock(header, key, "00".repeat(payload - 2 - key.length / 2), protectionKey);
}

describe("a key block that may not come in", () => {
  const DOUBLE = "0123456789ABCDEFFEDCBA9876543210";

  test("with a key stronger than its protection", async () => {
    const triple = `${DOUBLE}8967452301ABCDEF`;
    const aes = "000102030405060708090A0B0C0D0E0F";
    expect(shown(await importBlock(forged("B", KBPK_B, "P0TE00N", triple), kbpk("B", KBPK_B)))).toBe(
      "KEY_STRENGTH_INSUFFICIENT",
    );
    expect(shown(await importBlock(forged("B", KBPK_B, "P0AE00N", aes), kbpk("B", KBPK_B)))).toBe("KEY_STRENGTH_INSUFFICIENT");
  });

  test("under a key bound to another version, or one that may only encipher", async () => {
    const block = forged("B", KBPK_B, "P0TE00N", DOUBLE);
    expect(shown(await importBlock(block, kbpk("C", KBPK_B)))).toBe("KEY_BLOCK_INVALID");
    expect(shown(await importBlock(block, kbpk("A", KBPK_B)))).toBe("KEY_BLOCK_INVALID");
    expect(shown(await importBlock(block, kbpk("B", KBPK_B, "E")))).toBe("KEY_MODE_MISMATCH");
    expect(headerOf(await importBlock(block, kbpk("B", KBPK_B, "D"))).usage).toBe("P0");
  });

  test.each([
    ["a weak key", "P0TE00N", "0101010101010101FEFEFEFEFEFEFEFE"],
    ["equal halves", "P0TE00N", "0123456789ABCDEF0123456789ABCDEF"],
    ["a mode that its usage has not", "P0TC00N", DOUBLE],
    ["a usage that nobody knows", "G0TC00N", DOUBLE],
    ["a MAC key without parameters", "M3TC00N", DOUBLE],
    ["a PIN key of single DES", "P0DE00N", "0123456789ABCDEF"],
  ])("with %s", async (_, fixedPart, key) => {
    expect(shown(await importBlock(forged("B", KBPK_B, fixedPart, key), kbpk("B", KBPK_B)))).toBe("KEY_MATERIAL_INVALID");
  });

  test("for the other environment", async () => {
    const block = forged("B", KBPK_B, "P0TE00N", DOUBLE);
    const outcome = await importBlock(block, kbpk("B", KBPK_B), { environment: "production" });
    expect(shown(outcome)).toBe("KEY_ENVIRONMENT_MISMATCH");
  });

  test("with an HMAC key for another hash than its parameters say", async () => {
    const draft = draftOf({
      usage: "M7",
      algorithm: "HMAC",
      keyLength: 64,
      modeOfUse: "C",
      exportability: "E",
      mac: { scheme: "HMAC_SHA384", paddingMethod: 0, length: 32 },
    });
    const outcome = await exportBlock(fixture.maker.generateKey(draft).sealedKey, kbpk("D", KBPK_D));
    if (outcome.kind !== "exportKeyBlock") throw new Error(shown(outcome));
    const block = outcome.keyBlock.toString("latin1");
    const mac = { scheme: "HMAC_SHA256", paddingMethod: 0, length: 32 } as const;
    expect(shown(await importBlock(block, kbpk("D", KBPK_D), { mac }))).toBe("KEY_MATERIAL_INVALID");
  });
});

test("an unbound key block protection key is bound to B or D by its algorithm", async () => {
  const block = forged("D", KBPK_D, "K1TB00N", "0123456789ABCDEFFEDCBA9876543210");
  expect(headerOf(await importBlock(block, kbpk("D", KBPK_D))).keyBlockVersion).toBe("B");
});

test("a token that cannot serve a key refuses it and goes on", async () => {
  // SoftHSM takes no HMAC key shorter than its hash.
  const draft = draftOf({
    usage: "M7",
    algorithm: "HMAC",
    keyLength: 16,
    modeOfUse: "C",
    exportability: "E",
    mac: { scheme: "HMAC_SHA512", paddingMethod: 0, length: 32 },
  });
  const material = SecretBytes.take(Buffer.from("000102030405060708090A0B0C0D0E0F", "hex"));
  const fields = tr31HeaderOf(headerOfDraft(draft), "D");
  const block = sealTr31(fields, material, softwareTr31("D", Buffer.from(KBPK_D, "hex")), softwareRandom);
  expect(shown(await importBlock(block, kbpk("D", KBPK_D), givenOf(draft)))).toBe("TOKEN_CANNOT");
  expect(refusalOf(() => fixture.maker.importClearKey(draft, material)).reason).toBe("TOKEN_CANNOT");
  expect(shown(await fixture.execute({ kind: "probe" }))).toBe("done");
  expect(fixture.engine.isBroken).toBe(false);
});
