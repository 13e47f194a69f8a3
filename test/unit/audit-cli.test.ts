import { readFileSync, writeFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { KEY_FILE, openAuditLog } from "../../src/audit/index.js";
import { createProgram } from "../../src/cli/program.js";
import { auditEntry, auditOptions, makeAuditFolder, makeAuditKey } from "../support/audit.js";

const key = makeAuditKey();
let folder: ReturnType<typeof makeAuditFolder>;

beforeEach(async () => {
  folder = makeAuditFolder();
  const log = await openAuditLog(auditOptions(folder.directory, key));
  await log.append(auditEntry(1, { caller: "=cmd()" }));
  await log.append(auditEntry(2, { at: Date.parse("2026-03-01T00:00:00Z") }));
  await log.close();
});
afterEach(() => {
  process.exitCode = undefined;
  folder.remove();
});

/** Runs the command in this process. */
async function run(...args: string[]) {
  let out = "";
  const spy = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    out += String(text);
    return true;
  });
  try {
    await createProgram().parseAsync(["node", "pinmac", "audit", ...args]);
  } finally {
    spy.mockRestore();
  }
  return { out, code: process.exitCode ?? 0 };
}

const verify = (...more: string[]) => run("verify", folder.directory, "--key", folder.path(KEY_FILE), ...more);

describe("audit verify", () => {
  it("says that the log holds, and its head in hex and in words that it accepts again", async () => {
    const first = await verify("--json");
    expect(first.code).toBe(0);
    const { head, headWords } = JSON.parse(first.out) as { head: { seq: number; hash: string }; headWords: string };
    expect((await verify("--expect-checkpoint", `${head.seq}:${head.hash}`)).code).toBe(0);
    const worded = await verify("--expect-checkpoint", `${head.seq}:${headWords}`);
    expect(worded).toMatchObject({ code: 0, out: expect.stringContaining("The log holds.") as string });
    expect((await verify("--expect-checkpoint", `${head.seq + 1}:${headWords}`)).code).toBe(4);
  });

  it("ends with 4 and names the record when it does not hold", async () => {
    const path = folder.path(`${folder.segments()[0]}`);
    writeFileSync(path, readFileSync(path, "utf8").replace("call-1", "call-7"));
    const { out, code } = await verify();
    expect(code).toBe(4);
    expect(out).toContain("audit-0000000000000001.jsonl, line 3, record 3: CHANGED");
  });

  it("tells a directory or key that cannot be read from a log that does not hold", async () => {
    await expect(run("verify", folder.path("none"), "--key", folder.path(KEY_FILE))).rejects.toThrow("cannot be read (ENOENT)");
    await expect(run("verify", folder.directory, "--key", folder.path("none"))).rejects.toThrow("cannot be read (ENOENT)");
    await expect(run("verify", folder.directory, "--key", folder.path(`${folder.segments()[0]}`))).rejects.toThrow(
      "not a public key",
    );
  });
});

describe("audit tail and export", () => {
  it("prints the last records", async () => {
    const { out } = await run("tail", folder.directory, "-n", "3");
    expect(
      out
        .trimEnd()
        .split("\n")
        .map((line) => (JSON.parse(line) as { seq: number }).seq),
    ).toEqual([4, 5, 6]);
  });

  it("prints the calls of a time as CSV, formulas made inert", async () => {
    const { out } = await run("export", folder.directory, "--format", "csv", "--to", "2026-02-01");
    const [titles, ...rows] = out.trimEnd().split("\n");
    expect(titles).toContain("seq,at,caller,operation,outcome,keys");
    expect(rows).toHaveLength(1);
    expect(rows[0]).toContain(
      "3,2026-01-01T00:00:00.001Z,'=cmd(),PinService.TranslatePin,OK,issuer/zone-pin@2:A1B2C3,812,call-1,1,abab",
    );
  });

  it("prints lines as they stand", async () => {
    const { out } = await run("export", folder.directory);
    expect(out).toBe(readFileSync(folder.path(`${folder.segments()[0]}`), "utf8"));
  });
});
