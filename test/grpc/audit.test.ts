import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type AuditEntry, DIGEST_PURPOSES, openAuditLog, verifyAudit } from "../../src/audit/index.js";
import { Refusal, SecretBytes } from "../../src/base/index.js";
import { AuthorizationServiceService, type AuthorizeStreamResponse } from "../../src/gen/pinmac/v1/authorization.js";
import { AuditDigests } from "../../src/service/audit-digests.js";
import type { AuditSink } from "../../src/service/audit-trail.js";
import { auditOptions, makeAuditFolder, makeAuditKey } from "../support/audit.js";
import { errorOf } from "./support/clients.js";
import {
  authorizeRequest,
  byName,
  CANARIES,
  deriveInitialKeyRequest,
  exportKeyRequest,
  generateMacRequest,
  importKeyRequest,
  signOnRequest,
  translatePinRequest,
  verifyMacRequest,
  verifyPinRequest,
} from "./support/requests.js";
import { ScriptedEngine } from "./support/scripted-engine.js";
import { type SampleKind, sampleHeader, sealUnopenable } from "./support/sealed-keys.js";
import { startTestServer, type TestServer } from "./support/test-server.js";

const OPERATIONS = {
  verifyPin: true,
  importKey: true,
  exportKey: true,
  changeKeyState: true,
  signOn: true,
  deriveInitialKey: true,
};
const KINDS: readonly [SampleKind, string][] = [
  ["zonePinTdes", "canary/zone-tdes"],
  ["retailMac", "canary/retail-mac"],
  ["pvk", "canary/pvk"],
];
const KEY = makeAuditKey();

let engine: ScriptedEngine;
let server: TestServer;

async function start(audit: AuditSink): Promise<void> {
  engine = new ScriptedEngine();
  server = await startTestServer(engine, { operations: OPERATIONS, audit });
  for (const [kind, name] of KINDS) await server.register.add(sealUnopenable(sampleHeader(kind, { name })));
}

/** One item on a stream of its own. */
function onStream(correlationId: bigint): Promise<AuthorizeStreamResponse> {
  const method = AuthorizationServiceService.authorizeStream;
  const stream = server.client.raw.makeBidiStreamRequest(method.path, method.requestSerialize, method.responseDeserialize);
  return new Promise((resolve, reject) => {
    stream.on("data", resolve);
    stream.on("error", reject);
    const request = authorizeRequest({ generateMac: { ...generateMacRequest(), pinBlock: undefined } });
    stream.write({ correlationId, request, timeoutMs: 0 });
    stream.end();
  });
}

/** Every kind of call, with what the log says of it. */
const CALLS: readonly (readonly [operation: string, outcome: string, call: () => Promise<unknown>])[] = [
  ["PinService.TranslatePin", "OK", () => server.client.translatePin(translatePinRequest())],
  ["PinService.VerifyPin", "PIN_MISMATCH", () => server.client.verifyPin(verifyPinRequest())],
  ["MacService.GenerateMac", "OK", () => server.client.generateMac(generateMacRequest())],
  ["MacService.VerifyMac", "MAC_MISMATCH", () => server.client.verifyMac(verifyMacRequest())],
  [
    "AuthorizationService.Authorize",
    "MAC_MISMATCH",
    () => server.client.authorize(authorizeRequest({ verifyMac: verifyMacRequest() })),
  ],
  ["AuthorizationService.AuthorizeStream", "OK", () => onStream(77n)],
  ["KeyService.ListKeys", "OK", () => server.client.listKeys({ pageSize: 10, pageToken: "" })],
  ["KeyService.GetKey", "OK", () => server.client.getKey({ key: byName("canary/retail-mac") })],
  [
    "MacService.GenerateMac",
    "KEY_NOT_FOUND",
    () => server.client.generateMac(generateMacRequest({ key: byName("canary/absent") })),
  ],
  ["PinService.TranslatePin", "PAN_INVALID", () => server.client.translatePin({ ...translatePinRequest(), pan: "12" })],
  ["KeyService.ImportKey", "KEY_NOT_FOUND", () => server.client.importKey(importKeyRequest())],
  ["KeyService.ExportKey", "KEY_NOT_FOUND", () => server.client.exportKey(exportKeyRequest())],
  [
    "KeyService.ChangeKeyState",
    "KEY_STATE_REFUSED",
    () => server.client.changeKeyState({ statement: Buffer.alloc(0), approvals: [] }),
  ],
  ["TerminalService.SignOn", "KEY_NOT_FOUND", () => server.client.signOn(signOnRequest())],
  ["TerminalService.DeriveInitialKey", "KEY_NOT_FOUND", () => server.client.deriveInitialKey(deriveInitialKeyRequest())],
];

function mismatching(): void {
  const { answer } = engine;
  engine.answer = (command) => {
    if (command.kind === "verifyMac" || command.kind === "verifyPin") return { kind: command.kind, verified: false };
    if (command.kind === "authorize" && command.verifyMac !== undefined) return { kind: "authorize", completed: false };
    return answer(command);
  };
}

