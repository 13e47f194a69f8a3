import { chmodSync, copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import SqliteDatabase from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  describeFault,
  isJournalSound,
  type KeyRegister,
  openSqliteRegister,
  type RegisterAnchor,
  type RegisterFault,
  type SealedRegisterHead,
  verifyRegister,
} from "../../src/store/index.js";
import { sampleHeader, sealUnopenable } from "../grpc/support/sealed-keys.js";
import { softwareHeadSealer } from "../support/head-sealer.js";

const DEVICE = { bdkId: "0f0f0f0f", initialKeyId: Buffer.from("ffff9876543210e00000", "hex") };
const seal = softwareHeadSealer();

let folder: string;
let path: string;
let register: KeyRegister;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "pinmac-verify-"));
  path = join(folder, "register.sqlite");
  register = openSqliteRegister(path, seal);
  for (const [name, version] of [
    ["zone/a", 1],
    ["zone/b", 1],
    ["zone/a", 2],
  ] as const)
    await register.add(sealed(name, version));
  await register.reserveInitialKey(DEVICE);
});

afterEach(() => {
  register.close();
  rmSync(folder, { recursive: true });
});

function sealed(name: string, version = 1): Buffer {
  return sealUnopenable(sampleHeader("zonePinTdes", { name, version }));
}

/** Changes the file behind the register's back. */
function tamper(...statements: readonly string[]): void {
  const database = new SqliteDatabase(path);
  for (const sql of statements) expect(database.prepare(sql).run().changes).toBeGreaterThan(0);
  database.close();
}

async function isSealed(head: SealedRegisterHead): Promise<boolean> {
  return head.seal.equals(await seal(head));
}

async function faults(anchor?: RegisterAnchor): Promise<readonly RegisterFault[]> {
  return (await verifyRegister(path, { isSealed, ...(anchor && { anchor }) })).faults;
}

async function findings(anchor?: RegisterAnchor): Promise<readonly string[]> {
  return (await faults(anchor)).map((fault) => `${fault.scope === "record" ? fault.subject.name : fault.seq} ${fault.code}`);
}

function anchorNow(): RegisterAnchor {
  if (register.head === undefined) throw new Error("There is no head.");
  return register.head;
}

describe("a register that nobody touched", () => {
  it("holds, and counts what is in it", async () => {
    const verdict = await verifyRegister(path, { isSealed, anchor: anchorNow() });
    expect(verdict).toMatchObject({ keys: 3, initialKeys: 1, entries: 4, faults: [] });
  });

  it("holds while it is being written", async () => {
    const [verdict] = await Promise.all([verifyRegister(path, { isSealed }), register.add(sealed("zone/c"))]);
    expect(verdict.faults).toEqual([]);
  });

  it("holds when a device was released", async () => {
    await register.releaseInitialKey(DEVICE);
    expect(await findings()).toEqual([]);
  });
});

describe("A2 a record that somebody wrote with the database alone", () => {
  it.each([
    ["changed", ["UPDATE keys SET sealed_key = x'00' WHERE name = 'zone/b'"], ["zone/b@1 CHANGED"]],
    [
      "swapped with another",
      [
        "UPDATE keys SET name = 'swap' WHERE name = 'zone/a' AND version = 1",
        "UPDATE keys SET name = 'zone/a' WHERE name = 'zone/b'",
        "UPDATE keys SET name = 'zone/b' WHERE name = 'swap'",
      ],
      ["zone/a@1 SWAPPED", "zone/b@1 SWAPPED"],
    ],
    [
      "overwritten by its older version",
      [
        "UPDATE keys SET sealed_key = (SELECT sealed_key FROM keys WHERE name = 'zone/a' AND version = 1) WHERE name = 'zone/a' AND version = 2",
      ],
      ["zone/a@2 SWAPPED"],
    ],
    ["deleted", ["DELETE FROM keys WHERE name = 'zone/a' AND version = 2"], ["zone/a@2 DELETED"]],
    ["added", ["INSERT INTO keys SELECT 'zone/x', 1, x'01', 0"], ["zone/x@1 NOT_JOURNALED"]],
    ["renamed", ["UPDATE keys SET name = 'zone/x' WHERE name = 'zone/b'"], ["zone/x@1 SWAPPED", "zone/b@1 DELETED"]],
    [
      "a device struck out, to give it a second key",
      ["DELETE FROM initial_keys"],
      [`${DEVICE.bdkId}/ffff9876543210e00000 DELETED`],
    ],
  ])("is found and named: %s", async (_what, statements, expected) => {
    tamper(...statements);
    const found = await faults();
    expect(await findings()).toEqual(expected);
    expect(isJournalSound({ faults: found })).toBe(true);
    expect(found.map(describeFault).join("\n")).toContain(expected[0]?.split(" ")[0]);
  });

  it("is found when it was put back to what it was before a later change", async () => {
    await register.releaseInitialKey(DEVICE);
    tamper(`INSERT INTO initial_keys VALUES ('${DEVICE.bdkId}', x'ffff9876543210e00000', 0)`);
    expect(await findings()).toEqual([`${DEVICE.bdkId}/ffff9876543210e00000 ROLLED_BACK`]);
  });
});

