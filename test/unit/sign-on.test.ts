import { describe, expect, it } from "vitest";
import {
  buildSignOnField62,
  SIGN_ON_CHECK_VALUE_LENGTH,
  SIGN_ON_LAYOUTS,
  type SignOnKey,
  type SignOnKeys,
  type SignOnLayout,
  signOnKeyLengths,
} from "../../src/keyblock/sign-on/index.js";
import { des, tdes } from "../reference/block-ciphers.js";
import { chunk } from "../reference/hex.js";
import { loadVectors } from "../support/vectors.js";

function signOnKey(length: number, fill: number): SignOnKey {
  return { cryptogram: Buffer.alloc(length, fill), checkValue4: Buffer.alloc(4, fill + 1) };
}

/** Keys of a layout: PIK of 11, MAK of 21, TDK of 31; each check value one more. */
function keysOf(layout: SignOnLayout): SignOnKeys {
  const { pin = 0, mac = 0, data } = signOnKeyLengths(layout);
  const keys = { pin: signOnKey(pin, 0x11), mac: signOnKey(mac, 0x21) };
  return data === undefined ? keys : { ...keys, data: signOnKey(data, 0x31) };
}

const repeat = (byte: string, times: number): string => byte.repeat(times);

describe("field 62 of a UnionPay sign-on", () => {
  it.each([
    [24, `${repeat("11", 8)}12121212${repeat("21", 8)}22222222`],
    [40, `${repeat("11", 16)}12121212${repeat("21", 8)}${repeat("00", 8)}22222222`],
    [56, `${repeat("11", 24)}12121212${repeat("21", 8)}${repeat("00", 16)}22222222`],
    [60, `${repeat("11", 16)}12121212${repeat("21", 8)}${repeat("00", 8)}22222222${repeat("31", 16)}32323232`],
    [84, `${repeat("11", 24)}12121212${repeat("21", 8)}${repeat("00", 16)}22222222${repeat("31", 24)}32323232`],
  ] as const)("of %i bytes has each key in its place", (layout, expected) => {
    expect(buildSignOnField62(layout, keysOf(layout)).toString("hex")).toBe(expected);
  });

  it.each(SIGN_ON_LAYOUTS)("is as long as its layout's name says: %i", (layout) => {
    expect(buildSignOnField62(layout, keysOf(layout))).toHaveLength(layout);
  });

  it("is that of a published example, double length", () => {
    // A worked example that is public: POS sign-on, TMK and field 62, both keys of which it deciphers.
    const tmk = "CA5D92598DCA48CE8A4C76361A9269E9";
    const field = "6701EAD6A9AD51E51AA406E2C27FCFA98D0A74B8B651F9E9BACE9AE10000000000000000AB7153CA";
    const pik = "807A23AD32B36D457AE91FDF927570EA";
    const mak = "5BB5C72CD00B7338";
    const keyOf = (key: string): SignOnKey => {
      const cipher = key.length === 16 ? des(key) : tdes(key);
      const cryptogram = chunk(key, 16).map((half) => tdes(tmk).encrypt(half));
      return {
        cryptogram: Buffer.from(cryptogram.join(""), "hex"),
        checkValue4: Buffer.from(cipher.encrypt("0".repeat(16)), "hex").subarray(0, SIGN_ON_CHECK_VALUE_LENGTH),
      };
    };
    const built = buildSignOnField62(40, { pin: keyOf(pik), mac: keyOf(mak) });
    expect(built.toString("hex").toUpperCase()).toBe(field);
  });

  it("carries the MAC key of the regional vectors as they encipher it", () => {
    const entry = loadVectors("mac-regional").find(({ id }) => id === "cup:3:tak");
    const cryptogram = Buffer.from(entry?.text("ciphertext") ?? "", "hex");
    expect(tdes(entry?.text("key") ?? "").encrypt(entry?.text("plaintext") ?? "")).toBe(entry?.text("ciphertext"));
    const keys = { ...keysOf(40), mac: { cryptogram, checkValue4: Buffer.alloc(4) } };
    expect(buildSignOnField62(40, keys).subarray(20, 28)).toEqual(cryptogram);
  });

  it.each(SIGN_ON_LAYOUTS)("of %i bytes takes no other keys than its own", (layout) => {
    const keys = keysOf(layout);
    const { data, ...without } = keys;
    const wrongData = data === undefined ? { ...keys, data: signOnKey(16, 0x31) } : without;
    expect(() => buildSignOnField62(layout, wrongData)).toThrow(RangeError);
    const short = { ...keys.pin, cryptogram: keys.pin.cryptogram.subarray(1) };
    expect(() => buildSignOnField62(layout, { ...keys, pin: short })).toThrow(RangeError);
    const doubleLengthMac = { ...keys.mac, cryptogram: Buffer.alloc(16) };
    expect(() => buildSignOnField62(layout, { ...keys, mac: doubleLengthMac })).toThrow(RangeError);
    const shortCheckValue = { ...keys.mac, checkValue4: Buffer.alloc(3) };
    expect(() => buildSignOnField62(layout, { ...keys, mac: shortCheckValue })).toThrow(RangeError);
  });

  it("says how long the keys of each layout are", () => {
    expect(SIGN_ON_LAYOUTS.map((layout) => signOnKeyLengths(layout))).toEqual([
      { pin: 8, mac: 8 },
      { pin: 16, mac: 8 },
      { pin: 24, mac: 8 },
      { pin: 16, mac: 8, data: 16 },
      { pin: 24, mac: 8, data: 24 },
    ]);
  });
});
