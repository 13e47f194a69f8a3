import { rmSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Refusal, SecretBytes } from "../../src/base/index.js";
import { type EngineCommand, type openKeyMaker, openTokenEngine } from "../../src/engine/index.js";
import { openToken } from "../../src/hsm/index.js";
import { acquireModule } from "../../src/hsm/pkcs11.js";
import type { KeyHeaderDraft } from "../../src/keyblock/index.js";
import { type PinBlockFormat, parsePan } from "../../src/pin/index.js";
import { createTestToken } from "../support/softhsm.js";
import { bdkDraft, draft, EngineFixture, pinDraft, shown } from "./support/engine-fixture.js";

const CACHE_SIZE = 8;
const fixture = new EngineFixture(CACHE_SIZE);
const PAN = parsePan("5432101234567890");
const RETAIL = { scheme: "ISO9797_1_ALG3", paddingMethod: 2, length: 8 } as const;
const RETAIL_DRAFT = draft({ usage: "M3", algorithm: "TDES", keyLength: 16, modeOfUse: "C", mac: RETAIL });
const ZONE_KEY = "DDDDEEEEFFFFAAAABBBBCCCCDDDDEEEE";
const BLOCK = Buffer.from("7F381DBF9F6906C4", "hex");

function translation(
  source: Buffer,
  target: Buffer,
  formats: readonly [PinBlockFormat, PinBlockFormat] = [0, 0],
  block: Buffer = BLOCK,
) {
  return {
    kind: "translatePin",
    source: { key: { sealedKey: source }, format: formats[0], pinBlock: block },
    target: { key: { sealedKey: target }, format: formats[1] },
    pan: PAN,
  } as const satisfies EngineCommand;
}

/** Session objects in the token, counted by somebody else. */
function countSessionObjects(): number {
  const { modulePath, moduleEnvironment } = fixture.token;
  const lease = acquireModule(modulePath, { moduleEnvironment });
  const token = openToken({ ...fixture.token, environment: "test" });
  try {
    return token.session.findObjects({ token: false }, 10_000).length;
  } finally {
    token.close();
    lease.release();
  }
}

test("the engine describes its token and says what it tested", () => {
  expect(fixture.engine.selfTests).toBe(16);
  expect(fixture.engine.tokenDescription).toContain("SoftHSM");
  expect(fixture.engine.tokenSerial).not.toBe("");
  expect(fixture.engine.isBroken).toBe(false);
});

test("a probe is answered", async () => {
  expect(shown(await fixture.execute({ kind: "probe" }))).toBe("done");
});

test("a PIN goes through every format and key and comes back", async () => {
  const tdes = fixture.maker.generateKey(pinDraft("TDES", 24)).sealedKey;
  const aes = [16, 24, 32].map((length) => fixture.maker.generateKey(pinDraft("AES", length)).sealedKey);
  const source = fixture.import(pinDraft("TDES", 16, "D"), ZONE_KEY);
  const target = fixture.import(pinDraft("TDES", 16, "E"), ZONE_KEY);
  let key = source;
  let format: PinBlockFormat = 0;
  let block: Buffer = BLOCK;
  const stations: readonly (readonly [Buffer, PinBlockFormat])[] = [
    [tdes, 3],
    ...aes.map((sealedKey) => [sealedKey, 4] as const),
    [tdes, 0],
    [target, 0],
  ];
  for (const [next, nextFormat] of stations) {
    const outcome = await fixture.execute(translation(key, next, [format, nextFormat], block));
    if (outcome.kind !== "translatePin") throw new Error(`Refused: ${shown(outcome)}`);
    [key, format, block] = [next, nextFormat, outcome.pinBlock];
  }
  expect(block).toEqual(BLOCK);
});

