import { InvalidArgumentError } from "commander";
import { describe, expect, it } from "vitest";
import { parseInstant, parseInstantOrDay } from "../../src/base/index.js";
import { instant } from "../../src/cli/commands/options.js";

describe("an instant", () => {
  it("is a second in UTC, a day its first second", () => {
    expect(parseInstant("2028-02-29T23:59:59Z")).toBe(1_835_481_599);
    expect(parseInstantOrDay("1970-01-02")).toBe(86_400);
    expect(parseInstantOrDay("1970-01-01T00:00:07Z")).toBe(7);
    expect(parseInstant("1970-01-02")).toBeUndefined();
  });

  it.each([
    "2026-02-30",
    "2027-02-29T00:00:00Z",
    "2026-04-31",
    "2026-13-01",
    "2026-00-10",
    "2026-01-00",
    "2026-01-01T24:00:00Z",
    "2026-01-01T00:60:00Z",
    "2026-01-01T00:00:60Z",
    "2026-01-01T00:00:00+01:00",
    "2026-01-01T00:00:00",
    "2026-1-1",
    " 2026-01-01",
    "2026-01-01\n",
    "",
  ])("is not %j, nor for the command line", (text) => {
    expect(parseInstantOrDay(text)).toBeUndefined();
    expect(() => instant(text)).toThrow(InvalidArgumentError);
  });
});
