import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeCertificates } from "../../src/cli/development/index.js";

const NOW = new Date();
const inDays = (days: number) => new Date(NOW.getTime() + days * 86_400_000);

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "pinmac-tls-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const path = (name: string) => join(folder, name);
const certificate = (name: string) => new X509Certificate(readFileSync(path(`${name}.crt`)));

describe("development certificates", () => {
  it("are made once, and each stands under the authority for what it is for", () => {
    expect(makeCertificates(folder, NOW)).toEqual(["ca", "server", "switch", "operator"]);
    expect(makeCertificates(folder, NOW)).toEqual([]);
    const server = certificate("server");
    for (const name of ["localhost"]) expect(server.checkHost(name)).toBe(name);
    for (const ip of ["127.0.0.1", "::1"]) expect(server.checkIP(ip)).toBe(ip);
    for (const name of ["server", "switch", "operator"]) expect(certificate(name).checkIssued(certificate("ca"))).toBe(true);
    expect(certificate("ca").ca).toBe(true);
    expect(server.ca).toBe(false);
  });

  it("keep their private keys to the owner", () => {
    for (const name of ["ca", "server", "switch", "operator"]) expect(statSync(path(`${name}.key`)).mode & 0o777).toBe(0o600);
  });

  it("are renewed alone when one is broken, mixed up or half written", () => {
    truncateSync(path("switch.crt"), 100);
    expect(makeCertificates(folder, NOW)).toEqual(["switch"]);
    writeFileSync(path("operator.key"), readFileSync(path("switch.key")));
    expect(makeCertificates(folder, NOW)).toEqual(["operator"]);
  });

  it("are all renewed a month before they expire", () => {
    expect(makeCertificates(folder, inDays(790))).toEqual([]);
    expect(makeCertificates(folder, inDays(800))).toEqual(["ca", "server", "switch", "operator"]);
  });
});