describe("a sealed key that was changed", () => {
  test("is refused, whichever byte it was, also when the true one is in the cache", async () => {
    const sealedKey = fixture.import(pinDraft("TDES", 16), ZONE_KEY);
    expect(shown(await fixture.execute({ kind: "openSealedKey", sealedKey }))).toBe("done");
    for (let index = 0; index < sealedKey.length; index++) {
      const changed = Buffer.from(sealedKey);
      changed[index] = (changed[index] ?? 0) ^ 0x01;
      expect([index, shown(await fixture.execute({ kind: "openSealedKey", sealedKey: changed }))]).toEqual([
        index,
        "SEALED_KEY_INVALID",
      ]);
    }
    for (const length of [0, 1, 15, 16, sealedKey.length - 1]) {
      const cut = sealedKey.subarray(0, length);
      expect(shown(await fixture.execute({ kind: "openSealedKey", sealedKey: cut }))).toBe("SEALED_KEY_INVALID");
    }
    expect(fixture.engine.isBroken).toBe(false);
  });

  test("is refused when it comes from another token", async () => {
    const sealedKey = fixture.import(pinDraft("TDES", 16), ZONE_KEY);
    expect(
      shown(await fixture.execute({ kind: "openSealedKey", sealedKey: Buffer.concat([sealedKey, Buffer.alloc(1)]) })),
    ).toBe("SEALED_KEY_INVALID");
  });
});

describe("the key cache", () => {
  test("keeps its bound and leaves no object behind", async () => {
    const drafts: readonly KeyHeaderDraft[] = [pinDraft("TDES", 16), RETAIL_DRAFT, bdkDraft(RETAIL), pinDraft("AES", 32, "D")];
    const keys = Array.from({ length: 40 }, (_, index) =>
      fixture.maker.generateKey(drafts[index % drafts.length] ?? RETAIL_DRAFT),
    );
    await fixture.engine.execute(keys.map(({ sealedKey }) => ({ kind: "openSealedKey", sealedKey })));
    expect(fixture.engine.cachedKeys).toBe(CACHE_SIZE);
    const before = countSessionObjects();
    await fixture.engine.execute(keys.map(({ sealedKey }) => ({ kind: "openSealedKey", sealedKey })));
    expect(countSessionObjects()).toBe(before);
    expect(before).toBeGreaterThanOrEqual(CACHE_SIZE);
    // Two of four kinds have two parts.
    expect(before).toBeLessThanOrEqual(2 * CACHE_SIZE + 2);
  });

  test("a refused key leaves no object behind", async () => {
    const { sealedKey } = fixture.maker.generateKey(pinDraft("TDES", 16));
    sealedKey[sealedKey.length - 1] = (sealedKey[sealedKey.length - 1] ?? 0) ^ 1;
    const before = countSessionObjects();
    for (let round = 0; round < 20; round++) await fixture.execute({ kind: "openSealedKey", sealedKey });
    expect(countSessionObjects()).toBe(before);
  });

  test("an engine with too small a cache does not start", () => {
    expect(() => openTokenEngine({ ...fixture.token, environment: "test", keyCacheSize: 3 })).toThrow(RangeError);
  });
});

describe("what keys may do", () => {
  test("usage, mode and algorithm are the sealed header's", async () => {
    const both = fixture.import(pinDraft("TDES", 16), ZONE_KEY);
    const encryptOnly = fixture.import(pinDraft("TDES", 16, "E"), ZONE_KEY);
    const decryptOnly = fixture.import(pinDraft("TDES", 16, "D"), ZONE_KEY);
    const mac = fixture.import(RETAIL_DRAFT, "0123456789ABCDEFFEDCBA9876543210");
    const aes = fixture.import(pinDraft("AES", 16), ZONE_KEY);
    expect(shown(await fixture.execute(translation(encryptOnly, both)))).toBe("KEY_MODE_MISMATCH");
    expect(shown(await fixture.execute(translation(both, decryptOnly)))).toBe("KEY_MODE_MISMATCH");
    expect(shown(await fixture.execute(translation(mac, both)))).toBe("KEY_USAGE_MISMATCH");
    expect(shown(await fixture.execute(translation(both, aes)))).toBe("KEY_ALGORITHM_MISMATCH");
    expect(shown(await fixture.execute(translation(both, both, [0, 1])))).toBe("TRANSLATION_NOT_ALLOWED");
    const message = Buffer.from("message");
    expect(shown(await fixture.execute({ kind: "generateMac", key: { sealedKey: both }, message }))).toBe("KEY_USAGE_MISMATCH");
  });

  test("a key of the other environment is not made", () => {
    expect(() => fixture.maker.generateKey({ ...pinDraft("TDES", 16), environment: "production" })).toThrow(
      expect.objectContaining({ reason: "KEY_ENVIRONMENT_MISMATCH" }),
    );
  });
});

