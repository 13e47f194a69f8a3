import { verify } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AuditPublicKey } from "../../src/audit/index.js";
import {
  appendToOfficerDirectory,
  type DirectoryChange,
  DirectoryFault,
  formatOfficerCard,
  makeOfficerCard,
  OfficerDirectory,
  OfficerError,
  OfficerPublicKey,
  type OfficerSigner,
  parseOfficerCard,
  parseOfficerDirectory,
  parseOfficerName,
  parseOfficerRoles,
  readOfficerDirectory,
} from "../../src/officers/index.js";
import { makeAuditKey } from "../support/audit.js";
import {
  approveAll,
  changeDirectory,
  enrolmentOf,
  foundDirectory,
  makeOfficer,
  type TestDirectory,
} from "../support/officers.js";

const anna = makeOfficer("anna");
const ben = makeOfficer("ben");
const cleo = makeOfficer("cleo");
const dora = makeOfficer("dora");
let whole: TestDirectory;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "pinmac-officers-"));
  whole = await foundDirectory(anna, ben);
  whole = await changeDirectory(whole, { kind: "enrolled", officer: await enrolmentOf(cleo, "keyManager") }, anna, ben);
  whole = await changeDirectory(whole, { kind: "enrolled", officer: await enrolmentOf(dora, "custodian") }, anna, cleo);
  whole = await changeDirectory(whole, { kind: "rolesChanged", name: dora.officer.name, roles: ["auditor"] }, ben, cleo);
  whole = await changeDirectory(whole, { kind: "revoked", name: ben.officer.name, reason: "keyLost" }, anna, cleo);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function codeOf(work: () => unknown): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (error instanceof DirectoryFault)
      return `${error.entry} ${error.fault}${error.detail === undefined ? "" : ` ${error.detail}`}`;
    if (error instanceof OfficerError) return error.code;
    throw error;
  }
}

const faultOf = (text: string, expect?: { seq: number; hash: Buffer }) =>
  codeOf(() => parseOfficerDirectory(text, whole.key, expect));

describe("officers", () => {
  test.each([["anna"], ["anna-meier"], ["a1-2"], ["a".repeat(32)]])("%s is a name", (name) => {
    expect(parseOfficerName(name)).toBe(name);
  });

  test.each([[""], ["Anna"], ["1a"], ["-a"], ["a-"], ["a--b"], ["a b"], ["a".repeat(33)], ["anna\n"], ["änna"]])(
    "%j is none",
    async (name) => {
      expect(await codeOf(() => parseOfficerName(name))).toBe("NAME_INVALID");
    },
  );

  test("have roles, each once; an auditor no other", async () => {
    expect(parseOfficerRoles(["keyManager", "custodian"])).toEqual(["custodian", "keyManager"]);
    for (const roles of [[], ["boss"], ["custodian", "custodian"], ["auditor", "custodian"], ["custodian", "boss"]]) {
      expect(await codeOf(() => parseOfficerRoles(roles))).toBe("ROLES_INVALID");
    }
  });

  test("have no key that anyone can sign for", async () => {
    // The neutral point: R = A = (0, 1), s = 0 is a signature over every message, which OpenSSL takes.
    const neutral = `01${"00".repeat(31)}`;
    const der = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), Buffer.from(neutral, "hex")]);
    const signature = Buffer.from(neutral + "00".repeat(32), "hex");
    expect(verify(null, Buffer.from("anything"), { key: der, format: "der", type: "spki" }, signature)).toBe(true);
    for (const key of [neutral, `01${"00".repeat(30)}80`, "00".repeat(32), `ec${"ff".repeat(31)}`, "", "ab", "AB".repeat(32)]) {
      expect(await codeOf(() => OfficerPublicKey.parse(key))).toBe("PUBLIC_KEY_INVALID");
    }
  });

  test("hand over cards that their own keys signed", async () => {
    const card = await makeOfficerCard(anna);
    const text = formatOfficerCard(card);
    expect(parseOfficerCard(text).publicKey.fingerprint).toBe(anna.officer.publicKey.fingerprint);
    const others = [
      text.replace("anna", "berta"),
      text.replace(card.publicKey.hex, ben.officer.publicKey.hex),
      text.replace("card v1", "card v2"),
      text.replace("{", '{ "more": 1,'),
      text.slice(1),
      "null",
      "",
    ];
    for (const other of others) expect(await codeOf(() => parseOfficerCard(other))).toBe("CARD_INVALID");
  });
});

