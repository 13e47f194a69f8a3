import { chmodSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import SqliteDatabase from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openSqliteRegister } from "../../src/store/index.js";
import { type KsnLedger, type KsnSpend, openKsnLedger } from "../../src/store/ledger/index.js";

const BDK = "0f6ae5d2-3b0c-4a55-9f2e-7c1d8e9a0b1c";
const OTHER_BDK = "1f6ae5d2-3b0c-4a55-9f2e-7c1d8e9a0b1c";
const DEVICE = Buffer.from("ffff9876543210e00000", "hex");
const OTHER_DEVICE = Buffer.from("ffff9876543211000000", "hex");

let folder: string;
let path: string;
let ledger: KsnLedger;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pinmac-ledger-"));
  path = join(folder, "ledger.sqlite");
  ledger = openKsnLedger(path);
});

afterEach(async () => {
  await ledger.close();
  rmSync(folder, { recursive: true });
});

function spendOf(counter: number, request = 0, changes: Partial<KsnSpend> = {}): KsnSpend {
  const requestDigest = Buffer.alloc(32);
  requestDigest.writeUInt32BE(request);
  return { bdkId: BDK, deviceId: DEVICE, use: "pin", counter, requestDigest, mode: "enforce", ...changes };
}

describe("one spend", () => {
  it("is accepted once, is a retry with the same digest, and a replay with another", async () => {
    expect(await ledger.spend([spendOf(5)])).toEqual(["accepted"]);
    expect(await ledger.spend([spendOf(5)])).toEqual(["retry"]);
    expect(await ledger.spend([spendOf(5, 1)])).toEqual(["replayed"]);
    expect(await ledger.spend([spendOf(4, 2)])).toEqual(["replayed"]);
    expect(await ledger.spend([spendOf(6, 3)])).toEqual(["accepted"]);
    expect(await ledger.device(BDK, DEVICE)).toEqual({ pin: { counter: 6, spent: 2, replays: 2 } });
  });

  it("leaves the other use, the other device and the other BDK alone", async () => {
    await ledger.spend([spendOf(5)]);
    expect(await ledger.spend([spendOf(5, 1, { use: "mac" })])).toEqual(["accepted"]);
    expect(await ledger.spend([spendOf(5, 1, { deviceId: OTHER_DEVICE })])).toEqual(["accepted"]);
    expect(await ledger.spend([spendOf(5, 1, { deviceId: DEVICE.subarray(2) })])).toEqual(["accepted"]);
    expect(await ledger.spend([spendOf(5, 1, { bdkId: OTHER_BDK })])).toEqual(["accepted"]);
    expect(await ledger.device(BDK, DEVICE)).toEqual({
      pin: { counter: 5, spent: 1, replays: 0 },
      mac: { counter: 5, spent: 1, replays: 0 },
    });
    expect(await ledger.device(OTHER_BDK, OTHER_DEVICE)).toBeUndefined();
  });

  it("is what it was when it was handed over", async () => {
    const spend = spendOf(5);
    const waiting = ledger.spend([spend]);
    spend.requestDigest.fill(9);
    await waiting;
    expect(await ledger.spend([spendOf(5)])).toEqual(["retry"]);
  });

  it("is still there after closing, with a wider window too", async () => {
    await ledger.spend([spendOf(5)]);
    await ledger.spend([spendOf(7, 1)]);
    await ledger.close();
    ledger = openKsnLedger(path, { outOfOrderWindow: 4 });
    expect(await ledger.spend([spendOf(7, 2)])).toEqual(["replayed"]);
    expect(await ledger.spend([spendOf(5, 2)])).toEqual(["replayed"]);
    expect(await ledger.spend([spendOf(7, 1)])).toEqual(["retry"]);
    expect(await ledger.spend([spendOf(6, 2)])).toEqual(["accepted"]);
    expect(await ledger.spend([spendOf(6, 3)])).toEqual(["replayed"]);
  });

  it("in mode detect is reported and counted, and the others of its call are recorded", async () => {
    await ledger.spend([spendOf(5)]);
    const call = [spendOf(5, 1, { mode: "detect" }), spendOf(5, 1, { use: "mac", mode: "detect" })];
    expect(await ledger.spend(call)).toEqual(["replayed", "accepted"]);
    expect(await ledger.device(BDK, DEVICE)).toEqual({
      pin: { counter: 5, spent: 1, replays: 1 },
      mac: { counter: 5, spent: 1, replays: 0 },
    });
  });

  it("that no KSN gives is a defect, and costs the others of the turn nothing", async () => {
    const good = ledger.spend([spendOf(1)]);
    for (const bad of [
      spendOf(0),
      spendOf(2 ** 32),
      spendOf(1.5),
      spendOf(1, 0, { deviceId: Buffer.alloc(9) }),
      spendOf(1, 0, { requestDigest: Buffer.alloc(31) }),
    ]) {
      await expect(ledger.spend([bad])).rejects.toThrow(RangeError);
    }
    expect(await good).toEqual(["accepted"]);
  });

  it("takes the largest counter", async () => {
    expect(await ledger.spend([spendOf(0xffff_0000)])).toEqual(["accepted"]);
    expect(await ledger.spend([spendOf(0xffff_0000, 1)])).toEqual(["replayed"]);
  });
});

