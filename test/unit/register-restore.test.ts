import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import SqliteDatabase from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { backUpRegister, type Restored, type Rollback, restoreRegister } from "../../src/cli/register/index.js";
import type { KeyHeader } from "../../src/keyblock/index.js";
import { RegisteredLives } from "../../src/lifecycle/index.js";
import { type KeyRegister, openSqliteRegister, verifyRegister } from "../../src/store/index.js";
import { sampleHeader, sealUnopenable } from "../grpc/support/sealed-keys.js";
import { softwareHeadSealer } from "../support/head-sealer.js";
import { TestLives } from "../support/lives.js";
import { softwareToken } from "../support/software-token.js";

const NOW = 1_800_000_000;
const DAY = 86_400;
const DEVICE = { bdkId: "0f0f0f0f", initialKeyId: Buffer.from("ffff9876543210e00000", "hex") };
const KEPT = { ...sampleHeader("zonePinTdes", { name: "terminal/7" }), digest: Buffer.alloc(16, 7) };
const seal = softwareHeadSealer();

let folder: string;
let path: string;
let backup: string;
let register: KeyRegister;
let officers: TestLives;
let visa: KeyHeader;
let doomed: KeyHeader;

/** A register of two active keys, and its backup. */
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "pinmac-restore-"));
  path = join(folder, "register.sqlite");
  backup = join(folder, "backup");
  register = openSqliteRegister(path, seal);
  officers = await TestLives.found(register);
  visa = await add("zone/visa", 1);
  doomed = await add("zone/doomed", 2);
  for (const header of [visa, doomed]) await officers.change(header, { kind: "activate" }, NOW);
  await backUpRegister(path, backup);
});

afterEach(() => {
  register.close();
  rmSync(folder, { recursive: true });
});

async function add(name: string, digest: number): Promise<KeyHeader> {
  const header = sampleHeader("zonePinTdes", { name, digest: Buffer.alloc(16, digest) });
  return (await register.add(sealUnopenable(header))).header;
}

/** What came after the backup. */
async function goOn(): Promise<void> {
  await officers.change(visa, { kind: "suspend", reason: "precaution" }, NOW + 1);
  await officers.change(doomed, { kind: "retire", overlapDays: 0, waitingDays: 7 }, NOW + 2);
  await officers.destroy(doomed, NOW + 8 * DAY);
  await register.reserveInitialKey(DEVICE);
  await register.noteKeptByCaller([KEPT]);
}

/** Changes the file behind everyone's back. */
function tamper(sql: string, file = path): void {
  const database = new SqliteDatabase(file);
  expect(database.prepare(sql).run().changes).toBeGreaterThan(0);
  database.close();
}

/** Restores the backup. `agree` decides as the person would; not given: nobody is there to be asked. */
async function restore(agree?: (rollback: Rollback) => boolean): Promise<Restored> {
  register.close();
  try {
    return await restoreRegister({ register: path }, backup, {
      engine: softwareToken(),
      confirmRollback: async (rollback) => {
        if (agree?.(rollback) !== true) throw new Error("not agreed");
      },
      record: async () => undefined,
      now: NOW * 1_000,
    });
  } finally {
    register = openSqliteRegister(path, seal);
  }
}

/** The answers to a restoration that a person refuses. */
async function refusedWith(): Promise<Rollback> {
  let asked: Rollback | undefined;
  const ask = (rollback: Rollback) => {
    asked = rollback;
    return false;
  };
  await expect(restore(ask)).rejects.toThrow("not agreed");
  if (asked === undefined) throw new Error("nobody was asked");
  return asked;
}

function stateOf(header: KeyHeader): unknown {
  const lives = new RegisteredLives({ source: register, directory: () => officers.directory, initialState: "pending" });
  const found = lives.find(header);
  return "life" in found ? found.life.state : found.code;
}

async function expectWhole(): Promise<void> {
  const { faults } = await verifyRegister(path, { isSealed: async (head) => head.seal.equals(await seal(head)) });
  expect(faults).toEqual([]);
}

