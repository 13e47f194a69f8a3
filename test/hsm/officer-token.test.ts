import { afterAll, beforeAll, expect, test } from "vitest";
import { SecretBytes } from "../../src/base/index.js";
import { encodeTemplate } from "../../src/hsm/attributes.js";
import { findToken } from "../../src/hsm/find-token.js";
import { createOfficerTokenKey, openOfficerToken } from "../../src/hsm/index.js";
import { acquireModule } from "../../src/hsm/pkcs11.js";
import { officerPrivateKey } from "../../src/hsm/templates.js";
import { TokenSession } from "../../src/hsm/token-session.js";
import { OfficerPublicKey } from "../../src/officers/index.js";
import { createTestToken, type TestToken } from "../support/softhsm.js";

let token: TestToken;
beforeAll(() => {
  token = createTestToken("anna-token");
  createOfficerTokenKey({ ...token, keyLabel: "anna" }).close();
});
afterAll(() => token.remove());

const code = (expected: string) => expect.objectContaining({ code: expected });

test("an officer's token signs as Ed25519, and the key is not extractable", () => {
  const opened = openOfficerToken({ ...token, keyLabel: "anna" });
  const key = OfficerPublicKey.parse(opened.publicKey.toString("hex"));
  for (const length of [0, 1, 100, 10_000]) {
    const message = Buffer.alloc(length, 7);
    const signature = opened.sign(message);
    expect(key.signed(message, signature)).toBe(true);
    expect(key.signed(Buffer.concat([message, Buffer.of(0)]), signature)).toBe(false);
  }
  expect(opened.serial).toMatch(/^[0-9a-f]{16}$/);
  opened.close();
  opened.close();
  expect(() => opened.sign(Buffer.alloc(1))).toThrow();
});

test("a second key of that label is not made", () => {
  expect(() => createOfficerTokenKey({ ...token, keyLabel: "anna" })).toThrow(code("KEYS_EXIST"));
  openOfficerToken({ ...token, keyLabel: "anna" }).close();
});

test("a key that is not there, a wrong PIN and a token that is not there are each named", () => {
  expect(() => openOfficerToken({ ...token, keyLabel: "ben" })).toThrow(code("KEYS_MISSING"));
  const readPin = () => SecretBytes.take(Buffer.from("000000"));
  expect(() => openOfficerToken({ ...token, readPin, keyLabel: "anna" })).toThrow(code("PIN_INVALID"));
  expect(() => openOfficerToken({ ...token, tokenLabel: "none", keyLabel: "anna" })).toThrow(code("TOKEN_NOT_FOUND"));
  openOfficerToken({ ...token, keyLabel: "anna" }).close();
});

test("a key with other attributes is not used", () => {
  const lease = acquireModule(token.modulePath, token);
  const session = new TokenSession(lease.library, findToken(lease.library, token), "readWrite");
  const pin = token.readPin();
  session.login(pin);
  // Another private key of that label, which a person could extract.
  session.generateKeyPair(
    { mechanism: 0x1055 },
    encodeTemplate({ token: true, label: "dora", ecParams: Buffer.from("06032b6570", "hex"), verify: true }),
    encodeTemplate({ ...officerPrivateKey("dora"), extractable: true }),
  );
  session.close();
  lease.release();
  expect(() => openOfficerToken({ ...token, keyLabel: "dora" })).toThrow(code("KEY_ATTRIBUTES_DRIFTED"));
});
