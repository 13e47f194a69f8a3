import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { approve, checkApprovals, OfficerError, type OfficerErrorCode, Statement } from "../../src/officers/index.js";
import { changeDirectory, enrolmentOf, foundDirectory, makeOfficer } from "../support/officers.js";

const codeOf = (work: () => unknown): OfficerErrorCode | undefined => {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof OfficerError) return error.code;
    throw error;
  }
};

const kind = fc.stringMatching(/^[a-z][a-zA-Z0-9.-]{0,8}$/);
const field = fc.stringMatching(/^[a-z][A-Za-z0-9]{0,4}$/);
const value = fc.stringMatching(/^[ -~äß€"\\{}:,]{0,12}$/u);
const fields = fc.dictionary(field, value, { maxKeys: 6 });

describe("a statement", () => {
  test("has one encoding, whatever the order of its fields, and is read back from it", () => {
    fc.assert(
      fc.property(kind, fields, (name, given) => {
        const statement = Statement.of(name, given);
        const reversed = Statement.of(name, Object.fromEntries(Object.entries(given).reverse()));
        expect(reversed.bytes).toEqual(statement.bytes);
        const read = Statement.parse(statement.bytes);
        expect({ kind: read.kind, fields: { ...read.fields } }).toEqual({ kind: name, fields: { ...given } });
      }),
    );
  });

  test("shares its encoding with no other statement", () => {
    fc.assert(
      fc.property(kind, fields, kind, fields, (kindA, fieldsA, kindB, fieldsB) => {
        const isSame =
          kindA === kindB && JSON.stringify(Object.entries(fieldsA).sort()) === JSON.stringify(Object.entries(fieldsB).sort());
        expect(Statement.of(kindA, fieldsA).bytes.equals(Statement.of(kindB, fieldsB).bytes)).toBe(isSame);
      }),
      { examples: [["k", { a: '","b":"' }, "k", { a: "", b: "" }]] },
    );
  });

  test("is read in that encoding only", () => {
    const { bytes } = Statement.of("key.retire", { key: "issuer/zone-pin", version: "1" });
    const text = bytes.toString();
    const others = [
      text.replace("v1\n", "v2\n"),
      text.replace(":", ": "),
      text.replace('"key":"issuer/zone-pin","version":"1"', '"version":"1","key":"issuer/zone-pin"'),
      text.replace('"1"', "1"),
      text.replace('"version":"1"', '"version":"0","version":"1"'),
      `${text}\n`,
      text.slice(0, -1),
      text.replace("issuer", "\\u0069ssuer"),
      "",
    ];
    for (const other of others) expect(codeOf(() => Statement.parse(Buffer.from(other)))).toBe("STATEMENT_INVALID");
    expect(codeOf(() => Statement.parse(bytes))).toBeUndefined();
  });

  test.each([
    ["line\nbreak"],
    ["\u001b[2K"],
    ["\u202egnp.exe"],
    ["zero\u200bwidth"],
    ["line\u2028separator"],
    ["half \ud800 pair"],
    ["x".repeat(1_025)],
  ])("shows what is signed: %j is no value", (text) => {
    expect(codeOf(() => Statement.of("kind", { field: text }))).toBe("STATEMENT_INVALID");
  });

  test.each([["Kind"], [""], ["a b"], ["9"]])("%j is no kind", (name) => {
    expect(codeOf(() => Statement.of(name, {}))).toBe("STATEMENT_INVALID");
  });

  test.each([["Upper"], [""], ["a-b"], ["1"], ["__proto__"]])("%j is no field", (name) => {
    expect(codeOf(() => Statement.of("kind", Object.fromEntries([[name, ""]])))).toBe("STATEMENT_INVALID");
  });

  test("shows every field, one a line", () => {
    const lines = Statement.of("key.retire", { version: "1", key: "issuer/zone-pin" }).toLines();
    expect(lines).toEqual(["kind     key.retire", "key      issuer/zone-pin", "version  1"]);
  });
});

describe("approvals", async () => {
  const [anna, ben, cleo, dora, eve] = ["anna", "ben", "cleo", "dora", "eve"].map(makeOfficer) as [
    ReturnType<typeof makeOfficer>,
    ReturnType<typeof makeOfficer>,
    ReturnType<typeof makeOfficer>,
    ReturnType<typeof makeOfficer>,
    ReturnType<typeof makeOfficer>,
  ];
  let founded = await foundDirectory(anna, ben);
  founded = await changeDirectory(founded, { kind: "enrolled", officer: await enrolmentOf(cleo, "custodian") }, anna, ben);
  founded = await changeDirectory(founded, { kind: "enrolled", officer: await enrolmentOf(dora, "keyManager") }, anna, ben);
  const { directory } = founded;
  const statement = Statement.of("key.retire", { key: "issuer/zone-pin" });
  const rule = { role: "keyManager", atLeast: 2 } as const;
  const by = (...signers: (typeof anna)[]) => Promise.all(signers.map((signer) => approve(signer, statement)));

  test("of two key managers hold", async () => {
    const officers = checkApprovals(directory, statement, await by(anna, dora), rule);
    expect(officers.map(({ name }) => name)).toEqual(["anna", "dora"]);
  });

  test.each([
    ["none", [], "APPROVALS_TOO_FEW"],
    ["one", [anna], "APPROVALS_TOO_FEW"],
    ["one officer twice", [anna, anna], "APPROVER_TWICE"],
    ["a stranger", [anna, eve], "APPROVER_UNKNOWN"],
    ["a custodian", [anna, cleo], "APPROVER_ROLE"],
    ["a third who may not", [anna, ben, cleo], "APPROVER_ROLE"],
  ] as const)("%s: refused", async (_who, signers, code) => {
    const approvals = await by(...signers);
    expect(codeOf(() => checkApprovals(directory, statement, approvals, rule))).toBe(code);
  });

  test("of an officer whom it concerns: refused", async () => {
    const approvals = await by(anna, ben);
    const concerned = { ...rule, concerns: [ben.officer.name] };
    expect(codeOf(() => checkApprovals(directory, statement, approvals, concerned))).toBe("APPROVER_CONCERNED");
  });

  test("over another statement, under another's name, or with any bit changed: refused", async () => {
    const [first, second] = await by(anna, ben);
    if (first === undefined || second === undefined) throw new Error("two approvals");
    const check = (approval: typeof first) => codeOf(() => checkApprovals(directory, statement, [first, approval], rule));
    expect(check(await approve(ben, Statement.of("key.retire", { key: "issuer/zone-mac" })))).toBe("APPROVAL_FALSE");
    expect(check({ ...second, officer: dora.officer.name })).toBe("APPROVAL_FALSE");
    for (let bit = 0; bit < 512; bit += 1) {
      const signature = Buffer.from(second.signature);
      signature[bit >> 3] = (signature[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(check({ ...second, signature })).toBe("APPROVAL_FALSE");
    }
    expect(check({ ...second, signature: Buffer.alloc(0) })).toBe("APPROVAL_FALSE");
  });

  test("of a revoked officer count for what was before, not after", async () => {
    const approvals = await by(anna, dora);
    const after = await changeDirectory(founded, { kind: "revoked", name: dora.officer.name, reason: "left" }, anna, ben);
    expect(codeOf(() => checkApprovals(after.directory, statement, approvals, rule))).toBe("APPROVER_UNKNOWN");
    const before = after.directory.asOf(directory.head.seq);
    expect(before && checkApprovals(before, statement, approvals, rule)).toHaveLength(2);
    expect(after.directory.asOf(99)).toBeUndefined();
  });
});
