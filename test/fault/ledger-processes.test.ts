import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import SqliteDatabase from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openKsnLedger } from "../../src/store/ledger/index.js";

/** It runs the compiled ledger: `npm run build` makes it. */
const SPENDER = fileURLToPath(new URL("./support/ledger-spender.mjs", import.meta.url));
const DEVICE = Buffer.alloc(10, 0xff);

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pinmac-ledger-fault-"));
  path = join(folder, "ledger.sqlite");
});

afterEach(() => rmSync(folder, { recursive: true }));

interface Line {
  readonly counter: number;
  readonly outcome?: string;
  readonly refused?: string;
}

interface Spender {
  readonly child: ChildProcess;
  /** Resolves with all that it said, once it ended. */
  readonly lines: Promise<readonly Line[]>;
  readonly start: () => void;
}

/** A process that spends, ready to start. */
async function spender(args: readonly (string | number)[], prefix: readonly string[] = []): Promise<Spender> {
  const [command, ...rest] = [...prefix, process.execPath, SPENDER, path, ...args.map(String)];
  if (command === undefined) throw new Error("no command");
  const child = spawn(command, rest, { stdio: ["pipe", "pipe", "inherit"] });
  let text = "";
  const isReady = new Promise<void>((resolve, reject) => {
    child.once("exit", () => reject(new Error("the spender did not start")));
    child.stdout.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      if (text.startsWith("ready\n")) resolve();
    });
  });
  const lines = once(child, "close").then(() => parseLines(text));
  await isReady;
  return { child, lines, start: () => child.stdin.write("go\n") };
}

/** A killed process may leave half a line. */
function parseLines(text: string): readonly Line[] {
  return text
    .slice(0, text.lastIndexOf("\n"))
    .split("\n")
    .slice(1)
    .map((line) => JSON.parse(line) as Line);
}

function acceptedOf(lines: readonly Line[]): readonly number[] {
  return lines.filter(({ outcome }) => outcome === "accepted").map(({ counter }) => counter);
}

describe("two processes on one ledger", () => {
  it("that spend the same KSNs: none is accepted twice, and every spend is answered", async () => {
    const both = await Promise.all(["a", "b"].map((seed) => spender([1, 300, seed, 8])));
    for (const { start } of both) start();
    const lines = (await Promise.all(both.map((one) => one.lines))).flat();
    expect(lines).toHaveLength(2 * 300 * 8);
    expect(lines.filter(({ refused }) => refused !== undefined)).toEqual([]);
    const accepted = acceptedOf(lines);
    expect(new Set(accepted).size).toBe(accepted.length);
    expect(Math.max(...accepted)).toBe(300);
  });
});

describe("a process killed between commit and reply", () => {
  it("40 times: what it may have served is never served again", async () => {
    const served = new Set<number>();
    let first = 1;
    for (let round = 0; round < 40; round++) {
      const { child, lines, start } = await spender([first, 100_000, `round ${round}`, 4]);
      const answered = once(child.stdout ?? child, "data");
      start();
      // However slow the machine is, there is something to be killed in the middle of.
      await answered;
      await sleep((round * 7) % 40);
      child.kill("SIGKILL");
      const accepted = acceptedOf(await lines);
      for (const counter of accepted) {
        expect(served.has(counter), `counter ${counter} twice`).toBe(false);
        served.add(counter);
      }
      const ledger = openKsnLedger(path);
      const mark = (await ledger.device("bdk", DEVICE))?.pin?.counter ?? 0;
      const lastSaid = accepted.at(-1) ?? first - 1;
      // Said before it died is durable; durable and not said is what the kill cut off, and stays spent.
      expect(mark).toBeGreaterThanOrEqual(lastSaid);
      if (mark > 0) {
        const spend = { bdkId: "bdk", deviceId: DEVICE, use: "pin", counter: mark, mode: "enforce" } as const;
        expect(await ledger.spend([{ ...spend, requestDigest: Buffer.alloc(32, 7) }])).toEqual(["replayed"]);
      }
      await ledger.close();
      // The next process begins with the counter that the last one may have served.
      first = Math.max(1, mark);
    }
    expect(served.size).toBeGreaterThanOrEqual(40);
  });
});

describe("a ledger that cannot be written", () => {
  it("accepts nothing more when the disk is full, and goes on where it stood when there is room", async () => {
    // A limit on the size of files stands for the full disk: SQLite gets the same short writes.
    const limited = ["/bin/bash", "-c", 'ulimit -f 200; trap "" XFSZ; exec "$@"', "bash"];
    const { lines, start } = await spender([1, 2_000, "full", 1], limited);
    start();
    const said = await lines;
    const refusedFrom = said.findIndex(({ refused }) => refused !== undefined);
    expect(refusedFrom).toBeGreaterThan(0);
    expect(said).toHaveLength(2_000);
    const lastAccepted = Math.max(...acceptedOf(said));
    expect(said.every(({ outcome, refused }) => outcome === "accepted" || refused === "LEDGER_UNAVAILABLE")).toBe(true);
    const ledger = openKsnLedger(path);
    const mark = (await ledger.device("bdk", DEVICE))?.pin?.counter ?? 0;
    expect(mark).toBeGreaterThanOrEqual(lastAccepted);
    await ledger.close();
    const after = await spender([lastAccepted, 2, "after", 1]);
    after.start();
    expect((await after.lines).map(({ outcome }) => outcome)).toEqual(["replayed", "accepted"]);
  });

  const spend = { bdkId: "bdk", deviceId: DEVICE, use: "pin", mode: "enforce", requestDigest: Buffer.alloc(32) } as const;

  it("refuses every spend that waits while another process keeps it locked, and goes on afterwards", async () => {
    const ledger = openKsnLedger(path);
    await ledger.spend([{ ...spend, counter: 1 }]);
    const other = new SqliteDatabase(path);
    other.exec("BEGIN IMMEDIATE");
    const waiting = [2, 3, 4].map((counter) => ledger.spend([{ ...spend, counter }]));
    for (const one of await Promise.allSettled(waiting)) {
      expect(one).toMatchObject({ status: "rejected", reason: { reason: "LEDGER_UNAVAILABLE" } });
    }
    other.close();
    expect((await ledger.device("bdk", DEVICE))?.pin?.counter).toBe(1);
    expect(await ledger.spend([{ ...spend, counter: 2 }])).toEqual(["accepted"]);
    await ledger.close();
  });

  it("refuses every spend when its contents are gone", async () => {
    const ledger = openKsnLedger(path);
    await ledger.spend([{ ...spend, counter: 1 }]);
    const other = new SqliteDatabase(path);
    other.exec("DROP TABLE devices");
    other.close();
    const results = await Promise.allSettled([2, 3].map((counter) => ledger.spend([{ ...spend, counter }])));
    for (const one of results) expect(one).toMatchObject({ status: "rejected", reason: { reason: "LEDGER_UNAVAILABLE" } });
    await expect(ledger.device("bdk", DEVICE)).rejects.toMatchObject({ reason: "LEDGER_UNAVAILABLE" });
    await ledger.close();
  });
});
