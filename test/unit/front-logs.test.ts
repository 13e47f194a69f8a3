import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { listLogs, openAuditLog } from "../../src/audit/index.js";
import type { ServerConfig } from "../../src/cli/config/index.js";
import { readAnchor } from "../../src/cli/register/index.js";
import { auditOptions, makeAuditFolder, makeAuditKey } from "../support/audit.js";

const key = makeAuditKey();
let folder: ReturnType<typeof makeAuditFolder>;

beforeEach(() => {
  folder = makeAuditFolder();
});
afterEach(() => folder.remove());

/** Notes in a log where the register stands. */
async function note(log: string, registerSeq: number): Promise<void> {
  const open = await openAuditLog(auditOptions(join(folder.directory, log), key));
  await open.noteRegister({ event: "noted", registerId: "ab".repeat(16), registerSeq, registerHash: "cd".repeat(32) });
  await open.close();
}

const logs = async () => (await listLogs(folder.directory)).map((log) => log.slice(folder.directory.length));
const anchor = async () =>
  (await readAnchor({ audit: { directory: folder.directory } as ServerConfig["audit"] & object }))?.seq;

describe("the logs of a directory", () => {
  it("are one, where there are no fronts", async () => {
    expect(await logs()).toEqual([""]);
    await note("", 1);
    expect(await logs()).toEqual([""]);
    expect(await listLogs(join(folder.directory, "absent"))).toEqual([join(folder.directory, "absent")]);
  });

  it("are those of the fronts, one that is missing between them too, and the one of a time before them", async () => {
    mkdirSync(join(folder.directory, "front-3"));
    mkdirSync(join(folder.directory, "front-01"));
    await note("front-1", 1);
    expect(await logs()).toEqual(["/front-1", "/front-2", "/front-3"]);
    await note("", 1);
    expect(await logs()).toEqual(["", "/front-1", "/front-2", "/front-3"]);
  });

  it("tell by the one that is farthest on where the register stood", async () => {
    expect(await anchor()).toBeUndefined();
    await note("front-1", 7);
    await note("front-2", 9);
    await note("front-3", 8);
    expect(await anchor()).toBe(9);
  });
});
