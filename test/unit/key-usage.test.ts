import { randomUUID } from "node:crypto";
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { KeyUsageFile, readLastUses } from "../../src/store/index.js";

const HOUR = 3_600;
const NOW = 500_000 * HOUR;

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pinmac-usage-"));
  path = join(folder, "register.sqlite.usage");
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("the report of key usage", () => {
  it("has each key's last hour of use, the later one of all servers'", () => {
    const [first, second] = [randomUUID(), randomUUID()];
    const [one, other] = [new KeyUsageFile(path), new KeyUsageFile(path)];
    one.note(first, NOW + 10);
    one.note(second, NOW + 10);
    other.note(first, NOW + 2 * HOUR + 59);
    other.flush();
    one.flush();
    expect(readLastUses(path)).toEqual(
      new Map([
        [first, NOW + 2 * HOUR],
        [second, NOW],
      ]),
    );
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it("gets a use of this hour again that another server overwrote", () => {
    const id = randomUUID();
    const one = new KeyUsageFile(path);
    one.note(id, NOW);
    one.flush();
    rmSync(path);
    one.flush();
    expect(readLastUses(path).get(id)).toBe(NOW);
  });

  it("says when a key was last used, as noted here or written by another server", () => {
    const id = randomUUID();
    const [one, other] = [new KeyUsageFile(path), new KeyUsageFile(path)];
    expect(one.lastUsed(id)).toBeUndefined();
    other.note(id, NOW + 10);
    other.flush();
    expect(one.lastUsed(id)).toBe(NOW);
    one.note(id, NOW + HOUR + 10);
    expect(one.lastUsed(id)).toBe(NOW + HOUR);
    one.flush();
    expect(other.lastUsed(id)).toBe(NOW + HOUR);
    expect(other.lastUsed(randomUUID())).toBeUndefined();
  });

  it("that cannot be read is as it was before", () => {
    const id = randomUUID();
    const file = new KeyUsageFile(path);
    file.note(id, NOW);
    file.flush();
    expect(file.lastUsed(id)).toBe(NOW);
    rmSync(path);
    mkdirSync(path);
    expect(file.lastUsed(id)).toBe(NOW);
  });

  it("is nothing without a file, and passes over what is no line of it", () => {
    expect(readLastUses(path).size).toBe(0);
    appendFileSync(path, "junk\n1 2\n");
    expect(readLastUses(path).size).toBe(0);
  });
});
