import { createCipheriv } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SecretBytes } from "../../src/base/index.js";
import { readHsmProfile } from "../../src/cli/config/hsm-profile.js";
import { tokenAddress } from "../../src/cli/token/token-address.js";
import type { CommandContext } from "../../src/engine/commands/command-context.js";
import { translatePin } from "../../src/engine/commands/translate-pin.js";
import { destroyHandles, openSealedKey } from "../../src/engine/key-opener.js";
import { KeySealer } from "../../src/engine/key-sealer.js";
import type { OpenedKey } from "../../src/engine/opened-key.js";
import { runSelfTest } from "../../src/engine/self-test.js";
import { MECHANISMS, type MechanismName } from "../../src/hsm/cryptoki.js";
import { openToken, takeInventory } from "../../src/hsm/index.js";
import type { KeyHeaderDraft } from "../../src/keyblock/index.js";
import { parsePan } from "../../src/pin/index.js";
import * as aesReference from "../reference/aes-dukpt.js";
import { aes, tdes } from "../reference/block-ciphers.js";
import { cmac, hmac } from "../reference/macs.js";
import { NSS_MODULE, NSS_TOKEN_LABEL, nssParameters, openNss } from "../support/nss.js";
import { refusalOf } from "../support/refusals.js";
import { openSoftHsm } from "../support/softhsm.js";
import type { TokenUnderTest } from "../support/token-under-test.js";
import { loadVectors } from "../support/vectors.js";
import { draft } from "./support/engine-fixture.js";

const TDES_KEY = "0123456789ABCDEFFEDCBA9876543210";
const AES_KEY = "000102030405060708090A0B0C0D0E0F";
const HMAC_KEY = "000102030405060708090A0B0C0D0E0F".repeat(4);
const BLOCK = Buffer.from("4E6F772069732074", "hex");
const AES_BLOCK = Buffer.concat([BLOCK, BLOCK]);
const MESSAGE = Buffer.from("4012345678909D987");
const messageHex = MESSAGE.toString("hex").toUpperCase();
const toHex = (bytes: Buffer): string => bytes.toString("hex").toUpperCase();

const TABLE = { tableName: "standard", table: "0123456789012345", panStart: 0, panLength: 16, pad: "F" } as const;
const HMACS = ["SHA224", "SHA256", "SHA384", "SHA512"] as const;

const cipherDraft = (usage: "D0" | "K0", algorithm: "TDES" | "AES", modeOfUse: "B" | "D" | "E"): KeyHeaderDraft =>
  draft({ usage, algorithm, keyLength: 16, modeOfUse });
const keyBlockDraft = (version: "A" | "B" | "C" | "D"): KeyHeaderDraft =>
  draft({
    usage: "K1",
    algorithm: version === "D" ? "AES" : "TDES",
    keyLength: 16,
    modeOfUse: version === "A" || version === "C" ? "D" : "B",
    keyBlockVersion: version,
  });
const hmacDraft = (hash: (typeof HMACS)[number]): KeyHeaderDraft =>
  draft({
    usage: "M7",
    algorithm: "HMAC",
    keyLength: 64,
    modeOfUse: "C",
    mac: { scheme: `HMAC_${hash}`, paddingMethod: 0, length: 16 },
  });
const aesBdkDraft = draft({
  usage: "B0",
  algorithm: "AES",
  keyLength: 16,
  modeOfUse: "X",
  dukptType: "AES_128",
  dukptWorkingKeys: { pin: "AES_128" },
});
const tdesCmacDraft = draft({
  usage: "M6",
  algorithm: "TDES",
  keyLength: 16,
  modeOfUse: "C",
  mac: { scheme: "CMAC", paddingMethod: 0, length: 8 },
});
const v1Draft = draft({ usage: "V1", algorithm: "TDES", keyLength: 16, modeOfUse: "V", ibm3624: TABLE });
const v2Draft = draft({ usage: "V2", algorithm: "TDES", keyLength: 16, modeOfUse: "V" });

