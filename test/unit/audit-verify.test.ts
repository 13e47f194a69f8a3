import { appendFileSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openAuditLog, type VerifyOptions, verifyAudit } from "../../src/audit/index.js";
import { fromWords, toWords } from "../../src/base/index.js";
import { auditEntry, auditOptions, makeAuditFolder, makeAuditKey } from "../support/audit.js";

const key = makeAuditKey();
const FIRST = "audit-0000000000000001.jsonl";
let folder: ReturnType<typeof makeAuditFolder>;
let original: Map<string, Buffer>;

/** A log of three plain segments, some calls, two signed checkpoints. */
beforeAll(async () => {
  folder = makeAuditFolder();
  const log = await openAuditLog(
    auditOptions(folder.directory, key, { maxSegmentBytes: 2_500, compress: false, checkpointRecords: 6 }),
  );
  for (let number = 0; number < 8; number += 1) await log.append(auditEntry(number));
  await log.close();
  original = new Map(folder.segments().map((name) => [name, readFileSync(folder.path(name))]));
  expect(original.size).toBeGreaterThanOrEqual(3);
});
afterAll(() => folder.remove());
afterEach(() => {
  for (const name of folder.segments()) rmSync(folder.path(name));
  for (const [name, bytes] of original) writeFileSync(folder.path(name), bytes);
});

const verify = (options?: VerifyOptions) => verifyAudit(folder.directory, key.publicKeyPem, options);

/** One bit of one byte changed; which bit follows from the place. */
function flipBit(bytes: Buffer, at: number): Buffer {
  const changed = Buffer.from(bytes);
  changed[at] = (bytes[at] ?? 0) ^ (1 << (at % 8));
  return changed;
}

/** Edits the lines of the first segment. */
function editLines(edit: (lines: string[]) => string[]): void {
  const lines = readFileSync(folder.path(FIRST), "utf8").split("\n").slice(0, -1);
  writeFileSync(
    folder.path(FIRST),
    edit(lines)
      .map((line) => `${line}\n`)
      .join(""),
  );
}

