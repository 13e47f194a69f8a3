import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readPinFile } from "../../src/engine/lanes/pin-file.js";

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "pinmac-pin-"));
});

afterAll(() => rmSync(directory, { recursive: true }));

function file(content: string, mode = 0o600): string {
  const path = join(directory, "pin");
  rmSync(path, { force: true });
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

describe("the PIN file", () => {
  it.each([
    ["12345", "12345"],
    ["12345\n", "12345"],
    ["12345\r\n", "12345"],
    ["12345\n\n", "12345\n"],
    [" 12 345 \n", " 12 345 "],
  ])("%j holds the PIN %j", (content, pin) => {
    expect(readPinFile(file(content)).expose().toString()).toBe(pin);
    expect(readPinFile(file(content, 0o400)).length).toBe(pin.length);
  });

  it.each([0o604, 0o640, 0o620, 0o602, 0o644, 0o601, 0o777])("with mode %o is refused", (mode) => {
    expect(() => readPinFile(file("12345", mode))).toThrow(expect.objectContaining({ code: "PIN_FILE_EXPOSED" }));
  });

  it.each(["", "\n", "\r\n", "1".repeat(1025)])("%j holds no PIN", (content) => {
    expect(() => readPinFile(file(content))).toThrow(expect.objectContaining({ code: "PIN_FILE_UNREADABLE" }));
  });

  it("may be a link to a file that is in order", () => {
    const link = join(directory, "link");
    symlinkSync(file("12345\n"), link);
    expect(readPinFile(link).expose().toString()).toBe("12345");
  });

  it("must be there and be a regular file", () => {
    const pipe = join(directory, "pipe");
    execFileSync("mkfifo", ["-m", "600", pipe]);
    for (const path of [join(directory, "missing"), directory, pipe]) {
      expect(() => readPinFile(path)).toThrow(expect.objectContaining({ code: "PIN_FILE_UNREADABLE" }));
    }
  });
});
