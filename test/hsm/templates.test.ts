import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SecretBytes } from "../../src/base/index.js";
import { openKeyMaker } from "../../src/engine/index.js";
import { encodeTemplate, type ObjectTemplate } from "../../src/hsm/attributes.js";
import { KEY_TYPES } from "../../src/hsm/cryptoki.js";
import { createKnownPart, type OpenToken, openToken, TokenFault, unwrapPart, type WorkingKeyUse } from "../../src/hsm/index.js";
import {
  acquireModule,
  type ModuleLease,
  type ObjectHandle,
  plainMechanism,
  type SessionHandle,
} from "../../src/hsm/pkcs11.js";
import { allKeyTemplates, WORKING_KEY_USES, workingKeyAttributes } from "../../src/hsm/templates.js";
import { parseSealedKey } from "../../src/keyblock/index.js";
import { createTestToken, type TestToken } from "../support/softhsm.js";
import { pinDraft } from "./support/engine-fixture.js";

const AES_KEY_WRAP = plainMechanism("AES_KEY_WRAP");

let testToken: TestToken;
let token: OpenToken;
/** A session beside pinmac's, as code that broke into the process would have it. */
let lease: ModuleLease;
let attacker: SessionHandle;

beforeAll(() => {
  testToken = createTestToken();
  token = openToken({ ...testToken, environment: "test" });
  lease = acquireModule(testToken.modulePath, testToken);
  attacker = lease.library.C_OpenSession(token.token.slot, 0x6);
});
afterAll(() => {
  lease.release();
  token.close();
  testToken.remove();
});

/** The CKR_ name of what a call throws. */
function faultOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    return TokenFault.from(error, "test").kind;
  }
  return "none";
}

const GROUPS = [["encrypt", "decrypt"], ["sign", "verify"], ["wrap", "unwrap"], ["derive"]] as const;

test("no template that can be emitted has two groups of uses, or is readable, or can be changed", () => {
  const templates = allKeyTemplates();
  expect(templates.length).toBeGreaterThan(40);
  for (const template of templates) {
    expect(GROUPS.filter((group) => group.some((use) => template[use] === true)).length).toBeLessThanOrEqual(1);
    expect(template).toMatchObject({ sensitive: true, modifiable: false, copyable: false });
    expect(template.allowedMechanisms).toHaveLength(1);
    // What can leave the token can do nothing else, and what can do anything cannot leave it.
    const isUsable = GROUPS.flat().some((use) => template[use] === true);
    expect(template.extractable).toBe(!isUsable);
  }
});

test("a value of the wrong form never reaches the binding", () => {
  const wrong = [
    { sensitive: 1 },
    { class: true },
    { label: 7 },
    { keyType: -1 },
    { allowedMechanisms: ["NONE"] },
    { value: "00" },
  ];
  for (const template of wrong) {
    expect(() => encodeTemplate(template as unknown as ObjectTemplate)).toThrow(TypeError);
  }
});

test("MODIFIABLE is the last attribute of a template, whatever the order of its fields", () => {
  const encoded = encodeTemplate({ modifiable: false, copyable: false, token: false, sensitive: true });
  expect(encoded.map(({ type }) => type)).toEqual([0x1, 0x103, 0x171, 0x170]);
});

describe("K1: wrap and decrypt", () => {
  test("the storage master key deciphers nothing, and no working key wraps", () => {
    const { library } = lease;
    const wrapped = createKnownPart(token, "AES", Buffer.alloc(16, 7));
    const master = token.keys.storageMasterKey;
    expect(faultOf(() => library.C_DecryptInit(attacker, plainMechanism("AES_ECB"), master))).toMatch(/forbidden|mechanism/);
    expect(faultOf(() => library.C_EncryptInit(attacker, plainMechanism("AES_ECB"), master))).toMatch(/forbidden|mechanism/);
    expect(faultOf(() => library.C_SignInit(attacker, plainMechanism("AES_CMAC"), master))).toMatch(/forbidden|mechanism/);
    const working = unwrapPart(token, "AES", "bothAesEcb", wrapped);
    expect(faultOf(() => library.C_WrapKey(attacker, AES_KEY_WRAP, working, working, Buffer.alloc(64)))).not.toBe("none");
    expect(faultOf(() => library.C_WrapKey(attacker, AES_KEY_WRAP, master, working, Buffer.alloc(64)))).toBe("forbidden");
    token.session.destroyObject(working);
  });

  const CALLS = {
    encrypt: "C_EncryptInit",
    decrypt: "C_DecryptInit",
    sign: "C_SignInit",
  } as const;
  test.each(Object.keys(WORKING_KEY_USES) as WorkingKeyUse[])("a key for %s does that and nothing else", (use) => {
    const { uses, mechanism }: { uses: ObjectTemplate; mechanism: Parameters<typeof plainMechanism>[0] } =
      WORKING_KEY_USES[use];
    const keyType = use.includes("Aes") ? "AES" : use.includes("Hmac") ? "GENERIC_SECRET" : "DES2";
    // An HMAC key is as long as the longest hash.
    const value = Buffer.from("0123456789abcdef".repeat(keyType === "GENERIC_SECRET" ? 4 : 1));
    const key = unwrapPart(token, keyType, use, createKnownPart(token, keyType, value));
    for (const name of ["encrypt", "decrypt", "sign"] as const) {
      const session = lease.library.C_OpenSession(token.token.slot, 0x4);
      const parameter = mechanism === "DES3_CBC" ? { parameter: Buffer.alloc(8) } : {};
      const call = () => lease.library[CALLS[name]](session, { ...plainMechanism(mechanism), ...parameter }, key);
      expect([name, faultOf(call) === "none"]).toEqual([name, uses[name] === true]);
      lease.library.C_CloseSession(session);
    }
    token.session.destroyObject(key);
  });

  test("a key for ECB refuses CBC: one allowed mechanism", () => {
    const key = unwrapPart(token, "DES2", "encryptDes3Ecb", createKnownPart(token, "DES2", Buffer.from("0123456789abcdef")));
    const cbc = { ...plainMechanism("DES3_CBC"), parameter: Buffer.alloc(8) };
    expect(faultOf(() => lease.library.C_EncryptInit(attacker, cbc, key))).toBe("mechanism");
    token.session.destroyObject(key);
  });
});