describe("restoring an older register", () => {
  it("makes no key usable again that officers suspended, retired or destroyed, and asks nobody", async () => {
    await goOn();
    const { takenOver, keys } = await restore();
    expect(keys).toBe(1);
    expect(takenOver).toMatchObject({ states: { length: 3 }, destroyed: { length: 1 }, initialKeys: [DEVICE] });
    await expectWhole();
    expect([stateOf(visa), stateOf(doomed)]).toEqual(["suspended", "destroyed"]);
    await expect(register.get("zone/doomed")).rejects.toMatchObject({ reason: "KEY_NOT_FOUND" });
    expect(await register.nextVersion("zone/doomed")).toBe(2);
  });

  it("lets in no key again that was destroyed, or that a caller keeps, and gives no device a second key", async () => {
    await goOn();
    await restore();
    const again = { ...doomed, name: "zone/again" };
    await expect(register.add(sealUnopenable(again))).rejects.toMatchObject({ reason: "KEY_DUPLICATE" });
    const other = { ...KEPT, owner: "somebody else" };
    await expect(register.noteKeptByCaller([other])).rejects.toMatchObject({ reason: "KEY_DUPLICATE" });
    await expect(register.reserveInitialKey(DEVICE)).rejects.toMatchObject({ reason: "INITIAL_KEY_EXISTS" });
  });

  it("takes over a key that was registered and destroyed since the backup: it does not come back", async () => {
    const late = await add("zone/late", 3);
    await officers.change(late, { kind: "activate" }, NOW + 1);
    await officers.change(late, { kind: "retire", overlapDays: 0, waitingDays: 7 }, NOW + 2);
    await officers.destroy(late, NOW + 8 * DAY);
    await restore();
    await expectWhole();
    expect(stateOf(late)).toBe("destroyed");
    await expect(register.add(sealUnopenable({ ...late, name: "zone/again" }))).rejects.toMatchObject({
      reason: "KEY_DUPLICATE",
    });
  });

  it("goes on as a register whose officers decide further", async () => {
    await goOn();
    await restore();
    const lives = new RegisteredLives({ source: register, directory: () => officers.directory, initialState: "pending" });
    expect(lives.faults).toEqual([]);
    expect(lives.find(visa)).toMatchObject({ life: { state: "suspended" } });
  });

  it("takes over from a register of which only a key's record does not hold: that is why there is a restoration", async () => {
    await officers.change(visa, { kind: "suspend", reason: "precaution" }, NOW + 1);
    tamper("DELETE FROM keys WHERE name = 'zone/doomed'");
    await restore();
    await expectWhole();
    expect([stateOf(visa), stateOf(doomed)]).toEqual(["suspended", "active"]);
    expect((await register.get("zone/doomed")).header.version).toBe(1);
  });

  it.each([
    ["has a journal that does not hold", "UPDATE journal SET name = 'x@1' WHERE seq = 1", "ENTRY_CHANGED"],
    ["has a head that the token did not seal", "UPDATE register_head SET seal = zeroblob(16)", "HEAD_SEAL"],
    ["lacks a decision", "DELETE FROM key_states WHERE seq = 3", "state of the key with the id"],
  ])("is refused without agreement, and names the keys, when the register that is there %s", async (_what, sql, reason) => {
    await goOn();
    tamper(sql);
    const { reasons, undone, lostKeys } = await refusedWith();
    expect(reasons.join("\n")).toContain(reason);
    expect(undone).toContain("zone/doomed@1: retire");
    expect(undone).toContain("zone/doomed@1: destroyed");
    expect(lostKeys).toEqual([]);
    expect(readdirSync(folder).filter((name) => /restoring|replaced/.test(name))).toEqual([]);
    expect((await restore(() => true)).takenOver).toMatchObject({ states: [], destroyed: [], initialKeys: [DEVICE] });
    await expectWhole();
    expect(stateOf(doomed)).toBe("active");
  });

  it.each([
    ["cannot be read", () => writeFileSync(path, "This is no register."), "the register that is there cannot be read"],
    ["is gone", () => rmSync(path), "there is no register to take over from what officers decided since"],
  ])("is refused without agreement when the register that is there %s", async (_what, lose, reason) => {
    register.close();
    lose();
    let asked: Rollback | undefined;
    const means = {
      engine: softwareToken(),
      confirmRollback: async (rollback: Rollback) => {
        asked = rollback;
        throw new Error("not agreed");
      },
      record: async () => undefined,
      now: NOW * 1_000,
    };
    await expect(restoreRegister({ register: path }, backup, means)).rejects.toThrow("not agreed");
    expect(asked).toEqual({ backupChanges: 6, reasons: [reason], lostKeys: undefined, undone: undefined });
    await restoreRegister({ register: path }, backup, { ...means, confirmRollback: async () => undefined });
    register = openSqliteRegister(path, seal);
    await expectWhole();
  });

  it("is refused without agreement when officers decided otherwise in the backup", async () => {
    const branch = join(folder, "branch.sqlite");
    new SqliteDatabase(path).exec(`VACUUM INTO '${branch}'`).close();
    chmodSync(branch, 0o600);
    await officers.change(visa, { kind: "retire", overlapDays: 0, waitingDays: 7 }, NOW + 1);
    const other = openSqliteRegister(branch, seal);
    const record = register.statesAfter(0).at(-1);
    if (record === undefined) throw new Error("There is no record.");
    await other.addStates([{ ...record, statement: Buffer.from("something else") }]);
    other.close();
    for (const file of [backup, `${backup}.json`]) rmSync(file);
    await backUpRegister(branch, backup);
    const { undone, reasons } = await refusedWith();
    expect(undone).toEqual(["zone/visa@1: retire"]);
    expect(reasons).toHaveLength(1);
    expect(stateOf(visa)).toBe("retired");
  });
});
