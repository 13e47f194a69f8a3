import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SecretBytes } from "../../src/base/index.js";
import { type KeyMaker, openKeyMaker, openTokenEngine, type TokenEngine } from "../../src/engine/index.js";
import { encodeTemplate, type ObjectTemplate } from "../../src/hsm/attributes.js";
import type { ObjectHandle } from "../../src/hsm/pkcs11.js";
import { parseSealedKey } from "../../src/keyblock/index.js";
import { createTestToken, type TestToken } from "../support/softhsm.js";
import { completeDraft } from "./support/attack-stack.js";
import {
  AES_ECB,
  createCareless,
  DERIVATIONS,
  deriveReadable,
  ECB_DERIVATION,
  forgeBlob,
  KEY_WRAP,
  READABLE,
  wrapThenDecrypt,
} from "./support/key-attacks.js";
import { EVERY_KIND } from "./support/key-kinds.js";
import { CARELESS, TokenAttacker } from "./support/token-attacker.js";

/** The attacker's own choice of a key. */
const TROJAN = Buffer.from("00112233445566778899aabbccddeeff", "hex");
const SECRET_KEY = 4;

let token: TestToken;
let engine: TokenEngine;
let maker: KeyMaker & { close(): void };
let attacker: TokenAttacker;
/** Every object that pinmac has in the token while it serves with one key of every kind. */
let objects: readonly ObjectHandle[];
let sealedKeys: ReadonlyMap<string, Buffer>;

beforeAll(async () => {
  token = createTestToken();
  engine = openTokenEngine({ ...token, environment: "test", keyCacheSize: 100 });
  maker = openKeyMaker({ ...token, environment: "test" });
  sealedKeys = new Map(
    EVERY_KIND.map(({ draft, material }) => {
      const secret = SecretBytes.take(Buffer.from(material));
      return [draft.name, maker.importClearKey(completeDraft(draft, material.length), secret).sealedKey];
    }),
  );
  const open = [...sealedKeys.values()].map((sealedKey) => ({ kind: "openSealedKey", sealedKey }) as const);
  expect(new Set((await engine.execute(open)).map(({ kind }) => kind))).toEqual(new Set(["done"]));
  attacker = new TokenAttacker(token);
  objects = attacker.objects();
  // Two master keys, the import pair of the key maker, and the parts of every key.
  expect(objects.length).toBeGreaterThan(EVERY_KIND.length + 4);
});

afterAll(async () => {
  attacker.close();
  maker.close();
  await engine.close();
  token.remove();
});

function sealedKeyOf(name: string): Buffer {
  const sealedKey = sealedKeys.get(`attack/${name}`);
  if (sealedKey === undefined) throw new Error(`There is no sealed key ${name}.`);
  return sealedKey;
}

function readAttribute(object: ObjectHandle, type: number): Buffer {
  const attempt = attacker.attempt((calls, session) => calls.C_GetAttributeValue(session, object, [{ type }]));
  const value = "got" in attempt ? attempt.got[0]?.value : undefined;
  return Buffer.isBuffer(value) ? value : Buffer.alloc(0);
}

const isSecretKey = (object: ObjectHandle): boolean => readAttribute(object, 0x0)[0] === SECRET_KEY;
const hasUse = (object: ObjectHandle, type: number): boolean => readAttribute(object, type)[0] === 1;

function storageMasterKey(): ObjectHandle {
  const found = objects.find((object) => readAttribute(object, 0x3).toString() === "pinmac-storage-master-key");
  if (found === undefined) throw new Error("There is no storage master key.");
  return found;
}

/** All wrapped parts of all keys: what somebody with the register has. */
function allBlobs(): readonly Buffer[] {
  return [...sealedKeys.values()].flatMap((sealedKey) => parseSealedKey(sealedKey).wrappedParts);
}

/** Two handles of one blob, for two uses: the token lets its own process choose these. */
function unwrapTwice(blob: Buffer): { readonly wrapping: ObjectHandle; readonly deciphering: ObjectHandle } {
  const unwrap = (uses: ObjectTemplate): ObjectHandle => {
    const attempt = attacker.unwrap(KEY_WRAP, storageMasterKey(), blob, { ...CARELESS, keyType: 0x1f, ...uses });
    if (!("got" in attempt)) throw new Error("The token refused already at this point.");
    return attempt.got;
  };
  return { wrapping: unwrap({ wrap: true }), deciphering: unwrap({ decrypt: true }) };
}

