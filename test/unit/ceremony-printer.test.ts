import { spawnSync } from "node:child_process";
import { closeSync, constants, mkdirSync, mkdtempSync, openSync, readSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SecretBytes } from "../../src/base/index.js";
import { PaperPrinter, writeComponentPaper } from "../../src/ceremony/printer/index.js";

let folder = "";
const path = (name: string) => join(folder, name);
const server: Server = createServer();
const reading = () => openSync(path("fifo"), constants.O_RDONLY | constants.O_NONBLOCK);
const take = (from: number) => {
  const bytes = Buffer.alloc(4096);
  return bytes.toString("ascii", 0, readSync(from, bytes));
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "pinmac-printer-"));
  writeFileSync(path("file"), "as it was");
  mkdirSync(path("folder"));
  symlinkSync(path("file"), path("link"));
  symlinkSync(path("fifo"), path("link-to-fifo"));
  expect(spawnSync("mkfifo", [path("fifo")]).status).toBe(0);
  await new Promise<void>((resolve) => server.listen(path("socket"), resolve));
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

const paperOf = (component: Buffer, key = "partner/kbpk") =>
  writeComponentPaper({
    ceremony: "generate-key",
    key,
    title: "component 2 of 3",
    component: SecretBytes.take(component),
    checkValue: "A1B2C3D4E5",
    notes: ["Share number  7"],
  });

describe("a custodian's paper", () => {
  it("has the digits in groups of four, and what is signed", () => {
    const digits = "000102030405060708090A0B0C0D0E0FF0F1F2F3F4F5F6F7F8F9FAFBFCFDFEFF";
    const text = paperOf(Buffer.from(digits, "hex"), "k".repeat(64)).expose().toString("ascii");
    const lines = text.split("\r\n");
    expect(lines).toContain("0001 0203 0405 0607 0809 0A0B 0C0D 0E0F");
    expect(lines).toContain("F0F1 F2F3 F4F5 F6F7 F8F9 FAFB FCFD FEFF");
    for (const line of ["Ceremony      generate-key", "Paper         component 2 of 3", "Share number  7"])
      expect(lines).toContain(line);
    expect(text).toMatch(/Check value {3}A1B2C3D4E5\r\n[\s\S]*Name +_+\r\n[\s\S]*Date +_+\r\n[\s\S]*Signature +_+\r\n\f$/);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80);
    expect(text).toMatch(/^[\x20-\x7e\r\n]*\f$/);
  });

  it.each([8, 16, 24, 32, 33, 1])("is as long as what is written, with %i bytes", (length) => {
    const bytes = Buffer.alloc(length, 0xa5);
    const text = paperOf(bytes).expose().toString("latin1");
    expect(text).not.toContain("\0");
    expect(text.match(/A5/g)).toHaveLength(length);
    expect(text.endsWith("\r\n\f")).toBe(true);
  });
});

describe("a printer", () => {
  it.each([
    ["a file", () => path("file")],
    ["a link to a file", () => path("link")],
    ["a folder", () => path("folder")],
    ["a socket", () => path("socket")],
    ["what is not there", () => path("nothing")],
    ["a pipe that nobody reads", () => path("fifo")],
    ["a memory device", () => "/dev/null"],
    ["the making of terminals", () => "/dev/ptmx"],
  ])("refuses %s", (_what, of) => {
    expect(() => PaperPrinter.open(of())).toThrow(expect.objectContaining({ code: "PRINTER_UNUSABLE" }));
    expect(take(openSync(path("file"), "r"))).toBe("as it was");
  });

  it.each(["fifo", "link-to-fifo"])("writes a paper once, to a %s", (name) => {
    const reader = reading();
    const printer = PaperPrinter.open(path(name));
    const paper = paperOf(Buffer.alloc(32, 0x5a));
    printer.print(paper);
    expect(take(reader)).toBe(paper.expose().toString("ascii"));
    printer.close();
    printer.close();
    expect(take(reader)).toBe("");
    closeSync(reader);
  });

  it("fails when the reader is gone", () => {
    const reader = reading();
    const printer = PaperPrinter.open(path("fifo"));
    closeSync(reader);
    expect(() => printer.print(paperOf(Buffer.alloc(16)))).toThrow(expect.objectContaining({ code: "PRINTER_FAILED" }));
    printer.close();
  });

  it("fails when it takes only a part, or nothing", () => {
    const reader = reading();
    const printer = PaperPrinter.open(path("fifo"));
    const full = SecretBytes.alloc(1_000_000);
    expect(() => printer.print(full)).toThrow(expect.objectContaining({ code: "PRINTER_FAILED" }));
    expect(() => printer.print(paperOf(Buffer.alloc(16)))).toThrow(expect.objectContaining({ code: "PRINTER_FAILED" }));
    printer.close();
    closeSync(reader);
  });
});
