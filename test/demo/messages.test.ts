import { describe, expect, it } from "vitest";
import {
  authenticatedPart,
  DIALECTS,
  isResponseTo,
  macOf,
  offsetOfField,
  packMessage,
  packWithMac,
  unpackMessage,
} from "../../examples/preauth/messages/index.js";

const FIELDS = {
  0: "0100",
  2: "4761739001010119",
  3: "030000",
  4: "000000020000",
  11: "000001",
  25: "06",
  52: "1B9C1845EB993A7A",
  62: "FFFF9876543210E00001",
  64: "0123456789ABCDEF",
};

const MESSAGE =
  "30313030" + // 0100
  "7020008000001005" + // fields 2 3 4 11 25 52 62 64, no second bitmap
  "313634373631373339303031303130313139" + // 16 4761739001010119
  "303330303030303030303030303230303030303030303031" + // 030000 000000020000 000001
  "3036" +
  "1B9C1845EB993A7A" +
  "3032304646464639383736353433323130453030303031" + // 020 FFFF9876543210E00001
  "0123456789ABCDEF";

describe("the demo's ISO 8583 messages", () => {
  it("have one bitmap, text in ASCII, and binary fields as they are", () => {
    expect(packMessage(DIALECTS.dukptTerminal, FIELDS).toString("hex").toUpperCase()).toBe(MESSAGE);
  });

  it("come back as they went", () => {
    expect(unpackMessage(DIALECTS.dukptTerminal, Buffer.from(MESSAGE, "hex"))).toEqual(FIELDS);
    const aes = { ...FIELDS, 52: "A912150391AB65A67E52883D81CE2D15" };
    expect(unpackMessage(DIALECTS.aesZone, packMessage(DIALECTS.aesZone, aes))).toEqual(aes);
  });

  it("are refused with a byte too few or too many, or a field that does not fit", () => {
    const message = Buffer.from(MESSAGE, "hex");
    expect(() => unpackMessage(DIALECTS.dukptTerminal, message.subarray(0, -1))).toThrow();
    expect(() => unpackMessage(DIALECTS.dukptTerminal, Buffer.concat([message, Buffer.alloc(1)]))).toThrow();
    expect(() => packMessage(DIALECTS.dukptTerminal, { ...FIELDS, 4: "20000" })).toThrow();
    expect(() => packMessage(DIALECTS.dukptTerminal, { ...FIELDS, 11: "00000x" })).toThrow();
    expect(() => packMessage(DIALECTS.dukptTerminal, { ...FIELDS, 70: "001" })).toThrow();
  });

  it("end with the MAC, which covers all the rest", () => {
    const message = packWithMac(DIALECTS.dukptTerminal, FIELDS, (covered) => Buffer.alloc(8, covered.length));
    expect(authenticatedPart(message).toString("hex").toUpperCase()).toBe(MESSAGE.slice(0, -16));
    expect(macOf(message)).toEqual(Buffer.alloc(8, MESSAGE.length / 2 - 8));
  });

  it("say where a field begins", () => {
    const offset = offsetOfField(DIALECTS.dukptTerminal, FIELDS, 52);
    expect(MESSAGE.slice(2 * offset, 2 * offset + 16)).toBe(FIELDS[52]);
  });

  it("are answers only to their own requests", () => {
    const request = { ...FIELDS, 41: "HOTEL001" };
    const response = { 0: "0110", 4: request[4], 11: "000001", 41: "HOTEL001", 39: "00" };
    expect(isResponseTo(request, response)).toBe(true);
    for (const wrong of [{ 0: "0210" }, { 4: "000000200000" }, { 11: "000002" }, { 41: "HOTEL002" }]) {
      expect(isResponseTo(request, { ...response, ...wrong })).toBe(false);
    }
  });
});