describe("authorize", () => {
  const macKey = () => ({ sealedKey: fixture.import(RETAIL_DRAFT, "0123456789ABCDEFFEDCBA9876543210") });
  const zoneKey = () => fixture.import(pinDraft("TDES", 16), ZONE_KEY);
  const inbound = Buffer.from("inbound message");

  test("the outbound MAC covers the translated PIN block in its place", async () => {
    const key = macKey();
    const right = await fixture.execute({ kind: "generateMac", key, message: inbound });
    if (right.kind !== "generateMac") throw new Error("No MAC.");
    const outbound = Buffer.from(`before${"0".repeat(16)}after`);
    const outcome = await fixture.execute({
      kind: "authorize",
      verifyMac: { kind: "verifyMac", key, message: inbound, mac: right.mac },
      translatePin: translation(zoneKey(), zoneKey()),
      generateMac: { kind: "generateMac", key, message: outbound, placement: { offset: 6, encoding: "hex" } },
    });
    const sent = Buffer.from(`before${BLOCK.toString("hex").toUpperCase()}after`);
    const expected = await fixture.execute({ kind: "generateMac", key, message: sent });
    expect(outcome).toEqual({
      kind: "authorize",
      completed: true,
      pinBlock: BLOCK,
      mac: expected.kind === "generateMac" && expected.mac,
    });
  });

  test("a wrong inbound MAC ends it with nothing done", async () => {
    const outcome = await fixture.execute({
      kind: "authorize",
      verifyMac: { kind: "verifyMac", key: macKey(), message: inbound, mac: Buffer.alloc(8) },
      translatePin: translation(zoneKey(), zoneKey()),
    });
    expect(outcome).toEqual({ kind: "authorize", completed: false });
  });

  test("a refused step refuses all", async () => {
    const outcome = await fixture.execute({
      kind: "authorize",
      translatePin: translation(zoneKey(), zoneKey(), [0, 0], Buffer.alloc(8, 1)),
      generateMac: { kind: "generateMac", key: macKey(), message: inbound },
    });
    expect(shown(outcome)).toBe("PIN_BLOCK_INVALID");
  });
});

