import { afterAll, beforeAll, expect, test } from "vitest";
import { createKnownPart, type OpenToken, openToken, signAesCmac, tokenEcbCipher, unwrapPart } from "../../src/hsm/index.js";
import { createTestToken, type TestToken } from "../support/softhsm.js";

let testToken: TestToken;
beforeAll(() => {
  testToken = createTestToken();
});
afterAll(() => testToken.remove());

const open = (): OpenToken => openToken({ ...testToken, environment: "test" });
const withKind = (kind: string) => expect.objectContaining({ kind });

test("a session whose operation failed after its Init is closed and never used again", () => {
  const token = open();
  const key = unwrapPart(token, "DES2", "encryptDes3Ecb", createKnownPart(token, "DES2", Buffer.from("0123456789abcdef")));
  expect(() => tokenEcbCipher(token.session, key, 8).encryptEcb(Buffer.alloc(7))).toThrow(withKind("data"));
  expect(token.session.isBroken).toBe(true);
  expect(() => tokenEcbCipher(token.session, key, 8).encryptEcb(Buffer.alloc(8))).toThrow(withKind("sessionLost"));
  expect(() => token.session.randomBytes(1)).toThrow(withKind("sessionLost"));
  token.close();
});

test("a refusal at Init leaves the session whole", () => {
  const token = open();
  const key = unwrapPart(token, "DES2", "encryptDes3Ecb", createKnownPart(token, "DES2", Buffer.from("0123456789abcdef")));
  expect(() => tokenEcbCipher(token.session, key, 8).decryptEcb(Buffer.alloc(8))).toThrow(withKind("forbidden"));
  expect(() => signAesCmac(token.session, key, Buffer.alloc(8))).toThrow(withKind("forbidden"));
  expect(token.session.isBroken).toBe(false);
  expect(tokenEcbCipher(token.session, key, 8).encryptEcb(Buffer.alloc(8))).toHaveLength(8);
  token.close();
});

test("a session that was closed answers nothing, and closing twice is no harm", () => {
  const token = open();
  const other = open();
  token.close();
  token.close();
  expect(() => token.session.randomBytes(1)).toThrow(withKind("sessionLost"));
  expect(other.session.randomBytes(4)).toHaveLength(4);
  other.close();
});

test("a serving session cannot create token objects", () => {
  const token = open();
  const { storageMasterKey, sealKey } = token.keys;
  expect(() => token.session.destroyObject(sealKey)).toThrow(withKind("forbidden"));
  expect(() => token.session.destroyObject(storageMasterKey)).toThrow(withKind("forbidden"));
  token.close();
});
