import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import SqliteDatabase from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type KeyRegister, openSqliteRegister } from "../../src/store/index.js";
import { sampleHeader, sealUnopenable } from "../grpc/support/sealed-keys.js";

let folder: string;
let path: string;
let register: KeyRegister;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pinmac-store-"));
  path = join(folder, "register.sqlite");
  register = openSqliteRegister(path);
});

afterEach(() => {
  register.close();
  rmSync(folder, { recursive: true });
});

function sealed(name: string, version = 1): Buffer {
  return sealUnopenable(sampleHeader("zonePinTdes", { name, version }));
}

async function refusalOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => "no refusal",
    (error: unknown) => error,
  );
}

/** Changes the file behind the register's back. */
function tamper(sql: string, ...values: unknown[]): void {
  const database = new SqliteDatabase(path);
  expect(database.prepare(sql).run(...values).changes).toBe(1);
  database.close();
}

describe("keys in the register", () => {
  it("gives back byte for byte what was added, with the header read from the sealed key", async () => {
    const key = sealed("zone/visa");
    const added = await register.add(key);
    const found = await register.get("zone/visa");
    expect(found.sealedKey).toEqual(key);
    expect(found.header).toEqual(added.header);
    expect(found.header).toMatchObject({ name: "zone/visa", version: 1, usage: "P0" });
  });

  it("does not change when the buffer that was added does", async () => {
    const key = sealed("zone/visa");
    const copy = Buffer.from(key);
    await register.add(key);
    key.fill(0);
    expect((await register.get("zone/visa")).sealedKey).toEqual(copy);
  });

  it("gives the newest version, or the one asked for", async () => {
    for (const version of [2, 10, 1]) await register.add(sealed("zone/visa", version));
    expect((await register.get("zone/visa")).header.version).toBe(10);
    expect((await register.get("zone/visa", 2)).header.version).toBe(2);
    expect(await register.nextVersion("zone/visa")).toBe(11);
    expect(await register.nextVersion("zone/other")).toBe(1);
  });

  it("refuses what it does not have, a second key of one name and version, and what is no sealed key", async () => {
    await register.add(sealed("zone/visa"));
    expect(await refusalOf(register.get("zone/mastercard"))).toMatchObject({ reason: "KEY_NOT_FOUND" });
    expect(await refusalOf(register.get("zone/visa", 2))).toMatchObject({ reason: "KEY_NOT_FOUND" });
    expect(await refusalOf(register.add(sealed("zone/visa")))).toMatchObject({ reason: "KEY_EXISTS" });
    expect(await refusalOf(register.add(Buffer.from("no key")))).toMatchObject({ reason: "SEALED_KEY_INVALID" });
  });

  it("sees at once what another process wrote", async () => {
    await register.add(sealed("zone/visa"));
    await register.get("zone/visa");
    const other = openSqliteRegister(path);
    await other.add(sealed("zone/visa", 2));
    expect((await register.get("zone/visa")).header.version).toBe(2);
    other.close();
  });

  it("sees at once what it wrote itself", async () => {
    await register.add(sealed("zone/visa"));
    await register.get("zone/visa");
    await register.add(sealed("zone/visa", 2));
    expect((await register.get("zone/visa")).header.version).toBe(2);
  });

  it("is still there after closing", async () => {
    await register.add(sealed("zone/visa"));
    register.close();
    register = openSqliteRegister(path);
    expect((await register.get("zone/visa")).header.name).toBe("zone/visa");
  });
});

describe("a row that is not what its sealed key says", () => {
  it.each([
    ["another name", "UPDATE keys SET name = ?", "zone/mastercard", "zone/mastercard", undefined],
    ["another version", "UPDATE keys SET version = ?", 7, "zone/visa", 7],
    ["another sealed key", "UPDATE keys SET sealed_key = ?", Buffer.alloc(80), "zone/visa", undefined],
  ] as const)("is refused: %s", async (_what, sql, value, name, version) => {
    await register.add(sealed("zone/visa"));
    await register.get("zone/visa");
    tamper(sql, value);
    expect(await refusalOf(register.get(name, version))).toMatchObject({ reason: "KEY_RECORD_CORRUPT" });
    expect(await refusalOf(register.list(10))).toMatchObject({ reason: "KEY_RECORD_CORRUPT" });
  });
});

