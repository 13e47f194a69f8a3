import { afterAll, beforeAll, expect, test } from "vitest";
import { SecretBytes } from "../../src/base/index.js";
import { initializeToken, openToken, takeInventory } from "../../src/hsm/index.js";
import { acquireModule } from "../../src/hsm/pkcs11.js";
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

test("the inventory names the two token keys and the mechanisms", () => {
  const inventory = takeInventory(token);
  expect(inventory.objects.map(({ label }) => label).sort()).toEqual(["pinmac-seal-key", "pinmac-storage-master-key"]);
  expect(inventory.objects.every(({ attributes }) => attributes["sensitive"] && !attributes["extractable"])).toBe(true);
  expect(inventory.mechanisms.map(({ name }) => name)).toContain("AES_CMAC");
});
