import { describe, expect, it } from "vitest";
import { readCommandLine } from "../../bench/command-line.js";
import { GROUPS } from "../../bench/groups/index.js";
import { FULL, QUICK } from "../../bench/settings.js";

describe("the benchmarks' command line", () => {
  it("without a name measures everything and keeps it", () => {
    expect(readCommandLine([])).toEqual({ groups: GROUPS, settings: FULL, json: false, whole: true });
    expect(readCommandLine(["--quick", "--json"])).toEqual({ groups: GROUPS, settings: QUICK, json: true, whole: true });
  });

  it("measures the groups that it names, and keeps nothing", () => {
    const { groups, whole } = readCommandLine(["stream", "unary"]);
    expect(groups.map(({ name }) => name)).toEqual(["stream", "unary"]);
    expect(whole).toBe(false);
  });

  it("says that a setting was changed, and then keeps nothing", () => {
    const { settings, whole } = readCommandLine(["--quick", "--rounds", "7"]);
    expect(settings).toEqual({ ...QUICK, rounds: 7, run: "custom" });
    expect(whole).toBe(false);
  });

  it("names each group once", () => {
    const names = GROUPS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});
