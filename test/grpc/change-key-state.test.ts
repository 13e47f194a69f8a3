import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { AuditEntry } from "../../src/audit/index.js";
import type { ChangeKeyStateRequest } from "../../src/gen/pinmac/v1/key.js";
import type { KeyHeader } from "../../src/keyblock/index.js";
import { draftChange, type KeyChange, RegisteredLives } from "../../src/lifecycle/index.js";
import { approve, type OfficerSigner, type Statement } from "../../src/officers/index.js";
import { parsePolicy } from "../../src/policy/index.js";
import { auditedKeyOf } from "../../src/service/audit-trail.js";
import { changeKeyStateHandler } from "../../src/service/handlers/change-key-state.js";
import { EVERYTHING } from "../../src/service/permission.js";
import { type KeyRegister, openSqliteRegister } from "../../src/store/index.js";
import { softwareHeadSealer } from "../support/head-sealer.js";
import { TestLives } from "../support/lives.js";
import { changeDirectory, enrolmentOf, makeOfficer } from "../support/officers.js";
import { errorOf } from "./support/clients.js";
import { byName, verifyMacRequest } from "./support/requests.js";
import { ScriptedEngine } from "./support/scripted-engine.js";
import { sampleHeader, sealUnopenable } from "./support/sealed-keys.js";
import { startTestServer, type TestServer } from "./support/test-server.js";

const DAY = 86_400;
const SUSPEND = { kind: "suspend", reason: "compromised" } as const;

const POLICY = `
version: 1
grants:
  - name: courier
    identities: ["uri:spiffe://acquirer.example/switch-1"]
    operations:
      verifyMac: { keys: ["**"] }
      changeKeyState: { keys: ["mine/**"] }
`;

const engine = new ScriptedEngine();
const entries: AuditEntry[] = [];
/** Every test has a key of its own. */
let made = 0;
let server: TestServer;
let officers: TestLives;
/** As another front has them open. */
let otherRegister: KeyRegister;
let otherLives: RegisteredLives;
let header: KeyHeader;

beforeAll(async () => {
  const policy = parsePolicy(POLICY, "policy.yaml", Math.floor(Date.now() / 1_000)).policy;
  server = await startTestServer(engine, {
    operations: { changeKeyState: true },
    policy: { policy },
    audit: { append: async (entry) => void entries.push(entry) },
    lives: {
      find: (of) => officers.lives.find(of),
      findRecorded: (id) => officers.lives.findRecorded(id),
      currentDirectory: () => officers.directory,
    },
  });
  officers = await TestLives.found(server.register);
  otherRegister = openSqliteRegister(server.registerPath, softwareHeadSealer());
  otherLives = new RegisteredLives({
    source: otherRegister,
    directory: () => officers.directory,
    initialState: "pending",
  });
});
afterAll(async () => {
  otherRegister.close();
  await server.stop();
});
beforeEach(async () => {
  header = await add(`mine/${made++}`);
});
afterEach(() => {
  entries.length = 0;
});

const secondsNow = () => Math.floor(Date.now() / 1_000);

async function add(name: string): Promise<KeyHeader> {
  return (await server.register.add(sealUnopenable(sampleHeader("retailMac", { name })))).header;
}

function draft(change: KeyChange = { kind: "activate" }, of = header): Statement {
  return draftChange(of, officers.recorded(of), change, officers.directory, secondsNow()).statement;
}

async function signed(statement: Statement, ...by: readonly OfficerSigner[]): Promise<ChangeKeyStateRequest> {
  const signers = by.length === 0 ? [officers.anna, officers.bert] : by;
  return { statement: statement.bytes, approvals: await Promise.all(signers.map((signer) => approve(signer, statement))) };
}

const send = (request: ChangeKeyStateRequest) => server.client.changeKeyState(request);
const verify = () => server.client.verifyMac(verifyMacRequest({ key: byName(header.name) }));
const records = () => server.register.statesAfter(0).filter(({ keyId }) => keyId === header.id).length;

/** The call as it runs in another front. */
function sendToOtherFront(request: ChangeKeyStateRequest) {
  const dependencies = {
    engine,
    register: otherRegister,
    lives: otherLives,
    environment: "test",
    operations: { changeKeyState: true },
  } as const;
  const call = { caller: "other", permission: EVERYTHING, usedKeys: [], subjects: {}, ensureLive: () => undefined };
  return changeKeyStateHandler(dependencies)(request, call);
}

const refusedFor = (requirement: string, field = requirement === "APPROVALS_INVALID" ? "approvals" : "statement") => ({
  code: "FAILED_PRECONDITION",
  reason: "KEY_STATE_REFUSED",
  metadata: { field, requirement },
});

