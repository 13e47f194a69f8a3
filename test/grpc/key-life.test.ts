import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { KeyHeader } from "../../src/keyblock/index.js";
import type { KeyRecord } from "../../src/store/index.js";
import { TestLives } from "../support/lives.js";
import { errorOf } from "./support/clients.js";
import {
  byName,
  bySealedKey,
  CANARIES,
  generateMacRequest,
  importKeyRequest,
  signOnRequest,
  translatePinRequest,
  verifyMacRequest,
} from "./support/requests.js";
import { ScriptedEngine } from "./support/scripted-engine.js";
import { type SampleKind, sampleHeader, sealUnopenable } from "./support/sealed-keys.js";
import { startTestServer, type TestServer } from "./support/test-server.js";

const DAY = 86_400;
const OVERLAP = { kind: "retire", overlapDays: 30, waitingDays: 7 } as const;
const AT_ONCE = { kind: "retire", overlapDays: 0, waitingDays: 7 } as const;

const engine = new ScriptedEngine();
let server: TestServer;
let officers: TestLives;
const LAST_USED = 1_800_000_000;
/** Ids of keys, as the usage report hears of them. */
const used: string[] = [];
/** Every test has names of its own. */
let made = 0;

beforeAll(async () => {
  server = await startTestServer(engine, {
    operations: { importKey: true, signOn: true },
    usage: {
      note: (keyId) => used.push(keyId),
      lastUsed: (keyId) => (used.includes(keyId) ? LAST_USED : undefined),
    },
    lives: {
      find: (header) => officers.lives.find(header),
      findRecorded: (id) => officers.lives.findRecorded(id),
      currentDirectory: () => officers.directory,
    },
  });
  officers = await TestLives.found(server.register);
  for (const [kind, name] of [
    ["blockKeyAes", "canary/kbpk"],
    ["masterKey", "canary/tmk"],
  ] as const) {
    await officers.change((await add(kind, name)).header, { kind: "activate" });
  }
});
afterAll(() => server.stop());
beforeEach(() => engine.reset());

const add = (kind: SampleKind, name: string, changes: Partial<KeyHeader> = {}): Promise<KeyRecord> =>
  server.register.add(sealUnopenable(sampleHeader(kind, { name, ...changes })));

async function addActive(kind: SampleKind, name: string, changes: Partial<KeyHeader> = {}): Promise<KeyRecord> {
  const record = await add(kind, name, changes);
  await officers.change(record.header, { kind: "activate" });
  return record;
}

const nameOfTest = (): string => `life/${made++}`;
const generate = (name: string, version = 0) => server.client.generateMac(generateMacRequest({ key: byName(name, version) }));
const verify = (name: string, version = 0) => server.client.verifyMac(verifyMacRequest({ key: byName(name, version) }));
const notActive = (state: string, field = "key") => ({
  code: "FAILED_PRECONDITION",
  reason: "KEY_NOT_ACTIVE",
  metadata: { field, requirement: state },
});

