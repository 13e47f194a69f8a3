import { describe, expect, it } from "vitest";
import { formatListenAddress, isLoopback, parseListenAddress } from "../../src/cli/config/index.js";

describe("the listen address", () => {
  it.each([
    ["127.0.0.1:50051", true],
    ["127.9.9.9:0", true],
    ["[::1]:65535", true],
    ["0.0.0.0:50051", false],
    ["10.1.2.3:1", false],
    ["[::]:50051", false],
    ["[::ffff:10.0.0.1]:50051", false],
  ])("takes %s; loopback: %s", (text, loopback) => {
    const address = parseListenAddress(text);
    if (address === undefined) throw new Error("not taken");
    expect(formatListenAddress(address)).toBe(text);
    expect(isLoopback(address)).toBe(loopback);
  });

  it.each([
    "localhost:1",
    "127.0.0.1",
    "127.0.0.1:65536",
    "::1:1",
    "[127.0.0.1]:1",
    "[::1]",
    ":1",
    "1.2.3:4",
    "127.0.0.1:-1",
    "",
  ])("does not take %j", (text) => {
    expect(parseListenAddress(text)).toBeUndefined();
  });
});