describe("ChangeKeyState", () => {
  it("makes a change that two key managers signed, and every call is under it at once", async () => {
    expect(await errorOf(verify())).toMatchObject({ reason: "KEY_NOT_ACTIVE" });
    expect((await send(await signed(draft()))).key).toMatchObject({ name: header.name, id: header.id, state: "active" });
    expect((await verify()).verified).toBe(true);
    expect((await send(await signed(draft(SUSPEND)))).key).toMatchObject({ state: "suspended" });
    expect(await errorOf(verify())).toMatchObject({ reason: "KEY_NOT_ACTIVE", metadata: { requirement: "suspended" } });
    expect(await errorOf(signedResume().then(send))).toMatchObject({ reason: "KEY_STATE_REFUSED" });
  });

  /** What the officers cannot even draft: signed as if the key were not compromised. */
  async function signedResume(): Promise<ChangeKeyStateRequest> {
    const { life, head } = officers.recorded(header);
    const recorded = { life: { ...life, compromised: false }, head };
    return signed(draftChange(header, recorded, { kind: "resume" }, officers.directory, secondsNow()).statement);
  }

  it("is seen by another front, which has the register open as well", async () => {
    expect(otherLives.find(header)).toMatchObject({ life: { state: "pending" } });
    await send(await signed(draft()));
    expect(otherLives.find(header)).toMatchObject({ life: { state: "active" } });
    await sendToOtherFront(await signed(draft(SUSPEND)));
    expect(await errorOf(verify())).toMatchObject({ reason: "KEY_NOT_ACTIVE" });
  });

  it("destroys a key whose waiting time is over, and answers for it again", async () => {
    await officers.change(header, { kind: "activate" }, secondsNow() - 9 * DAY);
    await officers.change(header, { kind: "retire", overlapDays: 0, waitingDays: 1 }, secondsNow() - 8 * DAY);
    const request = await signed(draft({ kind: "destroy" }));
    expect((await send(request)).key).toMatchObject({ id: header.id, state: "destroyed" });
    expect(await errorOf(verify())).toMatchObject({ reason: "KEY_NOT_FOUND" });
    expect((await send(request)).key).toMatchObject({ id: header.id, state: "destroyed" });
    expect(records()).toBe(3);
  });

  it("is in the audit log with the key, done or refused", async () => {
    await send(await signed(draft()));
    await errorOf(send({ statement: draft(SUSPEND).bytes, approvals: [] }));
    const key = auditedKeyOf(header);
    expect(entries).toMatchObject([
      { operation: "KeyService.ChangeKeyState", outcome: "OK", keys: [key] },
      { operation: "KeyService.ChangeKeyState", outcome: "KEY_STATE_REFUSED", keys: [key] },
    ]);
  });
});

describe("the same signed change sent again", () => {
  it("changes nothing and is answered alike, here and on another front", async () => {
    const request = await signed(draft());
    const first = await send(request);
    expect(await send(request)).toEqual(first);
    expect((await sendToOtherFront(request)).key).toMatchObject({ state: "active" });
    expect(records()).toBe(1);
  });

  it("to two fronts at once is made once and answered twice", async () => {
    const request = await signed(draft());
    const answers = await Promise.all([send(request), sendToOtherFront(request), send(request)]);
    expect(answers.map(({ key }) => key?.state)).toEqual(["active", "active", "active"]);
    expect(records()).toBe(1);
  });

  it("is refused once another change came after it: a key that was stopped stays so", async () => {
    const activation = await signed(draft());
    await send(activation);
    await send(await signed(draft(SUSPEND)));
    expect(await errorOf(send(activation))).toMatchObject(refusedFor("STATEMENT_STALE"));
    expect(officers.recorded(header).life.state).toBe("suspended");
  });

  it("needs its approvals all the same", async () => {
    const request = await signed(draft());
    await send(request);
    const error = await errorOf(send({ ...request, approvals: request.approvals.slice(1) }));
    expect(error).toMatchObject(refusedFor("APPROVALS_INVALID"));
  });
});