describe("pages", () => {
  const names = ["a", "a/b", "a0", "b", "zone/visa"];

  beforeEach(async () => {
    for (const name of names.toReversed()) {
      await register.add(sealed(name, 2));
      await register.add(sealed(name, 1));
    }
  });

  it.each([1, 2, 3, 9, 10, 11])("of %i list every key once, by name and version", async (size) => {
    const seen: string[] = [];
    let token: string | undefined;
    do {
      const page = await register.list(size, token);
      expect(page.records.length).toBeLessThanOrEqual(size);
      expect(page.records.length).toBeGreaterThan(0);
      seen.push(...page.records.map(({ header }) => `${header.name} ${header.version}`));
      token = page.nextPageToken;
    } while (token !== undefined);
    expect(seen).toEqual(names.flatMap((name) => [`${name} 1`, `${name} 2`]));
  });

  it("of an empty register are one, and empty", async () => {
    const empty = openSqliteRegister(join(folder, "empty.sqlite"));
    expect(await empty.list(10)).toEqual({ records: [] });
    empty.close();
  });

  it.each([
    "!",
    "zone",
    Buffer.from("zone/visa").toString("base64url"),
    Buffer.from("zone/visa/0").toString("base64url"),
    Buffer.from("zone/visa/01").toString("base64url"),
    Buffer.from("/1").toString("base64url"),
    Buffer.from("zone/visa/1").toString("base64"),
    `${Buffer.from("zone/visa/1").toString("base64url")} `,
  ])("are not given for the token %j", async (token) => {
    expect(await refusalOf(register.list(10, token))).toMatchObject({ reason: "REQUEST_INVALID", field: "page_token" });
  });
});

describe("the file", () => {
  it("is its owner's alone, with its write-ahead files", async () => {
    await register.add(sealed("zone/visa"));
    for (const suffix of ["", "-wal", "-shm"]) expect(statSync(path + suffix).mode & 0o777).toBe(0o600);
  });

  it("is refused when others may read it", () => {
    const open = join(folder, "open.sqlite");
    writeFileSync(open, "", { mode: 0o600 });
    chmodSync(open, 0o640);
    expect(() => openSqliteRegister(open)).toThrow(expect.objectContaining({ code: "REGISTER_PERMISSIONS" }));
  });

  it("is refused when a later version wrote it", () => {
    const database = new SqliteDatabase(path);
    database.pragma("user_version = 2");
    database.close();
    expect(() => openSqliteRegister(path)).toThrow(expect.objectContaining({ code: "REGISTER_TOO_NEW" }));
  });

  it("is refused, and left as it is, when it is not a register", () => {
    const foreign = join(folder, "foreign.sqlite");
    const database = new SqliteDatabase(foreign);
    database.exec("CREATE TABLE invoices (id INTEGER)");
    database.close();
    chmodSync(foreign, 0o600);
    expect(() => openSqliteRegister(foreign)).toThrow(expect.objectContaining({ code: "REGISTER_NOT_OWN" }));
    const text = join(folder, "text");
    writeFileSync(text, "This is no database at all.".repeat(50), { mode: 0o600 });
    expect(() => openSqliteRegister(text)).toThrow(expect.objectContaining({ code: "REGISTER_NOT_OWN" }));
    const after = new SqliteDatabase(foreign);
    expect(after.pragma("journal_mode", { simple: true })).toBe("delete");
    expect(after.prepare("SELECT name FROM sqlite_schema").pluck().all()).toEqual(["invoices"]);
    after.close();
  });

  it("commits durably in write-ahead mode", () => {
    const database = new SqliteDatabase(path);
    expect(database.pragma("journal_mode", { simple: true })).toBe("wal");
    database.close();
  });
});