describe("the directory", () => {
  test("is read back as it was written", () => {
    const read = parseOfficerDirectory(whole.lines.join(""), whole.key);
    expect(read.head).toEqual(whole.directory.head);
    expect(read.officers.map(({ name, roles }) => [name, ...roles])).toEqual([
      ["anna", "keyManager"],
      ["cleo", "keyManager"],
      ["dora", "auditor"],
    ]);
    expect(read.find("ben")).toBeUndefined();
    expect(read.asOf(1)?.find("ben")?.roles).toEqual(["keyManager"]);
  });

  test("names the entry of any byte that is changed", async () => {
    const lines = whole.lines.map((line) => Buffer.from(line));
    for (const [index, line] of lines.entries()) {
      for (let at = 0; at < line.length; at += 7) {
        const changed = Buffer.from(line);
        changed[at] = (changed[at] ?? 0) ^ 1;
        const text = Buffer.concat(lines.with(index, changed)).toString();
        expect(await faultOf(text), `byte ${at} of line ${index + 1}`).toMatch(new RegExp(`^${index + 1} `));
      }
    }
  });

  test("names the entry where lines are removed, repeated, swapped or cut", async () => {
    const { lines } = whole;
    const text = (...numbers: number[]) => numbers.map((number) => lines[number - 1] ?? "").join("");
    expect(await faultOf(text(2, 3, 4, 5))).toBe("1 SEQUENCE");
    expect(await faultOf(text(1, 3, 4, 5))).toBe("2 SEQUENCE");
    expect(await faultOf(text(1, 2, 2, 3))).toBe("3 SEQUENCE");
    expect(await faultOf(text(1, 2, 4, 3, 5))).toBe("3 SEQUENCE");
    expect(await faultOf(lines.join("").slice(0, -1))).toBe("5 TORN");
    expect(await faultOf(`${lines.join("")}\n`)).toBe("6 MALFORMED");
    expect(await faultOf(text(1, 2).replace("\n", "\r\n"))).toBe("1 MALFORMED");
  });

  test("that was cut off holds by itself, and not against an entry that was seen", async () => {
    const cut = whole.lines.slice(0, 3).join("");
    const { head } = whole.directory;
    expect(await faultOf(cut)).toBeUndefined();
    expect(await faultOf(cut, head)).toBe("5 EXPECTED");
    expect(await faultOf(whole.lines.join(""), { seq: 3, hash: Buffer.alloc(32) })).toBe("3 EXPECTED");
    expect(await faultOf(whole.lines.join(""), head)).toBeUndefined();
  });

  test("of another token is no directory of this one", async () => {
    const other = await foundDirectory(ben, anna);
    expect(await faultOf(other.lines.join(""))).toBe("1 SEAL");
    const [first = ""] = whole.lines;
    const [, second = ""] = (
      await changeDirectory(other, { kind: "enrolled", officer: await enrolmentOf(cleo, "custodian") }, anna, ben)
    ).lines;
    expect(await faultOf(first + second)).toBe("2 LINK");
    const stranger = new AuditPublicKey(makeAuditKey().publicKeyPem);
    expect(await codeOf(() => parseOfficerDirectory(first, stranger))).toBe("1 SEAL");
  });

  test("does not hold with approvals that the writer did not check", async () => {
    // A directory that is written by a program without our rules, with the real token.
    const forged = async (change: DirectoryChange, ...by: OfficerSigner[]) => {
      const base = await foundDirectory(anna, ben);
      const honest = await changeDirectory(
        base,
        { kind: "enrolled", officer: await enrolmentOf(cleo, "keyManager") },
        anna,
        ben,
      );
      const { draft, approvals } = await approveAll(change, honest.directory, by);
      const { writeEntryBody, hashEntry, entrySealMessage, writeEntryLine } = await import(
        "../../src/officers/directory/entry.js"
      );
      const body = writeEntryBody(draft, approvals);
      const hash = hashEntry(draft.follows.hash, body);
      const line = writeEntryLine(body, hash, await base.token.signer.sign(entrySealMessage(hash)));
      return codeOf(() => parseOfficerDirectory(honest.lines.join("") + line, honest.key));
    };
    const enrol: DirectoryChange = { kind: "enrolled", officer: await enrolmentOf(dora, "keyManager") };
    const revokeCleo: DirectoryChange = { kind: "revoked", name: cleo.officer.name, reason: "left" };
    expect(await forged(enrol, anna, ben)).toBeUndefined();
    expect(await forged(enrol, anna)).toBe("3 APPROVALS APPROVALS_TOO_FEW");
    expect(await forged(enrol, anna, anna)).toBe("3 APPROVALS APPROVER_TWICE");
    expect(await forged(enrol, anna, dora)).toBe("3 APPROVALS APPROVER_UNKNOWN");
    expect(await forged(revokeCleo, anna, cleo)).toBe("3 APPROVALS APPROVER_CONCERNED");
    expect(await forged(revokeCleo, anna, ben)).toBeUndefined();
  });

  test("follows its rules", async () => {
    const founded = await foundDirectory(anna, ben);
    const { directory } = founded;
    const draft = (change: DirectoryChange) => codeOf(() => directory.draft(change, 0));
    const managers = [await enrolmentOf(cleo, "keyManager"), await enrolmentOf(dora, "keyManager")] as const;
    expect(await draft({ kind: "founded", officers: managers })).toBe("FOUNDED_ALREADY");
    expect(await codeOf(() => OfficerDirectory.EMPTY.draft({ kind: "enrolled", officer: managers[0] }, 0))).toBe("NOT_FOUNDED");
    const weak = [managers[0], await enrolmentOf(dora, "custodian")] as const;
    expect(await codeOf(() => OfficerDirectory.EMPTY.draft({ kind: "founded", officers: weak }, 0))).toBe(
      "KEY_MANAGERS_TOO_FEW",
    );
    const twice = [managers[0], managers[0]] as const;
    expect(await codeOf(() => OfficerDirectory.EMPTY.draft({ kind: "founded", officers: twice }, 0))).toBe("NAME_TAKEN");
    expect(await draft({ kind: "revoked", name: ben.officer.name, reason: "left" })).toBe("KEY_MANAGERS_TOO_FEW");
    expect(await draft({ kind: "rolesChanged", name: ben.officer.name, roles: ["custodian"] })).toBe("KEY_MANAGERS_TOO_FEW");
    expect(await draft({ kind: "rolesChanged", name: ben.officer.name, roles: ["keyManager"] })).toBe("ROLES_UNCHANGED");
    expect(await draft({ kind: "revoked", name: parseOfficerName("nobody"), reason: "left" })).toBe("OFFICER_UNKNOWN");
    expect(await draft({ kind: "enrolled", officer: await enrolmentOf(makeOfficer("anna"), "custodian") })).toBe("NAME_TAKEN");
    const otherName = { ...anna, officer: { ...anna.officer, name: parseOfficerName("annabel") } };
    expect(await draft({ kind: "enrolled", officer: await enrolmentOf(otherName, "custodian") })).toBe("KEY_TAKEN");
  });

  test("never takes a revoked name or key again", async () => {
    const draft = (change: DirectoryChange) => codeOf(() => whole.directory.draft(change, 0));
    expect(await draft({ kind: "enrolled", officer: await enrolmentOf(ben, "custodian") })).toBe("NAME_TAKEN");
    const renamed = { ...ben, officer: { ...ben.officer, name: parseOfficerName("ben-2") } };
    expect(await draft({ kind: "enrolled", officer: await enrolmentOf(renamed, "custodian") })).toBe("KEY_TAKEN");
  });

  test("takes no approval for another entry", async () => {
    const founded = await foundDirectory(anna, ben);
    const { draft, approvals } = await approveAll(
      { kind: "enrolled", officer: await enrolmentOf(cleo, "custodian") },
      founded.directory,
      [anna, ben],
    );
    const next = await changeDirectory(founded, { kind: "enrolled", officer: await enrolmentOf(dora, "custodian") }, anna, ben);
    expect(await codeOf(() => next.directory.append(draft, approvals, founded.token.signer))).toBe("DIRECTORY_CHANGED");
    const moved = next.directory.draft(draft.change, 0);
    expect(await codeOf(() => next.directory.append(moved, approvals, founded.token.signer))).toBe("APPROVAL_FALSE");
  });
});

