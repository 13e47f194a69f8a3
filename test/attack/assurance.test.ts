import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const PAGE = readFileSync("docs/assurance.md", "utf8");
const ROWS = PAGE.split("\n")
  .filter((line) => line.startsWith("| ") && !line.startsWith("| attack or requirement"))
  .map((line) => line.split(" | "));

/** Each test file named on the page, with the titles that follow it. */
const NAMED = ROWS.map((cells) => cells.at(-1) ?? "").flatMap((cell) =>
  cell
    .split(/(?=`test\/)/)
    .filter((piece) => piece.startsWith("`test/"))
    .map((piece) => ({
      file: /^`([^`]+)`/.exec(piece)?.[1] ?? "",
      titles: [...piece.matchAll(/"([^"]+)"/g)].map(([, title]) => title ?? ""),
    })),
);

describe("docs/assurance.md", () => {
  test("every row names a test", () => {
    expect(ROWS.length).toBeGreaterThan(25);
    for (const cells of ROWS) {
      expect(cells).toHaveLength(4);
      expect(cells[3]).toMatch(/^`test\//);
    }
  });

  test("every test that is named exists, in that file and by that title", () => {
    expect(NAMED.flatMap(({ titles }) => titles).length).toBeGreaterThan(50);
    const missing = NAMED.flatMap(({ file, titles }) => {
      if (!existsSync(file)) return [file];
      const text = readFileSync(file, "utf8");
      return titles.filter((title) => !text.includes(`"${title}"`)).map((title) => `${file}: ${title}`);
    });
    expect(missing).toEqual([]);
  });

  test("every place where a rule is checked exists", () => {
    const places = ROWS.flatMap((cells) => [...(cells[2] ?? "").matchAll(/`([^`]+)`/g)].map(([, path]) => path ?? ""));
    expect(places.length).toBeGreaterThan(30);
    expect(places.filter((path) => !existsSync(path))).toEqual([]);
  });

  test("every file of attacks is on the page", () => {
    const files = readdirSync("test/attack").filter((file) => file.endsWith(".test.ts") && file !== "assurance.test.ts");
    expect(files.filter((file) => !PAGE.includes(`test/attack/${file}`))).toEqual([]);
  });
});
