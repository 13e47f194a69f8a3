import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type AuditLog, followRecords, type LogRecord, mergeByTime, openAuditLog } from "../../src/audit/index.js";
import { createProgram } from "../../src/cli/program.js";
import { auditEntry, auditOptions, makeAuditFolder, makeAuditKey } from "../support/audit.js";

const key = makeAuditKey();
let folder: ReturnType<typeof makeAuditFolder>;
let fronts: readonly AuditLog[];

/** After the openings of the logs. */
const entry = (number: number) => auditEntry(number, { at: Date.parse("2100-01-01T00:00:00Z") + number });

/** Calls of two fronts by turns: 1, 3, 5 in the first, 2, 4, 6 in the second. */
beforeEach(async () => {
  folder = makeAuditFolder();
  fronts = await Promise.all(["front-1", "front-2"].map((name) => openAuditLog(auditOptions(folder.path(name), key))));
  for (const number of [1, 2, 3, 4, 5, 6]) await fronts[(number - 1) % 2]?.append(entry(number));
});
afterEach(async () => {
  for (const front of fronts) await front.close();
  folder.remove();
});

/** Runs the command in this process. */
async function tail(...args: string[]): Promise<Record<string, unknown>[]> {
  let out = "";
  const spy = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    out += String(text);
    return true;
  });
  try {
    await createProgram().parseAsync(["node", "pinmac", "audit", "tail", ...args]);
  } finally {
    spy.mockRestore();
  }
  return out
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

const callOf = ({ log, correlationId }: Record<string, unknown>) => [log, correlationId];

/** As it would stand in a log. */
const record = (log: string, seq: number, at: string) => ({ log, line: Buffer.alloc(0), record: { seq, at } }) as LogRecord;
const placesOf = (records: readonly LogRecord[]) => records.map(({ log, record: { seq } }) => `${log}${seq}`);

describe("audit tail of several fronts", () => {
  it("prints the last records of all of them by time, each with its front", async () => {
    const records = (await tail(folder.directory, "-n", "100")).filter(({ kind }) => kind === "call");
    expect(records.map(callOf)).toEqual([1, 2, 3, 4, 5, 6].map((n) => [n % 2 === 1 ? "front-1" : "front-2", `call-${n}`]));
    expect(Object.keys(records[0] ?? {})[0]).toBe("log");
    expect(await tail(folder.directory, "-n", "2")).toHaveLength(2);
    expect(await tail(folder.directory, "-n", "0")).toEqual([]);
  });

  it("prints one front's lines as they stand", async () => {
    const records = await tail(folder.path("front-2"), "-n", "100");
    expect(records.filter(({ kind }) => kind === "call").map(callOf)).toEqual([2, 4, 6].map((n) => [undefined, `call-${n}`]));
  });

  it("goes on with the new records of all", async () => {
    const stop = new AbortController();
    const places = ["front-1", "front-2"].map((name) => ({ log: folder.path(name), seq: 0 }));
    const calls: unknown[] = [];
    const next = new Map([
      [6, () => fronts[1]?.append(entry(7))],
      [7, () => fronts[0]?.append(entry(8))],
      [8, async () => stop.abort()],
    ]);
    for await (const { log, record } of followRecords(places, 5, stop.signal)) {
      if (record.kind !== "call") continue;
      calls.push([log.slice(folder.directory.length + 1), record.members["correlationId"]]);
      await next.get(calls.length)?.();
    }
    const fronts1to8 = [1, 2, 1, 2, 1, 2, 2, 1];
    expect(calls).toEqual(fronts1to8.map((front, index) => [`front-${front}`, `call-${index + 1}`]));
  });
});

describe("records merged by time", () => {
  it("keep the order of their log when its clock went back", () => {
    const [early, late] = ["2026-01-01T00:00:00.000Z", "2026-01-01T00:00:02.000Z"];
    const a = [record("a", 1, late), record("a", 2, early)];
    const b = [record("b", 1, "2026-01-01T00:00:01.000Z"), record("b", 2, late)];
    expect(placesOf(mergeByTime([a, b]))).toEqual(["b1", "a1", "a2", "b2"]);
    expect(placesOf(mergeByTime([a, []]))).toEqual(["a1", "a2"]);
    expect(mergeByTime([])).toEqual([]);
  });

  it("are not held up by a time that is none", () => {
    const at = "2026-01-01T00:00:00.000Z";
    expect(placesOf(mergeByTime([[record("a", 1, "?"), record("a", 2, at)], [record("b", 1, at)]]))).toEqual([
      "a1",
      "a2",
      "b1",
    ]);
  });
});