describe("K2: one blob, other attributes", () => {
  const changes: readonly (readonly [string, ObjectTemplate])[] = [
    ["readable", { sensitive: false }],
    ["extractable", { extractable: true }],
    ["for ever", { token: true }],
    ["extractable as another type", { keyType: KEY_TYPES.GENERIC_SECRET, extractable: true }],
    ["readable as another type", { keyType: KEY_TYPES.DES2, sensitive: false }],
  ];
  test.each(changes)("the storage master key does not unwrap it %s", (_, change) => {
    const wrapped = createKnownPart(token, "AES", Buffer.alloc(16, 9));
    const template = encodeTemplate({ ...workingKeyAttributes("AES", "bothAesEcb"), ...change });
    const unwrap = () => lease.library.C_UnwrapKey(attacker, AES_KEY_WRAP, token.keys.storageMasterKey, wrapped, template);
    expect(faultOf(unwrap)).toBe("forbidden");
  });

  test("blobs that the storage master key did not make do not unwrap", () => {
    const template = encodeTemplate(workingKeyAttributes("AES", "bothAesEcb"));
    for (let round = 0; round < 200; round++) {
      const blob = lease.library.C_GenerateRandom(attacker, Buffer.alloc(24));
      const unwrap = () => lease.library.C_UnwrapKey(attacker, AES_KEY_WRAP, token.keys.storageMasterKey, blob, template);
      expect(faultOf(unwrap)).not.toBe("none");
    }
  });
});

describe("K4: attributes changed afterwards", () => {
  interface Mutating {
    C_SetAttributeValue(session: SessionHandle, key: ObjectHandle, template: ReturnType<typeof encodeTemplate>): void;
    C_CopyObject(session: SessionHandle, key: ObjectHandle, template: ReturnType<typeof encodeTemplate>): ObjectHandle;
  }
  const flips: readonly ObjectTemplate[] = [
    { decrypt: true },
    { encrypt: true },
    { wrap: true },
    { extractable: true },
    { sensitive: false },
    { modifiable: true },
    { label: "other" },
  ];
  test.each(["storageMasterKey", "sealKey", "working"] as const)("%s: no attribute can be set, and no copy be made", (name) => {
    const library = lease.library as unknown as Mutating;
    const part = createKnownPart(token, "DES2", Buffer.from("0123456789abcdef"));
    const key = name === "working" ? unwrapPart(token, "DES2", "encryptDes3Ecb", part) : token.keys[name];
    for (const flip of flips) {
      expect(faultOf(() => library.C_SetAttributeValue(attacker, key, encodeTemplate(flip)))).toBe("forbidden");
      expect(faultOf(() => library.C_CopyObject(attacker, key, encodeTemplate(flip)))).toBe("forbidden");
    }
  });
});

test("no value can be read", () => {
  const part = createKnownPart(token, "AES", Buffer.alloc(16, 3));
  const working = unwrapPart(token, "AES", "bothAesEcb", part);
  for (const key of [token.keys.storageMasterKey, token.keys.sealKey, working]) {
    expect(faultOf(() => lease.library.C_GetAttributeValue(attacker, key, [{ type: 0x11 }]))).toBe("forbidden");
  }
});

test("the parts in a sealed key are wrapped: the material is not in it", () => {
  const maker = openKeyMaker({ ...testToken, environment: "test" });
  const hex = "0123456789ABCDEFFEDCBA9876543210";
  const { sealedKey } = maker.importClearKey(pinDraft("TDES", 16), SecretBytes.take(Buffer.from(hex, "hex")));
  maker.close();
  expect(sealedKey.includes(Buffer.from(hex.slice(0, 16), "hex"))).toBe(false);
  expect(parseSealedKey(sealedKey).wrappedParts).toHaveLength(1);
});
