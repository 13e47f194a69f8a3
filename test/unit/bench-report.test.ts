import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { AIMS } from "../../bench/figures/aims.js";
import { type Report, rowOfPairs, rowOfPooled, verdictCells } from "../../bench/figures/index.js";
import { GROUPS } from "../../bench/groups/index.js";
import { renderFiles } from "../../bench/publish/index.js";
import { assertWellFormed } from "../support/well-formed.js";

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const latest = JSON.parse(read("bench/results/latest.json")) as Report;
const DRAWINGS = ["docs/performance-throughput.svg", "docs/performance-latency.svg"] as const;

describe("the files with figures", () => {
  it.each([...renderFiles(latest, read("docs/performance.md"))])("%s is what latest.json says", (file, text) => {
    expect(read(file)).toBe(text);
  });

  it("every aim belongs to a row of the last run", () => {
    const names = latest.rows.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(Object.keys(AIMS)));
    expect(new Set(names).size).toBe(names.length);
  });

  it("every row has what a reader of the file looks for, and its ratio is of the order of its figures", () => {
    for (const { name, value, unit, baseline, ratio } of latest.rows) {
      expect(value, name).toBeGreaterThan(0);
      expect(unit, name).not.toBe("");
      expect(baseline === null, name).toBe(ratio === null);
    }
  });

  it("the page explains every group's rows", () => {
    const page = read("docs/performance.md");
    for (const { name } of GROUPS) expect(page).toMatch(new RegExp(`\\| .*\`${name}\`.* \\|`));
  });

  it.each(DRAWINGS)("%s is well-formed, has a title and a description, and knows dark pages", (file) => {
    const text = read(file);
    assertWellFormed(text);
    expect(text).toMatch(/<title id="title">[^<]+<\/title>/);
    expect(text).toMatch(/<desc id="description">[^<]+<\/desc>/);
    expect(text).toContain("prefers-color-scheme: dark");
    expect(text).not.toMatch(/NaN|Infinity|undefined/);
  });

  it("the check of drawings finds what is not well-formed", () => {
    const [whole] = DRAWINGS.map(read);
    expect(() => assertWellFormed((whole ?? "").replace("</svg>", ""))).toThrow();
    expect(() => assertWellFormed((whole ?? "").replace("</title>", "</desc>"))).toThrow();
    expect(() => assertWellFormed((whole ?? "").replace("<title", "<title a=b"))).toThrow();
    expect(() => assertWellFormed("<svg>a & b</svg>")).toThrow();
    expect(() => assertWellFormed("<svg/><svg/>")).toThrow();
  });
});

describe("rows", () => {
  const pair = (value: number, baseline: number) => ({ value: { value }, baseline: { value: baseline } });

  it("take the ratio of the pairs, not of the medians", () => {
    const row = rowOfPairs("some", "/s", "other", [pair(10, 10), pair(40, 80), pair(30, 100)]);
    expect(row).toMatchObject({ value: 30, baseline: 80, ratio: 0.5, spread: [0.3, 1], aims: [] });
  });

  it("hold aims against the figure that they are of", () => {
    const row = rowOfPairs("stream_translate", "/s", "stream_echo", [pair(9_000, 15_000)]);
    expect(row.aims).toEqual([
      { of: "ratio", bound: "at least", limit: 0.5, met: true },
      { of: "value", bound: "at least", limit: 10_000, met: false },
    ]);
    expect(verdictCells([row]).map((line) => line.at(-1))).toEqual(["verdict", "met", "missed: 10 % below"]);
  });

  it("a figure that was not taken meets no aim", () => {
    const row = rowOfPooled({
      name: "latency_unary_p999",
      unit: "ms",
      value: Number.NaN,
      baseline: 1,
      baselineName: "unary_echo",
      ratios: [1],
      details: {},
    });
    expect(row.aims.map(({ met }) => met)).toEqual([false]);
  });
});