describe("the key maker", () => {
  test("makes every kind of key, all different, and each opens", async () => {
    const cmac = { scheme: "CMAC", paddingMethod: 0, length: 8 } as const;
    const alg1 = { scheme: "ISO9797_1_ALG1", paddingMethod: 1, length: 8 } as const;
    const unionPay = { scheme: "UNIONPAY_ECB", paddingMethod: 0, length: 8 } as const;
    const hmac = { scheme: "HMAC_SHA256", paddingMethod: 0, length: 32 } as const;
    const mac = (
      usage: "M0" | "M1" | "M6" | "M7",
      algorithm: "DES" | "TDES" | "AES" | "HMAC",
      keyLength: number,
      parameters: KeyHeaderDraft["mac"],
    ) => draft({ usage, algorithm, keyLength, modeOfUse: "C", ...(parameters !== undefined && { mac: parameters }) });
    const drafts: readonly KeyHeaderDraft[] = [
      ...[16, 24].map((length) => pinDraft("TDES", length)),
      ...[16, 24, 32].flatMap((length) => [pinDraft("AES", length, "D"), pinDraft("AES", length, "E")]),
      bdkDraft(),
      RETAIL_DRAFT,
      mac("M0", "TDES", 16, alg1),
      mac("M0", "TDES", 24, alg1),
      mac("M1", "DES", 8, alg1),
      mac("M1", "DES", 8, unionPay),
      mac("M1", "TDES", 16, unionPay),
      mac("M6", "TDES", 16, cmac),
      mac("M6", "AES", 32, cmac),
      mac("M7", "HMAC", 32, hmac),
      mac("M7", "HMAC", 64, hmac),
    ];
    const made = drafts.map((each) => fixture.maker.generateKey(each));
    expect(new Set(made.map(({ header }) => header.id)).size).toBe(drafts.length);
    const outcomes = await fixture.engine.execute(made.map(({ sealedKey }) => ({ kind: "openSealedKey", sealedKey })));
    expect(outcomes.map(shown)).toEqual(drafts.map(() => "done"));
  });

  test("says TOKEN_CANNOT for an HMAC key that SoftHSM finds too short, and goes on", () => {
    const mac = { scheme: "HMAC_SHA256", paddingMethod: 0, length: 32 } as const;
    const short = draft({ usage: "M7", algorithm: "HMAC", keyLength: 16, modeOfUse: "C", mac });
    expect(() => fixture.maker.generateKey(short)).toThrow(expect.objectContaining({ reason: "TOKEN_CANNOT" }));
    fixture.maker.generateKey(pinDraft("TDES", 16));
  });

  test("refuses weak material and wipes whatever it was given", () => {
    const given = [
      ["weak", "0101010101010101FEFEFEFEFEFEFEFE"],
      ["halves alike", "0123456789ABCDEF0123456789ABCDEF"],
      ["good", "0123456789ABCDEFFEDCBA9876543210"],
    ] as const;
    for (const [name, hex] of given) {
      const material = SecretBytes.take(Buffer.from(hex, "hex"));
      const make = () => fixture.maker.importClearKey(RETAIL_DRAFT, material);
      if (name === "good") make();
      else expect(make).toThrow(Refusal);
      expect(material.expose()).toEqual(Buffer.alloc(16));
    }
  });

  test("the check value of a known key is the published one", () => {
    const material = SecretBytes.take(Buffer.from("0123456789ABCDEFFEDCBA9876543210", "hex"));
    expect(fixture.maker.importClearKey(bdkDraft(), material).header.checkValue).toEqual({
      method: "TDES_ECB",
      value: Buffer.from("08D7B4", "hex"),
    });
  });
});

test("a key sealed by another token is refused, and a token whose directory is gone is TOKEN_UNAVAILABLE, and stays so", async () => {
  // The module is initialised anew for another token, so this test comes last.
  const foreign = fixture.import(pinDraft("TDES", 16), ZONE_KEY);
  await fixture.engine.close();
  expect(shown(await fixture.execute({ kind: "probe" }))).toBe("TOKEN_UNAVAILABLE");
  (fixture.maker as ReturnType<typeof openKeyMaker>).close();
  const token = createTestToken();
  const engine = openTokenEngine({ ...token, environment: "test", keyCacheSize: CACHE_SIZE });
  expect((await engine.execute([{ kind: "openSealedKey", sealedKey: foreign }])).map(shown)).toEqual(["SEALED_KEY_INVALID"]);
  rmSync(token.tokenDirectory, { recursive: true });
  expect((await engine.execute([{ kind: "probe" }])).map(shown)).toEqual(["TOKEN_UNAVAILABLE"]);
  expect(engine.isBroken).toBe(true);
  expect((await engine.execute([{ kind: "probe" }])).map(shown)).toEqual(["TOKEN_UNAVAILABLE"]);
  await engine.close();
  token.remove();
});
