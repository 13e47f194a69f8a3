import { createCipheriv, randomBytes } from "node:crypto";
import { afterEach, expect, test } from "vitest";
import { SecretBytes } from "../../src/base/index.js";
import { EngineFounding } from "../../src/engine/index.js";
import { destroyHandles, openSealedKey } from "../../src/engine/key-opener.js";
import { deriveSealKey } from "../../src/engine/seal-key-derivation.js";
import { openKeyMaker } from "../../src/engine/token-key-maker.js";
import { encodeTemplate } from "../../src/hsm/attributes.js";
import { ensureToken } from "../../src/hsm/ensure-token.js";
import { clearUnfinishedFounding, initializeToken, openToken, TokenFounding, takeInventory } from "../../src/hsm/index.js";
import { acquireModule, plainMechanism } from "../../src/hsm/pkcs11.js";
import { SEAL_KEY } from "../../src/hsm/templates.js";
import type { KeyHeaderDraft } from "../../src/keyblock/index.js";
import { prepareTestToken, TEST_SO_PIN, type TestToken } from "../support/softhsm.js";

const PLAN_DIGEST = Buffer.alloc(32, 0x11);
const DRAFT: KeyHeaderDraft = {
  name: "pos/pin",
  version: 1,
  usage: "P0",
  algorithm: "AES",
  keyLength: 32,
  modeOfUse: "B",
  exportability: "N",
  environment: "test",
  owner: "",
};

const tokens: TestToken[] = [];
afterEach(() => {
  for (const token of tokens.splice(0)) token.remove();
});

/** Initialised, and empty: as its maker's tool leaves it. */
function newToken(): TestToken {
  const token = prepareTestToken();
  tokens.push(token);
  const lease = acquireModule(token.modulePath, token);
  ensureToken(lease.library, { ...token, readSecurityOfficerPin: () => SecretBytes.take(Buffer.from(TEST_SO_PIN)) });
  lease.release();
  return token;
}

function optionsOf(token: TestToken) {
  return { ...token, environment: "test", planDigest: PLAN_DIGEST } as const;
}

function found(token: TestToken, storageMasterKey?: Buffer): void {
  const founding = EngineFounding.begin(optionsOf(token));
  try {
    founding.makeKeys(storageMasterKey === undefined ? undefined : SecretBytes.take(Buffer.from(storageMasterKey)));
    founding.finish();
  } finally {
    founding.close();
  }
}

/** As kill -9 does it: nothing is undone. */
function abandon(token: TestToken): void {
  const founding = EngineFounding.begin(optionsOf(token));
  founding.makeKeys(SecretBytes.take(randomBytes(32)));
  founding.close();
}

const labels = (token: TestToken) => takeInventory(token).objects.map(({ label }) => label);
const open = (token: TestToken) => () => openToken({ ...token, environment: "test" }).close();

test("two tokens founded with one storage master key are interchangeable; a third is not", () => {
  const material = randomBytes(32);
  const [first, second, third] = [newToken(), newToken(), newToken()];
  found(first, material);
  found(second, material);
  found(third);
  const maker = openKeyMaker({ ...first, environment: "test" });
  const made = maker.generateKey(DRAFT);
  maker.close();
  expect(canOpen(second, made.sealedKey)).toBe(true);
  expect(canOpen(third, made.sealedKey)).toBe(false);
});

function canOpen(token: TestToken, sealedKey: Buffer): boolean {
  const opened = openToken({ ...token, environment: "test" });
  try {
    destroyHandles(opened, openSealedKey(opened, sealedKey).handles);
    return true;
  } catch (error) {
    expect(error).toMatchObject({ reason: "SEALED_KEY_INVALID" });
    return false;
  } finally {
    opened.close();
  }
}

