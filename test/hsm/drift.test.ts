import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SecretBytes } from "../../src/base/index.js";
import { openTokenEngine } from "../../src/engine/index.js";
import { encodeTemplate, type ObjectTemplate } from "../../src/hsm/attributes.js";
import { findToken } from "../../src/hsm/find-token.js";
import { initializeToken } from "../../src/hsm/index.js";
import { findByLabel } from "../../src/hsm/master-keys.js";
import { acquireModule, plainMechanism } from "../../src/hsm/pkcs11.js";
import { SEAL_KEY, STORAGE_MASTER_KEY, storageMasterKeyCreation } from "../../src/hsm/templates.js";
import { TokenSession } from "../../src/hsm/token-session.js";
import { createTestToken, type TestToken } from "../support/softhsm.js";

let token: TestToken;
beforeEach(() => {
  token = createTestToken();
});
afterEach(() => token.remove());

/** Works on the token with a session that may write, as somebody with the PIN and another tool would. */
function tamper(work: (session: TokenSession) => void): void {
  const lease = acquireModule(token.modulePath, token);
  const session = new TokenSession(lease.library, findToken(lease.library, token), "readWrite");
  try {
    session.login(token.readPin());
    work(session);
  } finally {
    session.close();
    lease.release();
  }
}

function replaceKey(original: ObjectTemplate, replacement: ObjectTemplate): void {
  tamper((session) => {
    for (const key of findByLabel(session, original)) session.destroyObject(key);
    session.generateKey(plainMechanism("AES_KEY_GEN"), encodeTemplate(replacement));
  });
}

const start = () => openTokenEngine({ ...token, environment: "test", keyCacheSize: 8 });
const withCode = (code: string) => expect.objectContaining({ code });

describe("a token key that is not as pinmac makes it stops the start", () => {
  const drifts: readonly (readonly [string, ObjectTemplate, ObjectTemplate])[] = [
    ["storage master key that deciphers", STORAGE_MASTER_KEY, { decrypt: true }],
    ["storage master key that enciphers", STORAGE_MASTER_KEY, { encrypt: true }],
    ["storage master key that is extractable", STORAGE_MASTER_KEY, { extractable: true }],
    ["storage master key that is readable", STORAGE_MASTER_KEY, { sensitive: false }],
    ["storage master key that can be modified", STORAGE_MASTER_KEY, { modifiable: true }],
    ["storage master key that can be copied", STORAGE_MASTER_KEY, { copyable: true }],
    ["storage master key with one mechanism more", STORAGE_MASTER_KEY, { allowedMechanisms: ["AES_KEY_WRAP", "AES_ECB"] }],
    ["storage master key of half the length", STORAGE_MASTER_KEY, { valueLength: 16 }],
    ["seal key that wraps", SEAL_KEY, { wrap: true }],
    ["seal key that derives", SEAL_KEY, { derive: true }],
    ["seal key with another mechanism", SEAL_KEY, { allowedMechanisms: ["AES_ECB"] }],
  ];
  test.each(drifts)("%s", (_, original, change) => {
    replaceKey(original, { ...(original === STORAGE_MASTER_KEY ? storageMasterKeyCreation() : original), ...change });
    expect(start).toThrow(withCode("KEY_ATTRIBUTES_DRIFTED"));
  });

  test("a storage master key that unwraps anything fails the self-test, since that cannot be read back", () => {
    replaceKey(STORAGE_MASTER_KEY, STORAGE_MASTER_KEY);
    expect(start).toThrow(withCode("SELF_TEST_FAILED"));
  });
});

describe("keys that are missing or double", () => {
  test("no seal key", () => {
    tamper((session) => {
      for (const key of findByLabel(session, SEAL_KEY)) session.destroyObject(key);
    });
    expect(start).toThrow(withCode("KEYS_MISSING"));
    expect(() => initializeToken(token)).toThrow(withCode("KEYS_EXIST"));
  });

  test("two seal keys", () => {
    tamper((session) => {
      session.generateKey(plainMechanism("AES_KEY_GEN"), encodeTemplate(SEAL_KEY));
    });
    expect(start).toThrow(withCode("KEYS_MISSING"));
  });

  test("the remains of a killed creation stop an initialisation", () => {
    tamper((session) => {
      for (const key of findByLabel(session, SEAL_KEY)) session.destroyObject(key);
      session.generateKey(plainMechanism("AES_KEY_GEN"), encodeTemplate({ ...SEAL_KEY, label: "" }));
    });
    expect(() => initializeToken(token)).toThrow(withCode("HALF_OBJECT"));
  });
});

test("a wrong PIN is named, and is tried once", () => {
  let reads = 0;
  const readPin = () => {
    reads++;
    return SecretBytes.take(Buffer.from("0000000000"));
  };
  expect(() => openTokenEngine({ ...token, readPin, environment: "test", keyCacheSize: 8 })).toThrow(withCode("PIN_INVALID"));
  expect(reads).toBe(1);
});

test("a module that is none is named", () => {
  const modulePath = new URL("./drift.test.ts", import.meta.url).pathname;
  expect(() => openTokenEngine({ ...token, modulePath, environment: "test", keyCacheSize: 8 })).toThrow(
    withCode("MODULE_UNLOADABLE"),
  );
});

test("a token that was closed can be opened again in the same process", async () => {
  await start().close();
  const engine = start();
  expect(await engine.execute([{ kind: "probe" }])).toEqual([{ kind: "done" }]);
  await engine.close();
});
