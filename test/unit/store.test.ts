import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import SqliteDatabase from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { KeyHeader } from "../../src/keyblock/index.js";
import { type KeyRegister, openSqliteRegister } from "../../src/store/index.js";
import { sampleHeader, sealUnopenable } from "../grpc/support/sealed-keys.js";
import { softwareHeadSealer } from "../support/head-sealer.js";

/** What version 0.1 of pinmac wrote. */
const VERSION_1 = `
  CREATE TABLE keys (
    name TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version BETWEEN 1 AND 4294967295),
    sealed_key BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (name, version)
  ) STRICT;
  PRAGMA application_id = 1886285155;
  PRAGMA user_version = 1;`;

let folder: string;
let path: string;
let register: KeyRegister;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pinmac-store-"));
  path = join(folder, "register.sqlite");
  register = openSqliteRegister(path, softwareHeadSealer());
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

  it("sees in the next turn of the event loop what another process wrote", async () => {
    await register.add(sealed("zone/visa"));
    await register.get("zone/visa");
    const other = openSqliteRegister(path, softwareHeadSealer());
    await other.add(sealed("zone/visa", 2));
    await nextTurn();
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
    register = openSqliteRegister(path, softwareHeadSealer());
    expect((await register.get("zone/visa")).header.name).toBe("zone/visa");
  });
});

describe("several keys at once", () => {
  it("are added together, in their order", async () => {
    const keys = [sealed("t/1/pin"), sealed("t/1/mac"), sealed("t/1/pin", 2)];
    const records = await register.addAll(keys);
    expect(records.map(({ sealedKey }) => sealedKey)).toEqual(keys);
    expect((await register.get("t/1/pin")).header.version).toBe(2);
    expect((await register.list(10)).records).toHaveLength(3);
  });

  it.each([0, 1, 2])("are added all or none: the %ith is there already", async (taken) => {
    const keys = ["t/1/pin", "t/1/mac", "t/1/data"].map((name) => sealed(name));
    await register.add(keys[taken] ?? Buffer.alloc(0));
    const before = await register.list(10);
    expect(await refusalOf(register.addAll(keys))).toMatchObject({ reason: "KEY_EXISTS" });
    expect(await register.list(10)).toEqual(before);
  });

  it("are added all or none: one of them is no sealed key", async () => {
    const refusal = await refusalOf(register.addAll([sealed("t/1/pin"), Buffer.from("no key")]));
    expect(refusal).toMatchObject({ reason: "SEALED_KEY_INVALID" });
    expect((await register.list(10)).records).toEqual([]);
  });
});

describe("initial keys", () => {
  const bdkId = "0f6ae5d2-3b0c-4a55-9f2e-7c1d8e9a0b1c";
  const initialKeyId = Buffer.from("ffff9876543210e00000", "hex");

  it("are noted once, for each BDK and device, whoever asks", async () => {
    await register.reserveInitialKey({ bdkId, initialKeyId });
    const other = openSqliteRegister(path, softwareHeadSealer());
    for (const one of [register, other]) {
      expect(await refusalOf(one.reserveInitialKey({ bdkId, initialKeyId }))).toMatchObject({ reason: "INITIAL_KEY_EXISTS" });
    }
    await other.reserveInitialKey({ bdkId: bdkId.replace("0f", "1f"), initialKeyId });
    await other.reserveInitialKey({ bdkId, initialKeyId: Buffer.from("ffff9876543211000000", "hex") });
    other.close();
  });

  it("are released one at a time, and can be noted again", async () => {
    expect(await register.releaseInitialKey({ bdkId, initialKeyId })).toBe(false);
    await register.reserveInitialKey({ bdkId, initialKeyId });
    expect(await register.releaseInitialKey({ bdkId, initialKeyId })).toBe(true);
    expect(await register.releaseInitialKey({ bdkId, initialKeyId })).toBe(false);
    await register.reserveInitialKey({ bdkId, initialKeyId });
  });

  it("are still there after closing", async () => {
    await register.reserveInitialKey({ bdkId, initialKeyId });
    register.close();
    register = openSqliteRegister(path, softwareHeadSealer());
    expect(await refusalOf(register.reserveInitialKey({ bdkId, initialKeyId }))).toMatchObject({
      reason: "INITIAL_KEY_EXISTS",
    });
  });
});

