import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import SqliteDatabase from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { KeyHeader } from "../../src/keyblock/index.js";
import { acceptChange, draftChange, type KeyChange, LifecycleError, RegisteredLives } from "../../src/lifecycle/index.js";
import { type Approval, approve, type OfficerSigner, Statement, writeApproval } from "../../src/officers/index.js";
import { type KeyRegister, openSqliteRegister } from "../../src/store/index.js";
import { verifyRegister } from "../../src/store/journal/index.js";
import { sampleHeader, sealUnopenable } from "../grpc/support/sealed-keys.js";
import { softwareHeadSealer } from "../support/head-sealer.js";
import { TestLives } from "../support/lives.js";
import { changeDirectory, enrolmentOf, makeOfficer } from "../support/officers.js";

const NOW = 1_800_000_000;
const DAY = 86_400;
const ACTIVATE: KeyChange = { kind: "activate" };
const RETIRE: KeyChange = { kind: "retire", overlapDays: 0, waitingDays: 7 };

let folder: string;
let path: string;
let register: KeyRegister;
let officers: TestLives;
let header: KeyHeader;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "pinmac-life-"));
  path = join(folder, "register.sqlite");
  register = openSqliteRegister(path, softwareHeadSealer());
  officers = await TestLives.found(register);
  header = (await register.add(sealUnopenable(sampleHeader("zonePinTdes", { name: "zone/visa" })))).header;
});
afterEach(() => {
  register.close();
  rmSync(folder, { recursive: true });
});

const draft = (change: KeyChange = ACTIVATE, at = NOW) =>
  draftChange(header, officers.recorded(header), change, officers.directory, at).statement;

const sign = (statement: Statement, ...by: readonly OfficerSigner[]): Promise<Approval[]> =>
  Promise.all(by.map((signer) => approve(signer, statement)));

async function accepted(statement: Statement, approvals: readonly Approval[], now = NOW, about = header): Promise<string> {
  try {
    return acceptChange(about, officers.recorded(about), statement.bytes, approvals, officers.directory, now).after.state;
  } catch (error) {
    if (error instanceof LifecycleError) return error.code;
    throw error;
  }
}

/** Puts a record into the register that nobody checked, and looks at what becomes of the key. */
async function forced(bytes: Buffer, approvals: string, follows = Buffer.alloc(32)): Promise<string> {
  await register.addStates([{ keyId: header.id, follows, statement: bytes, approvals }]);
  const found = new RegisteredLives({
    source: register,
    directory: () => officers.directory,
    initialState: "pending",
  }).find(header);
  return "life" in found ? found.life.state : found.code;
}

const written = (approvals: readonly Approval[]): string => JSON.stringify(approvals.map(writeApproval));