test("the seal key is SP 800-108 in counter mode with CMAC over the storage master key", () => {
  const material = randomBytes(32);
  const sealKey = deriveSealKey(SecretBytes.take(Buffer.from(material))).expose();
  const block = (counter: number) =>
    opensslCmac(material, Buffer.concat([Buffer.of(counter), Buffer.from("pinmac seal key\0"), Buffer.of(1, 0)]));
  expect(sealKey.toString("hex")).toBe(Buffer.concat([block(1), block(2)]).toString("hex"));
});

/** CMAC of a message of 19 bytes, written down from SP 800-38B. */
function opensslCmac(key: Buffer, message: Buffer): Buffer {
  const double = (block: Buffer) => {
    const doubled =
      ((BigInt(`0x${block.toString("hex")}`) << 1n) & ((1n << 128n) - 1n)) ^ ((block[0] ?? 0) & 0x80 ? 0x87n : 0n);
    return Buffer.from(doubled.toString(16).padStart(32, "0"), "hex");
  };
  const ecb = createCipheriv("aes-256-ecb", key, null).setAutoPadding(false);
  const subkey = double(double(ecb.update(Buffer.alloc(16))));
  const padded = Buffer.concat([message, Buffer.of(0x80), Buffer.alloc(31)]).subarray(0, 32);
  for (let at = 0; at < 16; at += 1) padded[16 + at] = (padded[16 + at] ?? 0) ^ (subkey[at] ?? 0);
  return createCipheriv("aes-256-cbc", key, Buffer.alloc(16)).setAutoPadding(false).update(padded).subarray(16);
}

test("a founding that is discarded leaves no object", () => {
  const token = newToken();
  const founding = EngineFounding.begin(optionsOf(token));
  founding.makeKeys(SecretBytes.take(randomBytes(32)));
  founding.discard();
  founding.close();
  expect(labels(token)).toEqual([]);
  found(token);
  expect(open(token)).not.toThrow();
});

test("a founding that was killed is refused by everything but the clearing", () => {
  const token = newToken();
  abandon(token);
  expect(open(token)).toThrow(expect.objectContaining({ code: "FOUNDING_UNFINISHED" }));
  expect(() => initializeToken(token)).toThrow(expect.objectContaining({ code: "FOUNDING_UNFINISHED" }));
  expect(() => EngineFounding.begin(optionsOf(token))).toThrow(expect.objectContaining({ code: "FOUNDING_UNFINISHED" }));
  expect(clearUnfinishedFounding(token)).toBe(4);
  expect(labels(token)).toEqual([]);
  found(token);
  expect(open(token)).not.toThrow();
});

test("half objects of a killed founding are cleared too, and nothing that is not pinmac's", () => {
  const token = newToken();
  const founding = TokenFounding.begin(optionsOf(token));
  const { session } = founding.makeKeys();
  for (const label of ["", "somebody else's"]) {
    const template = encodeTemplate({ ...SEAL_KEY, label });
    session.generateKey(plainMechanism("AES_KEY_GEN"), template);
  }
  founding.close();
  expect(clearUnfinishedFounding(token)).toBe(5);
  expect(labels(token)).toEqual(["somebody else's"]);
});

test("a token in use is not cleared, and not founded again", () => {
  const token = newToken();
  found(token);
  expect(() => clearUnfinishedFounding(token)).toThrow(expect.objectContaining({ code: "NO_UNFINISHED_FOUNDING" }));
  expect(() => EngineFounding.begin(optionsOf(token))).toThrow(expect.objectContaining({ code: "KEYS_EXIST" }));
  expect(open(token)).not.toThrow();
});

test("a software token is not founded in production, and no PIN is read for it", () => {
  const token = newToken();
  found(token);
  const readPin = () => {
    throw new Error("The PIN was read.");
  };
  expect(() => EngineFounding.begin({ ...optionsOf(token), readPin, environment: "production" })).toThrow(
    expect.objectContaining({ code: "SOFTWARE_TOKEN_IN_PRODUCTION" }),
  );
});