/** One for each token: its key pair takes a while to make. */
const sealers = new WeakMap<TokenUnderTest["token"], KeySealer>();

function sealed({ token }: Pick<TokenUnderTest, "token">, keyDraft: KeyHeaderDraft, hex: string): Buffer {
  const sealer = sealers.get(token) ?? new KeySealer(token);
  sealers.set(token, sealer);
  return sealer.sealMaterial(keyDraft, SecretBytes.take(Buffer.from(hex, "hex"))).sealedKey;
}

/** Seals a known key, opens it, works with it, and leaves nothing behind. */
function withOpened<Kind extends OpenedKey["kind"]>(
  under: TokenUnderTest,
  kind: Kind,
  keyDraft: KeyHeaderDraft,
  hex: string,
  work: (key: Extract<OpenedKey, { kind: Kind }>) => void,
): void {
  const key = openSealedKey(under.token, sealed(under, keyDraft, hex));
  try {
    expect(key.kind).toBe(kind);
    work(key as Extract<OpenedKey, { kind: Kind }>);
  } finally {
    destroyHandles(under.token, key.handles);
  }
}

/** The token as it would be without a mechanism. */
function without({ token }: TokenUnderTest, ...names: readonly MechanismName[]): Pick<TokenUnderTest, "token"> {
  const lacking = names.map((name) => MECHANISMS[name] as number);
  const mechanisms = token.capabilities.mechanisms.filter(({ type }) => !lacking.includes(type));
  return { token: { ...token, capabilities: { ...token.capabilities, mechanisms } } };
}

