import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { decodeHex, readHexFile, readPinFile } from "../../src/cli/secrets/index.js";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pinmac-secrets-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(content: string, mode = 0o600): string {
  const path = join(folder, "secret");
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

describe("the PIN file", () => {
  it.each(["1234567890\n", "1234567890\r\n", "1234567890"])("gives the PIN without its line end: %j", (content) => {
    expect(readPinFile(file(content)).expose().toString("latin1")).toBe("1234567890");
  });

  it("keeps blanks, which a PIN may have", () => {
    expect(readPinFile(file(" 12 \n")).length).toBe(4);
  });

  it.each([0o640, 0o604, 0o660, 0o601])("refuses mode %o", (mode) => {
    expect(() => readPinFile(file("1234", mode))).toThrow("chmod 600");
  });

  it("refuses a folder", () => {
    mkdirSync(join(folder, "d"), { mode: 0o700 });
    expect(() => readPinFile(join(folder, "d"))).toThrow("is not a regular file");
  });

  it.each(["", "\n", "\r\n", "1".repeat(300)])("refuses what holds no PIN (%#)", (content) => {
    expect(() => readPinFile(file(content))).toThrow(/must have 1 to|holds no PIN/);
  });

  it("never shows the PIN", () => {
    const pin = readPinFile(file("13572468"));
    expect(`${inspect(pin)} ${JSON.stringify(pin)} ${pin}`).not.toContain("1357");
  });
});

describe("the hex file", () => {
  it("gives the bytes, blanks or not, in any case", () => {
    expect(readHexFile(file("0123 4567\n89ab CDEF\n")).expose().toString("hex")).toBe("0123456789abcdef");
  });

  it.each(["", "   ", "012", "0g", "0x00", "00:11", "é0"])("gives nothing for %j", (text) => {
    expect(decodeHex(Buffer.from(text))).toBeUndefined();
  });

  it("refuses a file that others can read", () => {
    expect(() => readHexFile(file("00", 0o644))).toThrow("chmod 600");
  });

  it("does not quote what it refuses", () => {
    expect(() => readHexFile(file("00112233445566zz"))).toThrow(/^(?!.*0011)/);
  });
});