describe("a change of a key's state", () => {
  it("is accepted when two key managers signed it, and stands in the register for every process", async () => {
    await officers.change(header, ACTIVATE, NOW);
    const other = openSqliteRegister(path);
    const lives = new RegisteredLives({ source: other, directory: () => officers.directory, initialState: "pending" });
    expect(lives.find(header)).toMatchObject({ life: { state: "active", since: NOW } });
    await officers.change(header, RETIRE, NOW + 1);
    // The other process looks once in a turn.
    await nextTurn();
    expect(lives.find(header)).toMatchObject({ life: { state: "retired", destroyAfter: NOW + 1 + 7 * DAY } });
    other.close();
  });

  it("is refused with too few, equal, foreign or false approvals", async () => {
    const statement = draft();
    const [anna, bert] = await sign(statement, officers.anna, officers.bert);
    const [stranger] = await sign(statement, makeOfficer("carl"));
    const [other] = await sign(draft(RETIRE), officers.bert);
    if (anna === undefined || bert === undefined || stranger === undefined || other === undefined) throw new Error("unsigned");
    const swapped = { ...anna, signature: bert.signature };
    for (const approvals of [
      [],
      [anna],
      [anna, anna],
      [anna, stranger],
      [anna, other],
      [swapped, bert],
      [anna, bert, stranger],
    ]) {
      expect(await accepted(statement, approvals)).toBe("APPROVALS_INVALID");
    }
    expect(await accepted(statement, [anna, bert])).toBe("active");
  });

  it("is refused from custodians and auditors", async () => {
    const [carl, dora] = [makeOfficer("carl"), makeOfficer("dora")];
    for (const [signer, role] of [
      [carl, "custodian"],
      [dora, "auditor"],
    ] as const) {
      const officer = await enrolmentOf(signer, role);
      const change = { kind: "enrolled", officer } as const;
      officers.testDirectory = await changeDirectory(officers.testDirectory, change, officers.anna, officers.bert);
    }
    const statement = draft();
    expect(await accepted(statement, await sign(statement, officers.anna, carl))).toBe("APPROVALS_INVALID");
    expect(await accepted(statement, await sign(statement, officers.anna, dora))).toBe("APPROVALS_INVALID");
  });

  it("counts once: not again, not for another key, not after another change", async () => {
    const statement = draft();
    const approvals = await sign(statement, officers.anna, officers.bert);
    const twin = (await register.add(sealUnopenable(sampleHeader("zonePinTdes", { name: "zone/visa", version: 2 })))).header;
    expect(await accepted(statement, approvals, NOW, twin)).toBe("STATEMENT_FOREIGN");
    await officers.change(header, ACTIVATE, NOW);
    expect(await accepted(statement, approvals)).toBe("STATEMENT_STALE");
    await officers.change(header, { kind: "suspend", reason: "precaution" }, NOW);
    expect(await accepted(statement, approvals)).toBe("STATEMENT_STALE");
  });

  it("is refused once the officers have changed, or a day has passed, or before its time", async () => {
    const statement = draft();
    const approvals = await sign(statement, officers.anna, officers.bert);
    expect(await accepted(statement, approvals, NOW + DAY)).toBe("active");
    expect(await accepted(statement, approvals, NOW + DAY + 1)).toBe("STATEMENT_STALE");
    expect(await accepted(statement, approvals, NOW - 300)).toBe("active");
    expect(await accepted(statement, approvals, NOW - 301)).toBe("CLOCK_WENT_BACK");
    const officer = await enrolmentOf(makeOfficer("carl"), "keyManager");
    const change = { kind: "enrolled", officer } as const;
    officers.testDirectory = await changeDirectory(officers.testDirectory, change, officers.anna, officers.bert);
    expect(await accepted(statement, approvals)).toBe("STATEMENT_STALE");
  });

  it("of two processes that change one state at once, one is too late", async () => {
    const other = openSqliteRegister(path, softwareHeadSealer());
    const statement = draft();
    const approvals = written(await sign(statement, officers.anna, officers.bert));
    const record = { keyId: header.id, follows: Buffer.alloc(32), statement: statement.bytes, approvals };
    const outcomes = await Promise.allSettled([register.addStates([record]), other.addStates([record])]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const rejected = outcomes.find((outcome) => outcome.status === "rejected");
    expect(rejected?.reason).toMatchObject({ reason: "KEY_STATE_REFUSED", requirement: "STATEMENT_STALE" });
    other.close();
  });
});

describe("a record in the register that does not hold takes the key out of use", () => {
  it("with approvals that nobody gave", async () => {
    const statement = draft();
    const [anna] = await sign(statement, officers.anna);
    if (anna === undefined) throw new Error("unsigned");
    expect(
      await forced(statement.bytes, written([anna, { officer: officers.bert.officer.name, signature: anna.signature }])),
    ).toBe("APPROVALS_INVALID");
  });

  it.each(["", "{}", "[1]", "null", "[null,null]"])("with approvals that are none: %j", async (approvals) => {
    expect(await forced(draft().bytes, approvals)).toBe("APPROVALS_INVALID");
  });

  it("with any byte of the statement changed", async () => {
    const statement = draft();
    const approvals = written(await sign(statement, officers.anna, officers.bert));
    for (let index = 0; index < statement.bytes.length; index += 7) {
      const changed = Buffer.from(statement.bytes);
      changed[index] = (changed[index] ?? 0) ^ 1;
      const lives = new RegisteredLives({
        source: { changeMark: 1, statesAfter: () => [{ seq: 1, keyId: header.id, statement: changed, approvals }] },
        directory: () => officers.directory,
        initialState: "pending",
      });
      expect([index, "code" in lives.find(header)]).toEqual([index, true]);
      expect(lives.faults).toHaveLength(1);
    }
  });

  it("and every record after it", async () => {
    expect(await forced(Buffer.from("no statement"), "[]")).toBe("STATEMENT_INVALID");
    expect(officers.lives.faults).toEqual([{ keyId: header.id, code: "STATEMENT_INVALID" }]);
    const statement = Statement.of("key.activate", {});
    expect(await forced(statement.bytes, "[]", Buffer.alloc(32, 1))).toBe("STATEMENT_INVALID");
  });

  it("also one by officers who were none any more when the record before was written", async () => {
    const late = (await register.add(sealUnopenable(sampleHeader("zonePinTdes", { name: "zone/late" })))).header;
    const { statement } = draftChange(late, officers.recorded(late), ACTIVATE, officers.directory, NOW);
    const approvals = written(await sign(statement, officers.anna, officers.bert));
    const officer = await enrolmentOf(makeOfficer("carl"), "keyManager");
    const change = { kind: "enrolled", officer } as const;
    officers.testDirectory = await changeDirectory(officers.testDirectory, change, officers.anna, officers.bert);
    await officers.change(header, ACTIVATE, NOW);
    await register.addStates([{ keyId: late.id, follows: Buffer.alloc(32), statement: statement.bytes, approvals }]);
    expect(officers.lives.find(late)).toMatchObject({ code: "STATEMENT_STALE" });
  });
});

describe("a record that is taken out of the register", () => {
  it("is missed by the journal, and its key is refused", async () => {
    await officers.change(header, ACTIVATE, NOW);
    await officers.change(header, { kind: "suspend", reason: "compromised" }, NOW + 1);
    const database = new SqliteDatabase(path);
    expect(database.prepare("DELETE FROM key_states WHERE seq = 2").run().changes).toBe(1);
    database.close();
    const { faults } = await verifyRegister(path);
    expect(faults).toMatchObject([{ scope: "record", code: "DELETED", subject: { kind: "keyState" } }]);
    register.condemn(faults.filter((fault) => fault.scope === "record"));
    await expect(register.get("zone/visa")).rejects.toMatchObject({ reason: "KEY_RECORD_CORRUPT" });
  });
});

describe("a destroyed key", () => {
  it("is nowhere in the file any more", async () => {
    const { sealedKey } = await register.get("zone/visa");
    const needle = sealedKey.subarray(-60);
    await officers.change(header, ACTIVATE, NOW);
    await officers.change(header, RETIRE, NOW + 1);
    const holds = () => ["", "-wal"].some((suffix) => readFileSync(`${path}${suffix}`).includes(needle));
    expect(holds()).toBe(true);
    await officers.destroy(header, NOW + 8 * DAY);
    expect(holds()).toBe(false);
    expect(await register.nextVersion("zone/visa")).toBe(2);
    expect(officers.lives.find(header)).toMatchObject({ life: { state: "destroyed" } });
  });

  it("is not destroyed before its time, by a clock of either side", async () => {
    await officers.change(header, RETIRE, NOW);
    const end = NOW + 7 * DAY;
    expect(() => draft({ kind: "destroy" }, end - 1)).toThrow(expect.objectContaining({ code: "WAITING_TIME" }));
    const statement = draft({ kind: "destroy" }, end);
    const approvals = await sign(statement, officers.anna, officers.bert);
    expect(await accepted(statement, approvals, end - 1)).toBe("WAITING_TIME");
    expect(await accepted(statement, approvals, end)).toBe("destroyed");
  });
});