describe.each([
  ["softhsm", openSoftHsm],
  ["nss", openNss],
] as const)("keys opened in a token: %s", (name, open) => {
  let under: TokenUnderTest;
  beforeAll(() => {
    under = open();
  });
  afterAll(() => under.close());

  test.each(["D0", "K0"] as const)("%s keys encipher, and decipher as their mode says", (usage) => {
    const kind = usage === "D0" ? "data" : "keyEncryption";
    const enciphered = Buffer.from(tdes(TDES_KEY).encrypt(toHex(BLOCK)), "hex");
    withOpened(under, kind, cipherDraft(usage, "TDES", "E"), TDES_KEY, ({ cipher, header }) => {
      expect(cipher.encryptEcb(BLOCK)).toEqual(enciphered);
      expect(toHex(header.checkValue.value)).toBe("08D7B4");
    });
    withOpened(under, kind, cipherDraft(usage, "TDES", "D"), TDES_KEY, ({ cipher }) => {
      expect(cipher.decryptEcb(enciphered)).toEqual(BLOCK);
    });
    withOpened(under, kind, cipherDraft(usage, "AES", "B"), AES_KEY, ({ cipher, header }) => {
      expect(toHex(cipher.encryptEcb(AES_BLOCK))).toBe(aes(AES_KEY).encrypt(toHex(AES_BLOCK)));
      expect(toHex(header.checkValue.value)).toBe(cmac(aes(AES_KEY), "0".repeat(32)).slice(0, 10));
    });
  });

  test.each([
    ["V1", v1Draft],
    ["V2", v2Draft],
  ] as const)("%s keys encipher", (_, keyDraft) => {
    withOpened(under, "pinVerification", keyDraft, TDES_KEY, ({ cipher }) => {
      expect(toHex(cipher.encryptEcb(BLOCK))).toBe(tdes(TDES_KEY).encrypt(toHex(BLOCK)));
    });
  });

  test("a K1 key of version D is a key of CMAC", () => {
    withOpened(under, "keyBlockProtection", keyBlockDraft("D"), AES_KEY, (key) => {
      if (key.version !== "D") throw new Error("The version is another.");
      expect(toHex(key.cmac(MESSAGE))).toBe(cmac(aes(AES_KEY), messageHex));
    });
  });

  test.each(["A", "C"] as const)("a K1 key of version %s is its two variants", (version) => {
    const variant = (mask: number): Buffer => Buffer.from(Buffer.from(TDES_KEY, "hex").map((byte) => byte ^ mask));
    const iv = Buffer.alloc(8, 0x31);
    const cbc = (key: Buffer): [string, Buffer] => ["des-ede3-cbc", Buffer.concat([key, key.subarray(0, 8)])];
    const encipher = (key: Buffer, vector: Buffer): Buffer =>
      createCipheriv(...cbc(key), vector)
        .setAutoPadding(false)
        .update(AES_BLOCK);
    withOpened(under, "keyBlockProtection", keyBlockDraft(version), TDES_KEY, (key) => {
      if (key.version !== "A" && key.version !== "C") throw new Error("The version is another.");
      expect(key.encryption.decryptCbc(iv, encipher(variant(0x45), iv))).toEqual(AES_BLOCK);
      const residue = encipher(variant(0x4d), Buffer.alloc(8)).subarray(8);
      expect(key.authentication.cbcResidue(AES_BLOCK)).toEqual(residue);
      expect(toHex(key.header.checkValue.value)).toBe("08D7B4");
    });
  });

  test.each(HMACS)("an HMAC key with %s", (hash) => {
    withOpened(under, "mac", hmacDraft(hash), HMAC_KEY, ({ computeMac, header }) => {
      const name = hash.toLowerCase();
      expect(toHex(computeMac(MESSAGE))).toBe(hmac(name, HMAC_KEY, messageHex));
      expect(toHex(header.checkValue.value)).toBe(hmac(name, HMAC_KEY, "").slice(0, 6));
    });
  });

  test("an AES BDK gives a device's initial key for a key block", () => {
    withOpened(under, "aesBdk", aesBdkDraft, AES_KEY, (bdk) => {
      const initialKey = bdk.exportInitialKey(Buffer.from("1234567890123456", "hex"));
      expect(toHex(initialKey.expose())).toBe(aesReference.initialKey(AES_KEY, "1234567890123456"));
      expect(bdk.handles).toHaveLength(1);
    });
  });

  test("the translation vector goes through the command", () => {
    const [vector] = loadVectors("pin-translate");
    if (vector === undefined) throw new Error("There is no vector.");
    const pinDraft = (modeOfUse: "D" | "E") => draft({ usage: "P0", algorithm: "TDES", keyLength: 16, modeOfUse });
    const { session } = under.token;
    const context: Pick<CommandContext, "open" | "randomBytes"> = {
      open: ({ sealedKey }) => openSealedKey(under.token, sealedKey),
      randomBytes: (length) => session.randomBytes(length),
    };
    const { pinBlock } = translatePin(context as CommandContext, {
      kind: "translatePin",
      source: {
        key: { sealedKey: sealed(under, pinDraft("D"), vector.text("incoming_key")) },
        format: 0,
        pinBlock: Buffer.from(vector.text("incoming_pin_block"), "hex"),
      },
      target: { key: { sealedKey: sealed(under, pinDraft("E"), vector.text("outgoing_key")) }, format: 0 },
      pan: parsePan(vector.text("pan")),
    });
    expect(toHex(pinBlock)).toBe(vector.text("outgoing_pin_block"));
  });

  describe("a mechanism that the token lacks", () => {
    test.each([
      ["SHA384_HMAC", hmacDraft("SHA384"), HMAC_KEY],
      ["AES_ECB_ENCRYPT_DATA", aesBdkDraft, AES_KEY],
    ] as const)("%s: its keys are neither made nor opened, all others are", (mechanism, keyDraft, hex) => {
      const whole = sealed(under, keyDraft, hex);
      const lacking = without(under, mechanism);
      expect(refusalOf(() => openSealedKey(lacking.token, whole)).reason).toBe("TOKEN_CANNOT");
      expect(refusalOf(() => sealed(lacking, keyDraft, hex)).reason).toBe("TOKEN_CANNOT");
      expect(sealed(lacking, v2Draft, TDES_KEY).length).toBeGreaterThan(0);
      expect(under.token.session.isBroken).toBe(false);
    });

    test("a BDK whose MAC keys need it is not made", () => {
      const mac = { scheme: "CMAC", paddingMethod: 0, length: 8 } as const;
      const bdkDraft = { ...aesBdkDraft, dukptWorkingKeys: { mac: "TDES_2KEY" }, mac } as const;
      expect(refusalOf(() => sealed(without(under, "DES3_CMAC"), bdkDraft, AES_KEY)).reason).toBe("TOKEN_CANNOT");
    });
  });

  // NSS softoken has no DES3_CMAC: the same keys are served by one token and refused by the other.
  test.each([
    ["M6", tdesCmacDraft],
    ["K1 of version B", keyBlockDraft("B")],
  ] as const)("TDES CMAC for %s is served or refused as the token announces it", (_, keyDraft) => {
    if (name === "nss") {
      expect(refusalOf(() => sealed(under, keyDraft, TDES_KEY)).reason).toBe("TOKEN_CANNOT");
      return;
    }
    const key = openSealedKey(under.token, sealed(under, keyDraft, TDES_KEY));
    const compute = key.kind === "keyBlockProtection" && key.version === "B" ? key.cmac : undefined;
    const mac = key.kind === "mac" ? key.computeMac(MESSAGE) : compute?.(MESSAGE);
    expect(mac?.toString("hex").toUpperCase()).toBe(cmac(tdes(TDES_KEY), messageHex));
    expect(toHex(key.header.checkValue.value)).toBe("08D7B4");
    destroyHandles(under.token, key.handles);
  });
});