describe("a key that officers decide about", () => {
  it("serves nothing while it is pending, and is described", async () => {
    const name = nameOfTest();
    await add("retailMac", name);
    expect(await errorOf(generate(name))).toMatchObject(notActive("pending"));
    expect(await errorOf(verify(name, 1))).toMatchObject(notActive("pending"));
    expect(engine.commands).toEqual([]);
    expect((await server.client.getKey({ key: byName(name) })).key).toMatchObject({ state: "pending", stateSince: undefined });
  });

  it("serves from its activation to its suspension, and again when it is resumed", async () => {
    const name = nameOfTest();
    const { header } = await addActive("retailMac", name);
    await generate(name);
    await officers.change(header, { kind: "suspend", reason: "precaution" });
    expect(await errorOf(generate(name))).toMatchObject(notActive("suspended"));
    expect(await errorOf(verify(name))).toMatchObject(notActive("suspended"));
    await officers.change(header, { kind: "resume" });
    expect((await verify(name)).verified).toBe(true);
  });

  it("serves nothing once it is retired without an overlap, until it is restored", async () => {
    const name = nameOfTest();
    const { header } = await addActive("retailMac", name);
    await officers.change(header, AT_ONCE);
    expect(await errorOf(verify(name))).toMatchObject(notActive("retired"));
    await officers.change(header, { kind: "restore" });
    await generate(name);
  });

  it("is gone when it is destroyed, and its version is not given again", async () => {
    const name = nameOfTest();
    const { header } = await addActive("retailMac", name);
    const now = Math.floor(Date.now() / 1_000);
    // Retired eight days ago, as its officers signed then.
    const other = await add("retailMac", `${name}/old`);
    await officers.change(other.header, { kind: "activate" }, now - 9 * DAY);
    await officers.change(other.header, AT_ONCE, now - 8 * DAY);
    const recorded = officers.recorded(other.header);
    expect(recorded.life.destroyAfter).toBeLessThan(now);
    await officers.destroy(other.header);
    expect(await errorOf(generate(`${name}/old`))).toMatchObject({ reason: "KEY_NOT_FOUND" });
    expect(await errorOf(generate(`${name}/old`, 1))).toMatchObject({ reason: "KEY_NOT_FOUND" });
    expect(await server.register.nextVersion(`${name}/old`)).toBe(2);
    // The sealed key that somebody kept a copy of does not serve either.
    const copy = bySealedKey(other.sealedKey);
    expect(await errorOf(server.client.generateMac(generateMacRequest({ key: copy })))).toMatchObject(notActive("destroyed"));
    expect(await errorOf(server.client.getKey({ key: copy }))).toMatchObject(notActive("destroyed"));
    await generate(header.name);
  });

  it("does not serve as a sealed key what it does not serve by its name", async () => {
    const record = await add("retailMac", nameOfTest());
    const key = bySealedKey(record.sealedKey);
    expect(await errorOf(server.client.generateMac(generateMacRequest({ key })))).toMatchObject(notActive("pending"));
    const kept = sealUnopenable(sampleHeader("retailMac", { name: "kept/by-caller" }));
    await server.client.generateMac(generateMacRequest({ key: bySealedKey(kept) }));
    expect((await server.client.getKey({ key: bySealedKey(kept) })).key).toMatchObject({ state: "" });
  });
});

describe("a rotation", () => {
  async function rotated(kind: SampleKind, overlap: boolean): Promise<string> {
    const name = nameOfTest();
    const old = await addActive(kind, name);
    await addActive(kind, name, { version: 2 });
    await officers.change(old.header, overlap ? OVERLAP : AT_ONCE);
    return name;
  }

  it("a new version that is pending does not take the place of the active one", async () => {
    const name = nameOfTest();
    await addActive("retailMac", name);
    await add("retailMac", name, { version: 2 });
    expect((await generate(name)).key?.version).toBe(1);
    expect(await errorOf(generate(name, 2))).toMatchObject(notActive("pending"));
  });

  it("within the overlap the version before verifies and translates what comes in, and nothing else", async () => {
    const name = await rotated("retailMac", true);
    expect((await generate(name)).key?.version).toBe(2);
    expect((await verify(name)).key?.version).toBe(2);
    expect((await verify(name, 1)).key?.version).toBe(1);
    expect(await errorOf(generate(name, 1))).toMatchObject(notActive("retired"));
    const zone = await rotated("zonePinTdes", true);
    const pin = (source: number, target: number) => {
      const request = translatePinRequest({ key: byName(zone, source) });
      return server.client.translatePin({
        ...request,
        target: request.target && { ...request.target, key: byName(zone, target) },
      });
    };
    expect((await pin(1, 2)).sourceKey?.version).toBe(1);
    expect(await errorOf(pin(2, 1))).toMatchObject(notActive("retired", "target.key"));
  });

  it("without an overlap the version before does nothing", async () => {
    const name = await rotated("retailMac", false);
    expect(await errorOf(verify(name, 1))).toMatchObject(notActive("retired"));
    expect((await verify(name)).key?.version).toBe(2);
  });

  it("a device under the BDK before is answered under it", async () => {
    const name = await rotated("bdk", true);
    const mac = generateMacRequest({ key: byName(name, 1), ksn: CANARIES.ksn });
    expect((await server.client.generateMac(mac)).key?.version).toBe(1);
    const verifyMac = verifyMacRequest({ key: byName(name, 1), ksn: CANARIES.ksn });
    expect((await server.client.verifyMac(verifyMac)).key?.version).toBe(1);
  });
});