describe("the directory's file", () => {
  test("is written whole, and follows what is there", async () => {
    const path = join(folder, "officers.jsonl");
    const [first = "", second = "", third = ""] = whole.lines;
    expect(readOfficerDirectory(path, whole.key).officers).toEqual([]);
    const start = OfficerDirectory.EMPTY.head;
    const founded = appendToOfficerDirectory(path, whole.key, start, [first]);
    expect(await codeOf(() => appendToOfficerDirectory(path, whole.key, start, [first]))).toBe("DIRECTORY_CHANGED");
    expect(await codeOf(() => appendToOfficerDirectory(path, whole.key, founded.head, [third]))).toBe("2 SEQUENCE");
    expect(readFileSync(path, "utf8")).toBe(first);
    appendToOfficerDirectory(path, whole.key, founded.head, [second, third]);
    expect(readOfficerDirectory(path, whole.key).head.seq).toBe(3);
    expect(statSync(path).mode & 0o777).toBe(0o644);
  });

  test("is changed by one process at a time, and says so after a kill", async () => {
    const path = join(folder, "busy.jsonl");
    writeFileSync(`${path}.new`, "");
    const [first = ""] = whole.lines;
    const append = () => appendToOfficerDirectory(path, whole.key, OfficerDirectory.EMPTY.head, [first]);
    expect(await codeOf(append)).toBe("DIRECTORY_BUSY");
    rmSync(`${path}.new`);
    expect(await codeOf(append)).toBeUndefined();
  });

  test("that cannot be read or written is an error of its own", async () => {
    expect(await codeOf(() => readOfficerDirectory(folder, whole.key))).toBe("DIRECTORY_UNREADABLE");
    const nowhere = join(folder, "missing", "officers.jsonl");
    expect(await codeOf(() => appendToOfficerDirectory(nowhere, whole.key, OfficerDirectory.EMPTY.head, []))).toBe(
      "DIRECTORY_UNWRITABLE",
    );
  });
});