describe("A2 a journal that somebody wrote with the database alone", () => {
  it.each([
    ["an entry changed", ["UPDATE journal SET name = 'zone/c@1' WHERE seq = 2"], ["2 ENTRY_CHANGED"]],
    ["an entry's hash changed", ["UPDATE journal SET hash = zeroblob(32) WHERE seq = 2"], ["2 ENTRY_CHANGED"]],
    ["an entry taken out", ["DELETE FROM journal WHERE seq = 2"], ["2 ENTRY_MISSING"]],
    ["the last entries cut off", ["DELETE FROM journal WHERE seq > 2"], ["4 HEAD_MISMATCH"]],
    [
      "the last entries cut off, and the head with them",
      [
        "DELETE FROM journal WHERE seq > 2",
        "UPDATE register_head SET seq = 2, hash = (SELECT hash FROM journal WHERE seq = 2)",
      ],
      ["2 HEAD_SEAL"],
    ],
    ["the head's seal", ["UPDATE register_head SET seal = zeroblob(16)"], ["4 HEAD_SEAL"]],
    ["all of it removed", ["DELETE FROM journal", "DELETE FROM register_head"], ["0 NOT_SEALED"]],
  ])("is found: %s", async (_what, statements, expected) => {
    tamper(...statements);
    expect(await findings()).toEqual(expected);
    expect(isJournalSound({ faults: await faults() })).toBe(false);
  });

  it("is found when key and journal are both removed and the chain is computed anew", async () => {
    const other = openSqliteRegister(join(folder, "other.sqlite"), softwareHeadSealer("another seal key"));
    await other.add(sealed("zone/a"));
    other.close();
    register.close();
    rmSync(`${path}-wal`, { force: true });
    copyFileSync(join(folder, "other.sqlite"), path);
    expect(await findings()).toEqual(["1 HEAD_SEAL"]);
    register = openSqliteRegister(path);
  });
});

describe("A2 a register that was rolled back as a whole", () => {
  /** As an attacker, or a careless restore, would do it. */
  async function rollBackAfter(changes: () => Promise<unknown>): Promise<RegisterAnchor> {
    const old = join(folder, "old.sqlite");
    new SqliteDatabase(path).exec(`VACUUM INTO '${old}'`).close();
    await changes();
    const anchor = anchorNow();
    register.close();
    for (const suffix of ["-wal", "-shm"]) rmSync(path + suffix, { force: true });
    copyFileSync(old, path);
    chmodSync(path, 0o600);
    register = openSqliteRegister(path, seal);
    return anchor;
  }

  it("holds by itself, which is why it is noted elsewhere where it stands", async () => {
    const anchor = await rollBackAfter(() => register.add(sealed("zone/c")));
    expect(await findings()).toEqual([]);
    expect(await findings(anchor)).toEqual(["5 OLDER"]);
  });

  it("is found, too, when it has gone on another way since", async () => {
    const anchor = await rollBackAfter(() => register.add(sealed("zone/c")));
    await register.add(sealed("zone/d"));
    await register.add(sealed("zone/e"));
    expect(await findings(anchor)).toEqual(["5 FORKED"]);
  });

  it("is found when it was replaced by an empty one, or another one", async () => {
    const anchor = anchorNow();
    register.close();
    for (const suffix of ["", "-wal", "-shm"]) rmSync(path + suffix, { force: true });
    register = openSqliteRegister(path, seal);
    expect(await findings(anchor)).toEqual(["4 OLDER"]);
    await register.add(sealed("zone/a"));
    expect(await findings(anchor)).toEqual(["4 OTHER_REGISTER"]);
  });
});