describe("what the service makes", () => {
  it("an imported key waits for the officers, session keys do not", async () => {
    const imported = await server.client.importKey(importKeyRequest({}, { name: nameOfTest() }));
    expect(imported.key?.state).toBe("pending");
    const { pinKey, macKey } = await server.client.signOn(signOnRequest({ namePrefix: nameOfTest() }));
    expect([pinKey?.key?.state, macKey?.key?.state]).toEqual(["active", "active"]);
  });
});

describe("the usage report", () => {
  it("hears of what was done, not of what was refused or described", async () => {
    const name = nameOfTest();
    const { header } = await addActive("retailMac", name);
    used.length = 0;
    await server.client.getKey({ key: byName(name) });
    await officers.change(header, { kind: "suspend", reason: "precaution" });
    await errorOf(generate(name));
    expect(used).toEqual([]);
    await officers.change(header, { kind: "resume" });
    await generate(name);
    expect(used).toEqual([header.id]);
    const { sealedKey } = await server.register.get(name);
    await server.client.generateMac(generateMacRequest({ key: bySealedKey(sealedKey) }));
    expect(used).toEqual([header.id]);
  });

  it("is shown with the key, by GetKey and ListKeys", async () => {
    const name = nameOfTest();
    await addActive("retailMac", name);
    const described = async () => (await server.client.getKey({ key: byName(name) })).key?.lastUsed;
    expect(await described()).toBeUndefined();
    await generate(name);
    expect(await described()).toEqual({ seconds: BigInt(LAST_USED), nanos: 0 });
    const filter = { name, usage: "", owner: "", state: "", expiresBefore: undefined };
    const { keys } = await server.client.listKeys({ pageSize: 1_000, pageToken: "", filter });
    expect(keys.map(({ lastUsed }) => lastUsed?.seconds)).toEqual([BigInt(LAST_USED)]);
  });
});

describe("the list", () => {
  it("takes a filter, which every listed key passes", async () => {
    const name = nameOfTest();
    const mac = await addActive("retailMac", `${name}/mac`, { owner: "acme" });
    await add("zonePinTdes", `${name}/zone`, { notAfter: 1_900_000_000 });
    const listed = async (filter: Partial<NonNullable<Parameters<TestServer["client"]["listKeys"]>[0]["filter"]>>) => {
      const empty = { name: `${name}/*`, usage: "", owner: "", state: "", expiresBefore: undefined };
      const { keys } = await server.client.listKeys({ pageSize: 1_000, pageToken: "", filter: { ...empty, ...filter } });
      return keys.map((key) => key.name.slice(name.length));
    };
    expect(await listed({})).toEqual(["/mac", "/zone"]);
    expect(await listed({ usage: "M3" })).toEqual(["/mac"]);
    expect(await listed({ owner: "acme" })).toEqual(["/mac"]);
    expect(await listed({ state: "pending" })).toEqual(["/zone"]);
    expect(await listed({ state: "active", usage: "P0" })).toEqual([]);
    expect(await listed({ expiresBefore: { seconds: 1_900_000_001n, nanos: 0 } })).toEqual(["/zone"]);
    expect(await listed({ expiresBefore: { seconds: 1_900_000_000n, nanos: 0 } })).toEqual([]);
    expect(await listed({ name: mac.header.name })).toEqual(["/mac"]);
  });

  it.each([
    ["name", "a/**/b"],
    ["usage", "Z9"],
    ["state", "lost"],
  ])("refuses a filter that no key can pass: %s %s", async (field, value) => {
    const filter = { name: "", usage: "", owner: "", state: "", expiresBefore: undefined, [field]: value };
    const error = await errorOf(server.client.listKeys({ pageSize: 1, pageToken: "", filter }));
    expect(error).toMatchObject({ reason: "REQUEST_INVALID", metadata: { field: `filter.${field}` } });
  });
});