describe("a change is refused, and the key stays as it is,", () => {
  afterEach(() => {
    expect(officers.recorded(header).life.state).toBe("pending");
    expect(records()).toBe(0);
  });

  it("with fewer than two approvals, or one officer's twice", async () => {
    const { statement, approvals } = await signed(draft());
    const [anna] = approvals;
    const cases = [[], approvals.slice(1), anna === undefined ? [] : [anna, anna]];
    for (const few of cases) {
      expect(await errorOf(send({ statement, approvals: few }))).toMatchObject(refusedFor("APPROVALS_INVALID"));
    }
  });

  it("with a forged approval", async () => {
    const statement = draft();
    const stranger = makeOfficer("bert");
    expect(await errorOf(send(await signed(statement, officers.anna, stranger)))).toMatchObject(
      refusedFor("APPROVALS_INVALID"),
    );
    const { approvals } = await signed(statement);
    const flipped = approvals.map(({ officer, signature }) => ({ officer, signature: Buffer.from(signature) }));
    for (const { signature } of flipped.slice(1)) signature.writeUInt8(signature.readUInt8(5) ^ 1, 5);
    expect(await errorOf(send({ statement: statement.bytes, approvals: flipped }))).toMatchObject(
      refusedFor("APPROVALS_INVALID"),
    );
  });

  it.each([
    ["a name that no officer can have", "no officer", Buffer.alloc(64)],
    ["a signature of another length", "anna", Buffer.alloc(63)],
    ["no signature", "anna", Buffer.alloc(0)],
  ])("with %s", async (_what, officer, signature) => {
    const request = { statement: draft().bytes, approvals: [{ officer, signature }] };
    expect(await errorOf(send(request))).toMatchObject(refusedFor("APPROVALS_INVALID"));
  });

  it("with more approvals than any change needs", async () => {
    const { statement, approvals } = await signed(draft());
    const many = Array.from({ length: 9 }, () => approvals).flat();
    expect(await errorOf(send({ statement, approvals: many }))).toMatchObject(refusedFor("APPROVALS_INVALID"));
  });

  it("with an approval of somebody who is an officer, and no key manager", async () => {
    const carl = makeOfficer("carl");
    const officer = await enrolmentOf(carl, "custodian");
    const change = { kind: "enrolled", officer } as const;
    officers.testDirectory = await changeDirectory(officers.testDirectory, change, officers.anna, officers.bert);
    expect(await errorOf(send(await signed(draft(), officers.anna, carl)))).toMatchObject(refusedFor("APPROVALS_INVALID"));
  });

  it("with approvals of a change of another key, or of another change of this one", async () => {
    const other = await add(`mine/${made++}`);
    const { approvals } = await signed(draft({ kind: "activate" }, other));
    expect(await errorOf(send({ statement: draft().bytes, approvals }))).toMatchObject(refusedFor("APPROVALS_INVALID"));
    const retirement = await signed(draft({ kind: "retire", overlapDays: 0, waitingDays: 7 }));
    expect(await errorOf(send({ statement: draft().bytes, approvals: retirement.approvals }))).toMatchObject(
      refusedFor("APPROVALS_INVALID"),
    );
  });

  it("when the officers have changed since it was drafted, or a day has passed", async () => {
    const request = await signed(draft());
    const officer = await enrolmentOf(makeOfficer("dora"), "keyManager");
    const change = { kind: "enrolled", officer } as const;
    officers.testDirectory = await changeDirectory(officers.testDirectory, change, officers.anna, officers.bert);
    expect(await errorOf(send(request))).toMatchObject(refusedFor("STATEMENT_STALE"));
    const recorded = officers.recorded(header);
    const old = draftChange(header, recorded, { kind: "activate" }, officers.directory, secondsNow() - DAY - 60);
    expect(await errorOf(send(await signed(old.statement)))).toMatchObject(refusedFor("STATEMENT_STALE"));
  });

  it("when what was signed is no statement about a key's state", async () => {
    const { approvals } = await signed(draft());
    for (const statement of [Buffer.alloc(0), Buffer.from("pinmac statement v1\n{}"), draft().bytes.subarray(1)]) {
      expect(await errorOf(send({ statement, approvals }))).toMatchObject(refusedFor("STATEMENT_INVALID"));
    }
  });

  it("when the policy does not let the caller carry it, whether the key is there or not", async () => {
    const theirs = await add(`theirs/${made++}`);
    expect(await errorOf(send(await signed(draft({ kind: "activate" }, theirs))))).toMatchObject({
      reason: "PERMISSION_DENIED",
      metadata: {},
    });
    const absent = { ...theirs, name: "theirs/absent" };
    expect(await errorOf(send(await signed(draft({ kind: "activate" }, absent))))).toMatchObject({
      reason: "PERMISSION_DENIED",
      metadata: {},
    });
    expect(officers.recorded(theirs).life.state).toBe("pending");
  });

  it("when the key is not there", async () => {
    const absent = { ...header, name: "mine/absent" };
    expect(await errorOf(send(await signed(draft({ kind: "activate" }, absent))))).toMatchObject({
      reason: "KEY_NOT_FOUND",
      metadata: { field: "statement" },
    });
  });

  it("where there are no officers", async () => {
    const request = await signed(draft());
    const bare = await startTestServer(engine, { operations: { changeKeyState: true } });
    await bare.register.add(sealUnopenable(header));
    expect(await errorOf(bare.client.changeKeyState(request))).toMatchObject(refusedFor("APPROVALS_INVALID"));
    await bare.stop();
  });
});

it("of two different changes sent to two fronts at once, one is made", async () => {
  const activation = await signed(draft());
  const retirement = await signed(draft({ kind: "retire", overlapDays: 0, waitingDays: 7 }));
  const outcomes = await Promise.allSettled([sendToOtherFront(activation), sendToOtherFront(retirement), send(retirement)]);
  expect(outcomes.map(({ status }) => status)).toContain("rejected");
  expect(records()).toBe(1);
});