/** What a careless wrapping key gives away, for comparison. */
function readThroughCareless(value: Buffer): Buffer | undefined {
  const careless = createCareless(attacker, randomBytes(32), { wrap: true, unwrap: true });
  const target = createCareless(attacker, value, { extractable: true });
  const blob = attacker.wrap(KEY_WRAP, careless, target);
  const { valueLength: _, ...readable } = READABLE;
  const copy = blob && attacker.unwrap(KEY_WRAP, careless, blob, readable);
  return copy && "got" in copy ? attacker.readValue(copy.got) : undefined;
}

describe("on the token, by code that shares its session", () => {
  test("K1 wrap/decrypt role conflict (Clulow 2003)", () => {
    const careless = createCareless(attacker, TROJAN, { wrap: true, decrypt: true });
    const target = createCareless(attacker, randomBytes(16), { encrypt: true, extractable: true });
    expect(wrapThenDecrypt(attacker, careless, target)).toHaveLength(16);
    for (const wrapping of [...objects, careless]) {
      for (const wrapped of objects) expect(wrapThenDecrypt(attacker, wrapping, wrapped)).toBeUndefined();
    }
    for (const wrapping of objects) expect(wrapThenDecrypt(attacker, wrapping, target)).toBeUndefined();
  });

  test("K1 no object has two groups of uses, read back from the token", () => {
    const groups = [[0x104, 0x105], [0x106, 0x107], [0x108, 0x10a], [0x10c]];
    for (const object of objects) {
      expect(groups.filter((group) => group.some((type) => hasUse(object, type))).length).toBeLessThanOrEqual(1);
    }
  });

  test("K2 the same blob unwrapped under two templates, double unwrap (Clulow 2003)", () => {
    expect(readThroughCareless(TROJAN)).toEqual(TROJAN);
    const weaknesses = [0x10, 0x14, 0x15, 0x1f].flatMap((keyType) =>
      [{ sensitive: false }, { extractable: true }, { token: true }].map((weakness) => ({ ...CARELESS, keyType, ...weakness })),
    );
    for (const blob of allBlobs()) {
      for (const template of weaknesses) {
        expect(attacker.unwrap(KEY_WRAP, storageMasterKey(), blob, template)).toHaveProperty("fault");
      }
    }
  });

  test("K2 two handles of one key, for wrapping and for deciphering, get no key out", () => {
    const [blob = Buffer.alloc(0)] = parseSealedKey(sealedKeyOf("p0-aes-16-b")).wrappedParts;
    const { wrapping, deciphering } = unwrapTwice(blob);
    const target = createCareless(attacker, TROJAN, { extractable: true });
    expect(wrapThenDecrypt(attacker, wrapping, target, deciphering)).toEqual(TROJAN);
    for (const object of objects) expect(wrapThenDecrypt(attacker, wrapping, object, deciphering)).toBeUndefined();
  });

  test("K3 a known key made by encipherment and unwrapped, 12 ECB calls forging an RFC 3394 block (Clulow 2003)", () => {
    const working: ObjectTemplate = { ...CARELESS, keyType: 0x1f, wrap: true };
    const careless = createCareless(attacker, randomBytes(16), { encrypt: true, unwrap: true });
    const victim = createCareless(attacker, randomBytes(16), { extractable: true });
    const forged = forgeBlob(attacker, careless, TROJAN) ?? Buffer.alloc(0);
    const planted = attacker.unwrap(KEY_WRAP, careless, forged, working);
    const trojan = createCareless(attacker, TROJAN, { decrypt: true });
    expect("got" in planted && wrapThenDecrypt(attacker, planted.got, victim, trojan)).toHaveLength(16);

    const master = storageMasterKey();
    expect(forgeBlob(attacker, master, TROJAN)).toBeUndefined();
    const oracles = objects.filter((object) => forgeBlob(attacker, object, TROJAN) !== undefined);
    // AES PIN keys encipher blocks: that is what they are for.
    expect(oracles.length).toBeGreaterThanOrEqual(2);
    for (const oracle of oracles) {
      const blob = forgeBlob(attacker, oracle, Buffer.alloc(16)) ?? Buffer.alloc(0);
      for (const unwrapping of [oracle, master]) {
        expect(attacker.unwrap(KEY_WRAP, unwrapping, blob, working)).toHaveProperty("fault");
      }
    }
  });

  test("K3 a known key planted under the storage master key wraps no key out", () => {
    const master = storageMasterKey();
    const own = createCareless(attacker, TROJAN, { extractable: true });
    const blob = attacker.wrap(KEY_WRAP, master, own) ?? Buffer.alloc(0);
    const planted = attacker.unwrap(KEY_WRAP, master, blob, { ...CARELESS, keyType: 0x1f, wrap: true });
    const trojan = createCareless(attacker, TROJAN, { decrypt: true });
    if (!("got" in planted)) throw new Error("The token refused already at this point.");
    expect(wrapThenDecrypt(attacker, planted.got, own, trojan)).toEqual(TROJAN);
    for (const object of objects) expect(wrapThenDecrypt(attacker, planted.got, object, trojan)).toBeUndefined();
  });

  test("K4 attributes set, or copied with others, after creation", () => {
    const flips: readonly ObjectTemplate[] = [
      ...(["encrypt", "decrypt", "wrap", "unwrap", "sign", "derive", "extractable", "modifiable"] as const).map((name) => ({
        [name]: true,
      })),
      { sensitive: false },
      { allowedMechanisms: ["AES_ECB", "AES_KEY_WRAP"] },
    ];
    const careless = createCareless(attacker, TROJAN, {});
    expect(
      attacker.attempt((calls, session) => calls.C_SetAttributeValue(session, careless, encodeTemplate({ wrap: true }))),
    ).toHaveProperty("got");
    for (const object of objects.filter(isSecretKey)) {
      for (const flip of flips) {
        const template = encodeTemplate(flip);
        const set = attacker.attempt((calls, session) => calls.C_SetAttributeValue(session, object, template));
        const copy = attacker.attempt((calls, session) => calls.C_CopyObject(session, object, template));
        expect([set, copy]).toEqual([{ fault: "forbidden" }, { fault: "forbidden" }]);
      }
    }
  });

  test("K5 derivation as an oracle: no object derives but an AES BDK (Clulow 2003)", () => {
    const careless = createCareless(attacker, TROJAN, { derive: true });
    expect(deriveReadable(attacker, careless)).toHaveLength(16);
    const deriving = objects.filter((object) => hasUse(object, 0x10c));
    expect(deriving).toHaveLength(EVERY_KIND.filter(({ draft }) => draft.dukptType === "AES_128").length);
    for (const object of objects.filter((other) => !deriving.includes(other))) {
      expect(deriveReadable(attacker, object)).toBeUndefined();
    }
    // An AES BDK gives what AES DUKPT derives from it, by that mechanism alone: initial keys, never itself.
    const others = DERIVATIONS.filter((mechanism) => mechanism !== ECB_DERIVATION);
    for (const object of deriving) {
      expect(deriveReadable(attacker, object, others)).toBeUndefined();
      const derived = deriveReadable(attacker, object);
      expect(derived).toHaveLength(16);
      expect(EVERY_KIND.filter(({ material }) => derived?.equals(material))).toEqual([]);
    }
  });

  test("K7 halves of wrapped keys spliced, swapped and cut (Clulow 2003)", () => {
    for (const blob of allBlobs().filter(({ length }) => length === 24)) {
      const [check, left, right] = [blob.subarray(0, 8), blob.subarray(8, 16), blob.subarray(16, 24)];
      const splices = [
        [check, left, left],
        [check, right, right],
        [check, right, left],
        [left, right],
        [check, left],
      ].map((halves) => Buffer.concat(halves));
      for (const splice of splices) {
        for (const keyType of [0x10, 0x14, 0x1f]) {
          const template = { ...CARELESS, keyType };
          expect(attacker.unwrap(KEY_WRAP, storageMasterKey(), splice, template)).toHaveProperty("fault");
        }
      }
    }
  });

  test("K8 random blobs unwrapped as keys (Bond 2001)", () => {
    const master = storageMasterKey();
    const template: ObjectTemplate = { ...CARELESS, keyType: 0x1f };
    let opened = 0;
    for (let round = 0; round < 10_000; round++) {
      if ("got" in attacker.unwrap(KEY_WRAP, master, randomBytes(24), template)) opened++;
    }
    expect(opened).toBe(0);
  });

  test("no value of any secret object can be read", () => {
    for (const object of objects) expect(attacker.readValue(object)).toBeUndefined();
    expect(attacker.encrypt(AES_ECB, storageMasterKey(), Buffer.alloc(16))).toBeUndefined();
  });
});
