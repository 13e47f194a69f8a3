import { createHmac } from "node:crypto";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SecretBytes } from "../../src/base/index.js";
import { budgetKey, loadBudgetSecret } from "../../src/store/budgets/index.js";

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pinmac-budget-secret-"));
  path = join(folder, "budgets.secret");
});

afterEach(() => rmSync(folder, { recursive: true }));

describe("a budget key", () => {
  const secret = SecretBytes.take(Buffer.alloc(32, 7));

  it("is the HMAC of the parts with their lengths", () => {
    const message = Buffer.from("00000003666f6f00000002010200000000", "hex");
    const expected = createHmac("sha256", Buffer.alloc(32, 7)).update(message).digest();
    expect(budgetKey(secret, "foo", Buffer.from([1, 2]), "")).toEqual(expected);
  });

  it("differs for every division into parts, and for every secret", () => {
    const other = SecretBytes.take(Buffer.alloc(32, 8));
    const keys = [
      budgetKey(secret, "ab", "c"),
      budgetKey(secret, "a", "bc"),
      budgetKey(secret, "abc"),
      budgetKey(secret, "abc", ""),
      budgetKey(secret, "", "abc"),
      budgetKey(secret),
      budgetKey(other, "abc"),
    ];
    expect(new Set(keys.map((key) => key.toString("hex"))).size).toBe(keys.length);
    for (const key of keys) expect(key).toHaveLength(32);
  });
});

describe("the secret", () => {
  it("is made once, random, for its owner alone, and nothing is left beside it", () => {
    const first = loadBudgetSecret(path);
    expect(first).toHaveLength(32);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(loadBudgetSecret(path).expose()).toEqual(first.expose());
    expect(readFileSync(path)).toEqual(first.expose());
    expect(readdirSync(folder)).toEqual(["budgets.secret"]);
    const other = loadBudgetSecret(join(folder, "other.secret"));
    expect(other.expose()).not.toEqual(first.expose());
  });

  it("that others may read, or that has another length, is refused", () => {
    loadBudgetSecret(path);
    chmodSync(path, 0o640);
    expect(() => loadBudgetSecret(path)).toThrow(expect.objectContaining({ code: "REGISTER_PERMISSIONS" }));
    for (const length of [0, 31, 33]) {
      const odd = join(folder, `odd-${length}`);
      writeFileSync(odd, Buffer.alloc(length), { mode: 0o600 });
      expect(() => loadBudgetSecret(odd)).toThrow(expect.objectContaining({ code: "REGISTER_NOT_OWN" }));
    }
  });
});