describe("the spends of one call", () => {
  it.each([0, 1, 2])("are recorded all or none: number %i is replayed", async (taken) => {
    const devices = [DEVICE, OTHER_DEVICE, DEVICE.subarray(2)];
    await ledger.spend([spendOf(5, 0, { deviceId: devices[taken] ?? DEVICE })]);
    const outcomes = await ledger.spend(devices.map((deviceId) => spendOf(5, 1, { deviceId })));
    expect(outcomes.map((outcome) => outcome === "replayed")).toEqual(devices.map((_, index) => index === taken));
    for (const [index, deviceId] of devices.entries()) {
      const expected = index === taken ? { pin: { counter: 5, spent: 1, replays: 1 } } : undefined;
      expect(await ledger.device(BDK, deviceId)).toEqual(expected);
    }
  });

  it("know each other", async () => {
    expect(await ledger.spend([spendOf(5), spendOf(5), spendOf(6, 1)])).toEqual(["accepted", "retry", "accepted"]);
    expect(await ledger.spend([spendOf(7, 2), spendOf(7, 3)])).toEqual(["accepted", "replayed"]);
    expect(await ledger.device(BDK, DEVICE)).toEqual({ pin: { counter: 6, spent: 2, replays: 1 } });
  });

  it("that could not be written keeps no trace, and mistakes no BDK for another", async () => {
    const database = new SqliteDatabase(path);
    database.exec(`CREATE TRIGGER refuse BEFORE INSERT ON devices WHEN NEW.device_id = x'${OTHER_DEVICE.toString("hex")}'
      BEGIN SELECT RAISE(ABORT, 'refused'); END`);
    await expect(ledger.spend([spendOf(5), spendOf(5, 0, { deviceId: OTHER_DEVICE })])).rejects.toMatchObject({
      reason: "LEDGER_UNAVAILABLE",
    });
    database.exec("DROP TRIGGER refuse");
    database.close();
    // The number that the first BDK had for a moment is this one's now.
    expect(await ledger.spend([spendOf(5, 1, { bdkId: OTHER_BDK })])).toEqual(["accepted"]);
    expect(await ledger.spend([spendOf(5)])).toEqual(["accepted"]);
    expect(await ledger.device(BDK, DEVICE)).toEqual({ pin: { counter: 5, spent: 1, replays: 0 } });
    expect(await ledger.device(OTHER_BDK, DEVICE)).toEqual({ pin: { counter: 5, spent: 1, replays: 0 } });
  });

  it("may be none", async () => {
    expect(await ledger.spend([])).toEqual([]);
  });
});

describe("parallel spenders of one KSN", () => {
  it("64 of them, 1,000 times: exactly one is accepted", async () => {
    for (let counter = 1; counter <= 1_000; counter++) {
      const outcomes = await Promise.all(Array.from({ length: 64 }, (_, number) => ledger.spend([spendOf(counter, number)])));
      expect(outcomes.flat().filter((outcome) => outcome === "accepted")).toHaveLength(1);
      expect(outcomes.flat().filter((outcome) => outcome === "replayed")).toHaveLength(63);
    }
  });

  it("through two connections: exactly one is accepted", async () => {
    const other = openKsnLedger(path);
    for (let counter = 1; counter <= 100; counter++) {
      const outcomes = await Promise.all(
        Array.from({ length: 16 }, (_, number) => (number % 2 === 0 ? ledger : other).spend([spendOf(counter, number)])),
      );
      expect(outcomes.flat().filter((outcome) => outcome === "accepted")).toHaveLength(1);
    }
    await other.close();
  });

  it("of more calls than fit into one group: all are answered", async () => {
    const outcomes = await Promise.all(Array.from({ length: 1_000 }, (_, index) => ledger.spend([spendOf(index + 1, index)])));
    expect(outcomes.flat()).toEqual(Array.from({ length: 1_000 }, () => "accepted"));
  });

  it("that still wait when the ledger closes are answered", async () => {
    const waiting = ledger.spend([spendOf(1)]);
    await ledger.close();
    expect(await waiting).toEqual(["accepted"]);
    await expect(ledger.spend([spendOf(2)])).rejects.toMatchObject({ reason: "LEDGER_UNAVAILABLE" });
    await expect(ledger.device(BDK, DEVICE)).rejects.toMatchObject({ reason: "LEDGER_UNAVAILABLE" });
    ledger = openKsnLedger(path);
  });
});

describe("the file", () => {
  it("is its owner's alone, with the files beside it", async () => {
    await ledger.spend([spendOf(1)]);
    for (const suffix of ["", "-wal", "-shm"]) expect(statSync(path + suffix).mode & 0o777).toBe(0o600);
  });

  it("that others may read is refused", () => {
    const open = join(folder, "open.sqlite");
    new SqliteDatabase(open).close();
    chmodSync(open, 0o644);
    expect(() => openKsnLedger(open)).toThrow(expect.objectContaining({ code: "REGISTER_PERMISSIONS" }));
  });

  it("of the register is refused, and the register refuses the ledger", () => {
    const register = join(folder, "register.sqlite");
    openSqliteRegister(register).close();
    expect(() => openKsnLedger(register)).toThrow(expect.objectContaining({ code: "REGISTER_NOT_OWN" }));
    expect(() => openSqliteRegister(path)).toThrow(expect.objectContaining({ code: "REGISTER_NOT_OWN" }));
  });

  it("of a later version is refused", () => {
    const database = new SqliteDatabase(path);
    database.pragma("user_version = 99");
    database.close();
    expect(() => openKsnLedger(path)).toThrow(expect.objectContaining({ code: "REGISTER_TOO_NEW" }));
  });

  it("is in write-ahead mode: who reads waits for no writer", async () => {
    const database = new SqliteDatabase(path);
    expect(database.pragma("journal_mode", { simple: true })).toBe("wal");
    database.close();
  });

  it("is opened with a window of 0 to 32 only", () => {
    for (const outOfOrderWindow of [-1, 33, 1.5]) expect(() => openKsnLedger(path, { outOfOrderWindow })).toThrow(RangeError);
  });
});
