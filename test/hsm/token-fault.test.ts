import pkcs11js from "pkcs11js";
import { describe, expect, test } from "vitest";
import { TokenFault } from "../../src/hsm/index.js";

const codes = Object.entries(pkcs11js as unknown as Record<string, unknown>).filter(
  (entry): entry is [string, number] => entry[0].startsWith("CKR_") && typeof entry[1] === "number" && entry[1] !== 0,
);

test("every CK_RV that the binding knows has a kind, in both forms in which it throws", () => {
  expect(codes.length).toBeGreaterThan(80);
  for (const [name, code] of codes) {
    const plain = TokenFault.from(new Error(`${name}:${code}`), "C_CreateObject");
    const typed = TokenFault.from(Object.assign(new Error(name), { code }), "C_CreateObject");
    expect([name, plain.kind, plain.code]).toEqual([name, typed.kind, code]);
  }
});

describe("what ends a session", () => {
  test.each([
    ["CKR_SESSION_HANDLE_INVALID", 0xb3, "sessionLost", true],
    ["CKR_USER_NOT_LOGGED_IN", 0x101, "sessionLost", true],
    ["CKR_CRYPTOKI_NOT_INITIALIZED", 0x190, "sessionLost", true],
    ["CKR_TOKEN_NOT_PRESENT", 0xe0, "tokenGone", true],
    ["CKR_DEVICE_REMOVED", 0x32, "tokenGone", true],
    ["CKR_DEVICE_ERROR", 0x30, "device", true],
    ["CKR_GENERAL_ERROR", 0x05, "device", true],
    ["CKR_OBJECT_HANDLE_INVALID", 0x82, "object", true],
    ["CKR_MECHANISM_INVALID", 0x70, "mechanism", false],
    ["CKR_KEY_SIZE_RANGE", 0x62, "mechanism", false],
    ["CKR_TEMPLATE_INCONSISTENT", 0xd1, "forbidden", false],
    ["CKR_ACTION_PROHIBITED", 0x1b, "forbidden", false],
    ["CKR_DATA_LEN_RANGE", 0x21, "data", false],
    ["CKR_PIN_LOCKED", 0xa4, "pinLocked", false],
    ["CKR_VENDOR_DEFINED", 0x8000_0001, "unknown", true],
  ])("%s", (name, code, kind, isFatal) => {
    expect(TokenFault.from(new Error(`${name}:${code}`), "C_X")).toMatchObject({ kind, isFatal, code });
  });
});

test("an error without a CK_RV is unknown, and a fault stays itself", () => {
  const fault = TokenFault.from(new TypeError("Argument 2 has wrong type."), "C_Login");
  expect(fault).toMatchObject({ kind: "unknown", code: undefined, isFatal: true });
  expect(TokenFault.from(fault, "C_Other")).toBe(fault);
});