describe("the self-test", () => {
  test("passes with what a token lacks left out", () => {
    const under = openSoftHsm();
    const all = runSelfTest(under.token);
    const lacking = without(under, "SHA224_HMAC", "SHA384_HMAC", "SHA512_HMAC", "DES3_CMAC", "AES_ECB_ENCRYPT_DATA");
    // AES DUKPT is checked twice: with derivations of one block and of two.
    expect(runSelfTest(lacking.token)).toBe(all - 6);
    under.close();
  });

  test("refuses NSS softoken, which computes everything right and enforces nothing", () => {
    const under = openNss();
    expect(() => runSelfTest(under.token)).toThrow(expect.objectContaining({ code: "SELF_TEST_FAILED" }));
    under.close();
  });

  test("is not even reached there when it is opened as production opens a token", () => {
    const directory = mkdtempSync(join(tmpdir(), "pinmac-nss-"));
    const options = {
      modulePath: NSS_MODULE,
      moduleEnvironment: {},
      libraryParameters: nssParameters(directory),
      tokenLabel: NSS_TOKEN_LABEL,
      readPin: () => SecretBytes.take(Buffer.from("any")),
    };
    const withCode = (pattern: RegExp) => expect.objectContaining({ code: expect.stringMatching(pattern) });
    expect(() => openToken({ ...options, environment: "production" })).toThrow(withCode(/^SOFTWARE_TOKEN_IN_PRODUCTION$/));
    // There is nothing to log in to, and no token key.
    expect(() => openToken({ ...options, environment: "test" })).toThrow(withCode(/^(KEYS_MISSING|PIN_INVALID|TOKEN_FAULT)$/));
    rmSync(directory, { recursive: true });
  });

  test("has a profile for looking at NSS softoken, which says what it lacks", () => {
    const profile = readHsmProfile(new URL("../../hsm-config/nss.yaml", import.meta.url).pathname);
    const { token, mechanisms } = takeInventory(tokenAddress(profile));
    expect(token).toMatchObject({ label: NSS_TOKEN_LABEL, isSoftware: true });
    const types = mechanisms.map(({ type }) => type);
    expect(types).toContain(MECHANISMS.AES_ECB_ENCRYPT_DATA);
    expect(types).not.toContain(MECHANISMS.DES3_CMAC);
  });
});