describe("a key that is known by its digest", () => {
  const digest = Buffer.alloc(16, 0xd1);
  const header = (name: string, changes: Partial<KeyHeader> = {}) => sampleHeader("zonePinTdes", { name, digest, ...changes });
  const duplicate = { reason: "KEY_DUPLICATE" };

  it.each([
    ["another name", header("zone/other")],
    ["its name's next version", header("zone/visa", { version: 2 })],
    ["another owner", header("zone/other", { owner: "somebody else" })],
    ["another usage", { ...sampleHeader("masterKey", { name: "tmk" }), digest }],
  ])("is registered once: not under %s", async (_what, again) => {
    await register.add(sealUnopenable(header("zone/visa")));
    expect(await refusalOf(register.add(sealUnopenable(again)))).toMatchObject(duplicate);
    expect(await refusalOf(register.noteKeptByCaller([again]))).toMatchObject(duplicate);
    expect(await register.nextVersion(again.name)).toBe(again.name === "zone/visa" ? 2 : 1);
  });

  it("stands in the way of nothing that is registered with it", async () => {
    await register.add(sealUnopenable(header("zone/visa")));
    const fresh = sealed("zone/fresh");
    expect(await refusalOf(register.addAll([fresh, sealUnopenable(header("zone/other"))]))).toMatchObject(duplicate);
    expect(await register.nextVersion("zone/fresh")).toBe(1);
    await register.add(fresh);
  });

  it("may be kept by its caller, and again for the same usage and owner alone", async () => {
    await register.noteKeptByCaller([header("kept/a")]);
    await register.noteKeptByCaller([header("kept/b")]);
    expect(await refusalOf(register.noteKeptByCaller([header("kept/c", { owner: "x" })]))).toMatchObject(duplicate);
    expect(await refusalOf(register.add(sealUnopenable(header("kept/d", { usage: "D0" }))))).toMatchObject(duplicate);
    await register.add(sealUnopenable(header("kept/a")));
    expect(await refusalOf(register.noteKeptByCaller([header("kept/b")]))).toMatchObject(duplicate);
  });

  it("is found by other processes", async () => {
    const other = openSqliteRegister(path, softwareHeadSealer());
    await other.add(sealUnopenable(header("zone/visa")));
    other.close();
    expect(await refusalOf(register.add(sealUnopenable(header("zone/other"))))).toMatchObject(duplicate);
  });
});

describe("a register of version 1", () => {
  it("keeps its keys, gets the new tables, and is changed only once its keys are in a journal", async () => {
    const old = join(folder, "old.sqlite");
    writeFileSync(old, "", { mode: 0o600 });
    const key = sealed("zone/visa");
    const database = new SqliteDatabase(old);
    database.exec(VERSION_1);
    database.prepare("INSERT INTO keys VALUES ('zone/visa', 1, ?, 1750000000)").run(key);
    database.close();
    const migrated = openSqliteRegister(old, softwareHeadSealer());
    expect((await migrated.get("zone/visa")).sealedKey).toEqual(key);
    const entry = { bdkId: "bdk", initialKeyId: Buffer.alloc(8, 1) };
    // Nobody vouches for the key yet, and a journal that began over it would.
    expect(await refusalOf(migrated.reserveInitialKey(entry))).toMatchObject({ code: "REGISTER_NOT_SEALED" });
    expect(migrated.head).toBeUndefined();
    expect(await migrated.sealExisting()).toBe(1);
    expect(migrated.head?.seq).toBe(1);
    expect(await migrated.sealExisting()).toBe(0);
    await migrated.reserveInitialKey(entry);
    expect(migrated.head?.seq).toBe(2);
    migrated.close();
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
    await nextTurn();
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
    database.pragma("user_version = 1000");
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