describe("records that were condemned", () => {
  it.each([
    ["a key", ["UPDATE keys SET sealed_key = x'00' WHERE name = 'zone/b'"], "zone/b", undefined],
    [
      "its older version, in the place of the one that is gone",
      ["DELETE FROM keys WHERE name = 'zone/a' AND version = 2"],
      "zone/a",
      undefined,
    ],
    ["a name whose only key is gone", ["DELETE FROM keys WHERE name = 'zone/b'"], "zone/b", undefined],
    [
      "a key that was never registered",
      ["INSERT INTO keys SELECT 'zone/x', version, sealed_key, 0 FROM keys WHERE name = 'zone/b'"],
      "zone/x",
      1,
    ],
  ])("are refused: %s", async (_what, statements, name, version) => {
    tamper(...statements);
    register.condemn((await faults()).filter((fault) => fault.scope === "record"));
    await expect(register.get(name, version)).rejects.toMatchObject({ reason: "KEY_RECORD_CORRUPT" });
    expect((await register.get("zone/a", 1)).header.version).toBe(1);
  });

  it("are refused although they were looked up before", async () => {
    await register.get("zone/b");
    register.condemn([{ scope: "record", code: "SEAL", subject: { kind: "key", name: "zone/b@1" } }]);
    await expect(register.get("zone/b")).rejects.toMatchObject({ reason: "KEY_RECORD_CORRUPT" });
  });

  it("give no device a second initial key", async () => {
    tamper("DELETE FROM initial_keys");
    register.condemn((await faults()).filter((fault) => fault.scope === "record"));
    await expect(register.reserveInitialKey(DEVICE)).rejects.toMatchObject({ reason: "KEY_RECORD_CORRUPT" });
  });
});

describe("A2 what tells that a key is known, written with the database alone", () => {
  const digest = Buffer.alloc(16, 7);
  const known = { ...sampleHeader("zonePinTdes", { name: "zone/known" }), digest };
  const again = { ...sampleHeader("zonePinTdes", { name: "zone/again", owner: "somebody else" }), digest };

  async function condemnFindings(): Promise<void> {
    register.condemn((await faults()).filter((fault) => fault.scope === "record"));
  }

  it("is found when the note of a registered key is struck out, and the key is not registered a second time", async () => {
    await register.add(sealUnopenable(known));
    tamper("DELETE FROM key_digests");
    expect(await findings()).toEqual([`${digest.toString("hex")} DELETED`]);
    await condemnFindings();
    await expect(register.add(sealUnopenable(again))).rejects.toMatchObject({ reason: "KEY_RECORD_CORRUPT" });
    await expect(register.noteKeptByCaller([again])).rejects.toMatchObject({ reason: "KEY_RECORD_CORRUPT" });
  });

  it("is found when key and note are struck out together", async () => {
    await register.add(sealUnopenable(known));
    tamper("DELETE FROM keys WHERE name = 'zone/known'", "DELETE FROM key_digests");
    expect((await findings()).toSorted()).toEqual([`${digest.toString("hex")} DELETED`, "zone/known@1 DELETED"]);
    await condemnFindings();
    await expect(register.add(sealUnopenable(again))).rejects.toMatchObject({ reason: "KEY_RECORD_CORRUPT" });
  });

  it.each([
    ["is given to another key", "UPDATE key_digests SET name = 'zone/a'", digest, "CHANGED"],
    ["is of another digest", "UPDATE key_digests SET digest = zeroblob(16)", digest, "DELETED"],
    [
      "is planted, to keep a key out",
      "INSERT INTO key_digests VALUES (zeroblob(16), 'x', 1)",
      Buffer.alloc(16),
      "NOT_JOURNALED",
    ],
  ])("is found when a note %s", async (_what, statement, subject, code) => {
    await register.add(sealUnopenable(known));
    tamper(statement);
    expect(await findings()).toContain(`${subject.toString("hex")} ${code}`);
  });

  it("is found when the note of a key that a caller keeps is struck out, and the key is not taken in for another", async () => {
    await register.noteKeptByCaller([known]);
    tamper("DELETE FROM kept_keys");
    expect(await findings()).toEqual([`${digest.toString("hex")} DELETED`]);
    await condemnFindings();
    await expect(register.noteKeptByCaller([again])).rejects.toMatchObject({ reason: "KEY_RECORD_CORRUPT" });
  });

  it("stays when the key is destroyed, and what is left of the key is vouched for", async () => {
    await register.add(sealUnopenable(known));
    await register.addStates([
      {
        keyId: known.id,
        follows: Buffer.alloc(32),
        statement: Buffer.from("destroyed"),
        approvals: "[]",
        destroys: { name: known.name, version: 1, header: Buffer.from("header") },
      },
    ]);
    expect(await findings()).toEqual([]);
    await expect(register.add(sealUnopenable(again))).rejects.toMatchObject({ reason: "KEY_DUPLICATE" });
    tamper("DELETE FROM destroyed_keys");
    expect(await findings()).toEqual(["zone/known@1 DELETED"]);
  });
});
