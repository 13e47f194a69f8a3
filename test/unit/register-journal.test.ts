import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import SqliteDatabase from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Refusal } from "../../src/base/index.js";
import { registerHeadMessage, sealAuthenticatedData } from "../../src/keyblock/index.js";
import { type HeadSealer, type KeyRegister, openSqliteRegister } from "../../src/store/index.js";
import { sampleHeader, sealUnopenable } from "../grpc/support/sealed-keys.js";
import { softwareHeadSealer } from "../support/head-sealer.js";

let folder: string;
let path: string;
let open: KeyRegister[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pinmac-journal-"));
  path = join(folder, "register.sqlite");
  open = [];
});

afterEach(() => {
  for (const register of open) register.close();
  rmSync(folder, { recursive: true });
});

function openRegister(sealHead: HeadSealer = softwareHeadSealer()): KeyRegister {
  const register = openSqliteRegister(path, sealHead);
  open.push(register);
  return register;
}

function sealed(name: string, version = 1): Buffer {
  return sealUnopenable(sampleHeader("zonePinTdes", { name, version }));
}

function journal(): readonly Record<string, unknown>[] {
  const database = new SqliteDatabase(path, { readonly: true });
  try {
    return database.prepare<[], Record<string, unknown>>("SELECT * FROM journal ORDER BY seq").all();
  } finally {
    database.close();
  }
}

describe("the journal", () => {
  it("has an entry for every change, with the digest of what the row holds", async () => {
    const register = openRegister();
    const device = { bdkId: "bdk", initialKeyId: Buffer.from("ffff9876543210e00000", "hex") };
    const key = sealed("zone/visa");
    await register.add(key);
    await register.reserveInitialKey(device);
    await register.releaseInitialKey(device);
    await register.addAll([sealed("t/1/pin"), sealed("t/1/mac")]);
    expect(journal().map(({ seq, kind, name }) => [seq, kind, name])).toEqual([
      [1, "key", "zone/visa@1"],
      [2, "initialKey", "bdk/ffff9876543210e00000"],
      [3, "initialKey", "bdk/ffff9876543210e00000"],
      [4, "key", "t/1/pin@1"],
      [5, "key", "t/1/mac@1"],
    ]);
    expect(journal()[0]?.["digest"]).toEqual(createHash("sha256").update(key).digest());
    expect(journal()[2]?.["digest"]).toBeNull();
    expect(register.head).toMatchObject({ seq: 5, hash: journal()[4]?.["hash"] });
  });

  it("is sealed where it stands after every change", async () => {
    const seal = softwareHeadSealer();
    const register = openRegister(seal);
    for (const name of ["a", "b", "c"]) {
      await register.add(sealed(name));
      const { head } = register;
      if (head === undefined) throw new Error("There is no head.");
      expect(head.seal).toEqual(await seal(head));
    }
  });

  it("takes changes that wait for the token together, each with its own outcome", async () => {
    let seals = 0;
    const seal = softwareHeadSealer();
    const register = openRegister((head) => {
      seals += 1;
      return seal(head);
    });
    const outcomes = await Promise.allSettled(["a", "b", "a", "c", "d"].map((name) => register.add(sealed(name))));
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected", "fulfilled", "fulfilled"]);
    expect(outcomes[2]).toMatchObject({ reason: { reason: "KEY_EXISTS" } });
    expect(seals).toBe(2);
    expect(journal().map(({ name }) => name)).toEqual(["a@1", "b@1", "c@1", "d@1"]);
  });

  it("has no entry, and the register no row, when the token cannot seal", async () => {
    const register = openRegister(() => Promise.reject(new Refusal("TOKEN_UNAVAILABLE")));
    await expect(register.add(sealed("zone/visa"))).rejects.toMatchObject({ reason: "TOKEN_UNAVAILABLE" });
    await expect(register.get("zone/visa")).rejects.toMatchObject({ reason: "KEY_NOT_FOUND" });
    expect(journal()).toEqual([]);
  });

  it("stays one chain when two writers change the register at once", async () => {
    const [one, other] = [openRegister(), openRegister()];
    const names = Array.from({ length: 40 }, (_, index) => `key/${index}`);
    await Promise.all(names.map((name, index) => (index % 2 === 0 ? one : other).add(sealed(name))));
    expect(journal().map(({ seq }) => seq)).toEqual(names.map((_, index) => index + 1));
    expect(new Set(journal().map(({ name }) => name))).toEqual(new Set(names.map((name) => `${name}@1`)));
    expect(one.head).toEqual(other.head);
  });

  it("does not do a change in a second attempt that was refused in the first", async () => {
    const other = openRegister();
    let interfered = false;
    const seal = softwareHeadSealer();
    await other.add(sealed("taken"));
    const register = openRegister(async (head) => {
      if (!interfered) {
        interfered = true;
        await other.add(sealed("between"));
      }
      return seal(head);
    });
    const outcomes = await Promise.allSettled([register.add(sealed("first")), register.add(sealed("taken"))]);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    expect(journal().map(({ name }) => name)).toEqual(["taken@1", "between@1", "first@1"]);
  });

  it("is not written by a register that was opened to be read", async () => {
    const register = openSqliteRegister(path);
    open.push(register);
    await expect(register.add(sealed("zone/visa"))).rejects.toThrow(TypeError);
    expect(journal()).toEqual([]);
  });
});

describe("what the seal key authenticates of a head", () => {
  const head = { registerId: Buffer.alloc(16, 1), seq: 2, hash: Buffer.alloc(32, 3) };

  it("is never what it authenticates of a sealed key, whatever the key's bytes are", () => {
    const ofKeys = sealAuthenticatedData(Buffer.alloc(0));
    const ofHead = registerHeadMessage(head);
    expect(ofHead.subarray(0, 8)).not.toEqual(ofKeys.subarray(0, 8));
  });

  it.each([
    { ...head, registerId: Buffer.alloc(15) },
    { ...head, seq: 0 },
    { ...head, seq: 1.5 },
    { ...head, seq: 2 ** 53 },
    { ...head, hash: Buffer.alloc(31) },
  ])("is refused for what is no head: %#", (wrong) => {
    expect(() => registerHeadMessage(wrong)).toThrow(RangeError);
  });
});
