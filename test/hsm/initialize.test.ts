import { createHash, verify } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SecretBytes } from "../../src/base/index.js";
import { openTokenEngine } from "../../src/engine/index.js";
import { OBJECT_CLASSES } from "../../src/hsm/cryptoki.js";
import { findToken } from "../../src/hsm/find-token.js";
import { auditPublicKeyOf, initializeToken, openToken, takeInventory } from "../../src/hsm/index.js";
import { acquireModule } from "../../src/hsm/pkcs11.js";
import { TokenSession } from "../../src/hsm/token-session.js";
import { createTestToken, prepareTestToken, TEST_SO_PIN, type TestToken } from "../support/softhsm.js";

let token: TestToken;
beforeAll(() => {
  token = createTestToken();
});
afterAll(() => token.remove());

test("a token is opened with its keys found and their attributes as created", () => {
  const opened = openToken({ ...token, environment: "test" });
  expect(opened.token.isSoftware).toBe(true);
  expect(opened.capabilities.mechanisms.length).toBeGreaterThan(20);
  expect(opened.session.randomBytes(16)).toHaveLength(16);
  opened.close();
});

test("a second initialisation is refused and changes nothing", () => {
  expect(() => initializeToken(token)).toThrow(expect.objectContaining({ code: "KEYS_EXIST" }));
  openToken({ ...token, environment: "test" }).close();
});

test("a software token is refused in production before its PIN is read", () => {
  const readPin = () => {
    throw new Error("The PIN was read.");
  };
  expect(() => openToken({ ...token, readPin, environment: "production" })).toThrow(
    expect.objectContaining({ code: "SOFTWARE_TOKEN_IN_PRODUCTION" }),
  );
});

test("a token without pinmac's keys, or none at all, is named as such", () => {
  const empty = prepareTestToken();
  try {
    expect(() => openToken({ ...empty, environment: "test" })).toThrow(expect.objectContaining({ code: "TOKEN_NOT_FOUND" }));
    expect(() => initializeToken(empty)).toThrow(expect.objectContaining({ code: "SO_PIN_REQUIRED" }));
  } finally {
    empty.remove();
  }
  expect(() => openToken({ ...token, tokenSerial: "0000", environment: "test" })).toThrow(
    expect.objectContaining({ code: "TOKEN_NOT_FOUND" }),
  );
});

test("a token whose initialisation was interrupted before it had a PIN is made ready", () => {
  const interrupted = prepareTestToken();
  const lease = acquireModule(interrupted.modulePath, interrupted);
  const [slot] = lease.library.C_GetSlotList(true);
  if (slot === undefined) throw new Error("There is no slot.");
  lease.library.C_InitToken(slot, TEST_SO_PIN, interrupted.tokenLabel.padEnd(32));
  lease.release();
  try {
    expect(() => initializeToken(interrupted)).toThrow(expect.objectContaining({ code: "SO_PIN_REQUIRED" }));
    const readSecurityOfficerPin = () => SecretBytes.take(Buffer.from(TEST_SO_PIN));
    expect(initializeToken({ ...interrupted, readSecurityOfficerPin }).tokenCreated).toBe(false);
    openToken({ ...interrupted, environment: "test" }).close();
  } finally {
    interrupted.remove();
  }
});

test("a token without an audit key is opened, and given just that", () => {
  const older = createTestToken();
  try {
    removeAuditKey(older);
    const without = openToken({ ...older, environment: "test" });
    expect(without.auditKey).toBeUndefined();
    without.close();
    expect(initializeToken(older).keysMade).toEqual(["pinmac-audit-key"]);
    const opened = openToken({ ...older, environment: "test" });
    expect(opened.auditKey?.publicPoint).toHaveLength(65);
    opened.close();
  } finally {
    older.remove();
  }
});

test("half an audit key is no audit key", () => {
  const halved = createTestToken();
  try {
    removeAuditKey(halved, [OBJECT_CLASSES.PUBLIC_KEY]);
    expect(() => openToken({ ...halved, environment: "test" })).toThrow(
      expect.objectContaining({ code: "KEY_ATTRIBUTES_DRIFTED" }),
    );
    expect(() => initializeToken(halved)).toThrow(expect.objectContaining({ code: "HALF_OBJECT" }));
  } finally {
    halved.remove();
  }
});

test("the engine signs checkpoints with the audit key, and only digests", async () => {
  const engine = openTokenEngine({ ...token, environment: "test", keyCacheSize: 4 });
  try {
    const point = engine.auditPublicKey ?? Buffer.alloc(0);
    const message = Buffer.from("a checkpoint");
    const digest = createHash("sha256").update(message).digest();
    const [signed, refused] = await engine.execute([
      { kind: "signCheckpoint", digest },
      { kind: "signCheckpoint", digest: message },
    ]);
    expect(refused).toMatchObject({ kind: "refused", reason: "REQUEST_INVALID" });
    if (signed?.kind !== "signCheckpoint") throw new Error("There is no signature.");
    const key = auditPublicKeyOf(point);
    expect(verify("sha256", message, { key, dsaEncoding: "ieee-p1363" }, signed.signature)).toBe(true);
    expect(verify("sha256", digest, { key, dsaEncoding: "ieee-p1363" }, signed.signature)).toBe(false);
  } finally {
    await engine.close();
  }
});

/** As an older version, or somebody else, left the token. */
function removeAuditKey(
  { modulePath, moduleEnvironment, tokenLabel, readPin }: TestToken,
  classes: readonly number[] = [OBJECT_CLASSES.PUBLIC_KEY, OBJECT_CLASSES.PRIVATE_KEY],
): void {
  const lease = acquireModule(modulePath, { moduleEnvironment });
  const session = new TokenSession(
    lease.library,
    findToken(lease.library, { modulePath, moduleEnvironment, tokenLabel }),
    "readWrite",
  );
  const pin = readPin();
  try {
    session.login(pin);
    for (const objectClass of classes) {
      const found = session.findObjects({ class: objectClass, token: true, label: "pinmac-audit-key" }, 2);
      for (const object of found) session.destroyObject(object);
    }
  } finally {
    pin.wipe();
    session.close();
    lease.release();
  }
}

test("the inventory names the token keys and the mechanisms", () => {
  const inventory = takeInventory(token);
  expect(inventory.objects.map(({ label }) => label).sort()).toEqual([
    "pinmac-audit-key",
    "pinmac-audit-key",
    "pinmac-seal-key",
    "pinmac-storage-master-key",
  ]);
  const secret = inventory.objects.filter((object) => object.class !== "PUBLIC_KEY");
  expect(secret.every(({ attributes }) => attributes["sensitive"] && !attributes["extractable"])).toBe(true);
  expect(inventory.mechanisms.map(({ name }) => name)).toContain("AES_CMAC");
});