describe("the audit log of a server", () => {
  let folder: ReturnType<typeof makeAuditFolder>;

  beforeEach(() => {
    folder = makeAuditFolder();
  });
  afterEach(async () => {
    await server.stop();
    folder.remove();
  });

  const written = () =>
    folder
      .segments()
      .map((name) => readFileSync(folder.path(name), "latin1"))
      .join("");
  const calls = () =>
    written()
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter((record) => record["kind"] === "call");

  it("has exactly one record of every call when its answer arrives, refused or not, and nothing of its data", async () => {
    const log = await openAuditLog(auditOptions(folder.directory, KEY, { compress: false }));
    await start(log);
    mismatching();
    for (const [index, [operation, outcome, call]] of CALLS.entries()) {
      await call().catch(() => undefined);
      expect(calls()).toHaveLength(index + 1);
      expect(calls().at(-1)).toMatchObject({ operation, outcome, caller: "URI:spiffe://acquirer.example/switch-1" });
    }
    const all = calls();
    const checkValue = expect.stringMatching(/^[0-9A-F]{6}$/);
    expect(all[2]).toMatchObject({ keys: [{ name: "canary/retail-mac", version: 1, checkValue }] });
    expect(all[8]).toMatchObject({ keys: [{ name: "canary/absent", version: 0, checkValue: "" }] });
    expect(all[5]).toMatchObject({ correlationId: "77" });
    expect(new Set(all.map((record) => record["correlationId"])).size).toBe(CALLS.length);
    await log.close();
    expect(await verifyAudit(folder.directory, KEY.publicKeyPem)).toMatchObject({ holds: true });
    expectNoCanary(written());
  });

  function expectNoCanary(text: string): void {
    const { pan, pinBlock, ksn, message, mac, keyBlock, initialKeyId, offset, pvv: _, owner } = CANARIES;
    for (const digits of [pan, offset, owner]) expect(text).not.toContain(digits);
    for (const bytes of [pinBlock, ksn, message, mac, keyBlock, initialKeyId, Buffer.alloc(8, 0x77), Buffer.alloc(8, 0x66)]) {
      for (const form of ["latin1", "hex", "base64"] as const) {
        expect(text.toLowerCase()).not.toContain(bytes.toString(form).toLowerCase());
      }
    }
  }

  it("keeps keyed digests of what requests were about, equal for equal values", async () => {
    const entries: AuditEntry[] = [];
    const secret = SecretBytes.take(Buffer.alloc(32, 7));
    const digests = new AuditDigests(secret, DIGEST_PURPOSES);
    const others = new AuditDigests(SecretBytes.take(Buffer.alloc(32, 8)), ["pan"]);
    await start({
      append: async (entry) => void entries.push(entry),
      digestsOf: (subjects) => digests.of(subjects),
    });
    await server.register.add(sealUnopenable(sampleHeader("bdk", { name: "canary/bdk" })));
    const bdk = byName("canary/bdk");
    await server.client.translatePin(translatePinRequest());
    await server.client.translatePin(translatePinRequest({ key: bdk, ksn: CANARIES.ksn }));
    await server.client.verifyMac(verifyMacRequest({ key: bdk, ksn: CANARIES.ksn.subarray(2) }));
    const whole = { verifyMac: verifyMacRequest(), translatePin: translatePinRequest() };
    await server.client.authorize(authorizeRequest(whole));
    const [plain, dukpt, mac, both] = entries.map((entry) => entry.digests);
    const hmac = (purpose: string, value: string | Buffer) =>
      createHmac("sha256", Buffer.alloc(32, 7)).update(`${purpose}\0`).update(value).digest("hex").slice(0, 40);
    expect(plain).toEqual({ pan: hmac("pan", CANARIES.pan), pinBlock: hmac("pinBlock", CANARIES.pinBlock) });
    expect(dukpt).toEqual({ ...plain, ksn: hmac("ksn", CANARIES.ksn) });
    expect(mac).toEqual({ message: hmac("message", CANARIES.message), ksn: dukpt?.ksn });
    expect(both).toEqual({ ...plain, message: mac?.message });
    expect(others.of({ pan: CANARIES.pan, ksn: CANARIES.ksn })).toEqual({ pan: expect.not.stringMatching(plain?.pan ?? "") });
    expect(others.id).not.toBe(digests.id);
  });

  it("names the keys that a call made, beside those that it used", async () => {
    const entries: AuditEntry[] = [];
    await start({ append: async (entry) => void entries.push(entry) });
    const protection = sampleHeader("blockKeyAes", { name: "canary/absent" });
    await server.register.add(sealUnopenable(protection));
    const { key } = await server.client.importKey({ ...importKeyRequest(), keyEncryptionKey: byName("canary/absent") });
    expect(entries.at(-1)?.keys.map(({ name }) => name)).toEqual(["canary/absent", key?.name]);
    await server.register.add(sealUnopenable(sampleHeader("masterKey", { name: "canary/tmk" })));
    const made = await server.client.signOn({ ...signOnRequest(), terminalMasterKey: byName("canary/tmk") });
    const names = [made.pinKey, made.macKey, made.dataKey].flatMap((one) => one?.key?.name ?? []);
    expect(names.length).toBeGreaterThan(1);
    expect(entries.at(-1)?.keys.map(({ name }) => name)).toEqual(["canary/tmk", ...names]);
  });

  it("that cannot be written lets no result out, of calls and on streams", async () => {
    const entries: AuditEntry[] = [];
    await start({
      append: (entry) => {
        entries.push(entry);
        return Promise.reject(new Refusal("AUDIT_UNAVAILABLE"));
      },
    });
    for (const [, , call] of CALLS.filter(([operation]) => !operation.endsWith("Stream"))) {
      expect(await errorOf(call())).toMatchObject({ reason: "AUDIT_UNAVAILABLE" });
    }
    const answer = await onStream(5n);
    expect(JSON.stringify(answer, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value))).toContain(
      "audit",
    );
    expect(entries).toHaveLength(CALLS.length);
  });

  it("that is slow holds the answer back", async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await start({ append: () => held });
    let answered = false;
    const call = server.client.generateMac(generateMacRequest()).then(() => {
      answered = true;
    });
    await expect.poll(() => engine.commands.length).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(answered).toBe(false);
    release();
    await call;
    expect(answered).toBe(true);
  });
});