describe("verification", () => {
  it("holds for an untouched log, and says its head in hex and in words", async () => {
    const verdict = await verify();
    expect(verdict).toMatchObject({ holds: true, report: { calls: 8 } });
    expect(verdict.report.headWords).toBe(toWords(verdict.report.head.hash));
    expect(verdict.report.headWords.split("-")).toHaveLength(16);
  });

  it("names the record of any one byte that was changed", async () => {
    for (const [name, bytes] of original) {
      for (let at = 0; at < bytes.length; at += 1) {
        writeFileSync(folder.path(name), flipBit(bytes, at));
        // A flip that makes or unmakes a newline still leaves the fault on the line that it was.
        const line = bytes.subarray(0, at).filter((byte) => byte === 0x0a).length + 1;
        expect(await verify(), `${name} byte ${at}`).toMatchObject({ holds: false, fault: { segment: name, line } });
      }
      writeFileSync(folder.path(name), bytes);
    }
  }, 300_000);

  it.each([
    ["removed", (lines: string[]) => lines.toSpliced(2, 1), "SEQUENCE", 3],
    ["repeated", (lines: string[]) => lines.toSpliced(2, 0, `${lines[2]}`), "SEQUENCE", 4],
    ["reordered", (lines: string[]) => lines.toSpliced(2, 2, `${lines[3]}`, `${lines[2]}`), "SEQUENCE", 3],
    ["removed at the front", (lines: string[]) => lines.slice(1), "SEGMENT", 1],
    ["replaced by noise", (lines: string[]) => lines.with(2, "{}"), "MALFORMED", 3],
  ])("names where a line was %s", async (_title, edit, code, line) => {
    editLines(edit);
    expect(await verify()).toMatchObject({ holds: false, fault: { code, line, segment: FIRST, seq: line } });
  });

  it("finds records cut off before a later segment, and a missing segment", async () => {
    editLines((lines) => lines.slice(0, -1));
    expect(await verify()).toMatchObject({
      holds: false,
      fault: { code: "SEGMENT_MISSING", segment: folder.segments()[1], line: 1 },
    });
    rmSync(folder.path(FIRST));
    expect(await verify()).toMatchObject({ holds: false, fault: { code: "SEGMENT_MISSING", segment: folder.segments()[0] } });
  });

  it("finds a segment under a wrong name", async () => {
    renameSync(folder.path(`${folder.segments().at(-1)}`), folder.path("audit-0000000000009999.jsonl"));
    expect(await verify()).toMatchObject({ holds: false, fault: { code: "SEGMENT" } });
  });

  it("finds a tail cut off, when the expected record is known", async () => {
    const { head } = (await verify()).report;
    expect(await verify({ expect: head })).toMatchObject({ holds: true });
    expect(await verify({ expect: { seq: head.seq, hash: Buffer.alloc(32) } })).toMatchObject({
      fault: { code: "EXPECTED", seq: head.seq },
    });
    rmSync(folder.path(`${folder.segments().at(-1)}`));
    expect(await verify()).toMatchObject({ holds: true });
    expect(await verify({ expect: head })).toMatchObject({ holds: false, fault: { code: "EXPECTED", seq: head.seq } });
  });

  it("finds a torn last record", async () => {
    appendFileSync(folder.path(`${folder.segments().at(-1)}`), '{"seq":99');
    expect(await verify()).toMatchObject({ holds: false, fault: { code: "TORN" } });
  });

  it("refuses another key's log", async () => {
    const verdict = await verifyAudit(folder.directory, makeAuditKey().publicKeyPem);
    expect(verdict).toMatchObject({ holds: false, fault: { code: "KEY", line: 1, seq: 1 } });
  });

  it("goes on from a known record when older segments were moved away", async () => {
    const before = JSON.parse(readFileSync(folder.path(FIRST), "utf8").trimEnd().split("\n").at(-1) ?? "") as {
      seq: number;
      hash: string;
    };
    rmSync(folder.path(FIRST));
    const after = { seq: before.seq, hash: Buffer.from(before.hash, "hex") };
    const verdict = await verify({ after });
    expect(verdict).toMatchObject({ holds: true });
  });

  it("demands signatures: a chain made anew without the key has none", async () => {
    const forger = makeAuditFolder();
    const silent = { keyId: "k", sign: () => Promise.reject(new Error("no key")) };
    const log = await openAuditLog({ directory: forger.directory, publicKeyPem: key.publicKeyPem, signer: silent });
    for (let number = 0; number < 30; number += 1) await log.append(auditEntry(number));
    await log.close();
    const verdict = await verifyAudit(forger.directory, key.publicKeyPem, { maxUnsignedRecords: 20 });
    expect(verdict).toMatchObject({ holds: false, fault: { code: "UNSIGNED" }, report: { signedCheckpoint: undefined } });
    forger.remove();
  });

  it("finds an empty directory", async () => {
    for (const name of folder.segments()) rmSync(folder.path(name));
    expect(await verify()).toMatchObject({ holds: false, fault: { code: "EMPTY" } });
  });
});

describe("verification of compressed segments", () => {
  let packed: ReturnType<typeof makeAuditFolder>;
  beforeEach(async () => {
    packed = makeAuditFolder();
    const log = await openAuditLog(auditOptions(packed.directory, key, { maxSegmentBytes: 1_500 }));
    for (let number = 0; number < 4; number += 1) await log.append(auditEntry(number));
    await log.compressed();
    await log.close();
  });
  afterEach(() => packed.remove());

  it("names the segment of any one byte that changes a record", async () => {
    const name = `${packed.segments()[0]}`;
    const bytes = readFileSync(packed.path(name));
    expect(name).toMatch(/\.gz$/);
    let unnoticed = 0;
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = flipBit(bytes, at);
      writeFileSync(packed.path(name), changed);
      const verdict = await verifyAudit(packed.directory, key.publicKeyPem);
      if (verdict.holds) {
        // Padding bits of the compressed form say nothing.
        unnoticed += 1;
        expect(gunzipSync(changed)).toEqual(gunzipSync(bytes));
      } else expect(verdict.fault.segment).toBe(name);
    }
    expect(unnoticed).toBeLessThanOrEqual(1);
  });
});

describe("proquints", () => {
  it.each([
    ["7f000001", "lusab-babad"],
    ["3f54dcc1", "gutih-tugad"],
    ["3f760723", "gutuk-bisog"],
  ])("say %s as %s and back", (hex, words) => {
    expect(toWords(Buffer.from(hex, "hex"))).toBe(words);
    expect(fromWords(words)?.toString("hex")).toBe(hex);
  });

  it("are nothing else", () => {
    expect(fromWords("lusab-babax")).toBeUndefined();
    expect(fromWords("")).toBeUndefined();
  });
});
