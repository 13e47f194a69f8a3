import { describe, expect, it } from "vitest";
import { HiddenLine } from "../../src/cli/terminal/index.js";

/** Presses the keys until one ends the line. */
function type(line: HiddenLine, keys: string): string {
  for (const byte of Buffer.from(keys, "latin1")) {
    const result = line.press(byte);
    if (result !== "more") return result;
  }
  return "more";
}

const typed = (line: HiddenLine) => line.take().expose().toString("latin1");

describe("a hidden line", () => {
  it.each(["\r", "\n"])("ends with Enter %j", (enter) => {
    const line = new HiddenLine(8);
    expect(type(line, `1234${enter}56`)).toBe("done");
    expect(typed(line)).toBe("1234");
  });

  it("takes keys back", () => {
    const line = new HiddenLine(8);
    type(line, "12\x7f\x7f\x7f34\x08");
    expect(typed(line)).toBe("3");
    type(line, "\x1556");
    expect(typed(line)).toBe("56");
  });

  it("aborts with Ctrl-C, and with Ctrl-D on an empty line only", () => {
    expect(type(new HiddenLine(8), "12\x03")).toBe("aborted");
    expect(type(new HiddenLine(8), "\x04")).toBe("aborted");
    expect(type(new HiddenLine(8), "1\x04\r")).toBe("done");
  });

  it("holds no more than it may, and nothing after wiping", () => {
    const line = new HiddenLine(4);
    type(line, "123456");
    expect(typed(line)).toBe("1234");
    line.wipe();
    expect(typed(line)).toBe("");
  });
});
