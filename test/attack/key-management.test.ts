import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SecretBytes } from "../../src/base/index.js";
import { encodeSealedKeyBody, finishSealedKey, type KeyHeader, parseSealedKey } from "../../src/keyblock/index.js";
import { errorOf } from "../grpc/support/clients.js";
import { bySealedKey } from "../grpc/support/requests.js";
import { refusalOf } from "../support/refusals.js";
import { type AttackStack, completeDraft, startAttackStack } from "./support/attack-stack.js";
import { EVERY_KIND } from "./support/key-kinds.js";
import { API_FIELDS } from "./support/schema.js";
import { wireOf } from "./support/wire.js";

let stack: AttackStack;
let sealedKeys: ReadonlyMap<string, Buffer>;

beforeAll(async () => {
  stack = await startAttackStack();
  const sealed = new Map<string, Buffer>();
  for (const { draft, material } of EVERY_KIND) sealed.set(draft.name, (await stack.addKey(draft, material)).sealedKey);
  sealedKeys = sealed;
});

afterAll(() => stack.stop());

function sealedKeyOf(name: string): Buffer {
  const sealedKey = sealedKeys.get(`attack/${name}`);
  if (sealedKey === undefined) throw new Error(`There is no sealed key ${name}.`);
  return sealedKey;
}

const MATERIALS = EVERY_KIND.map(({ material }) => material);

/** Whether the bytes hold a key, or a whole half of one. */
function holdsMaterial(bytes: Buffer): boolean {
  return MATERIALS.some((material) => bytes.includes(material.subarray(0, 8)));
}

/** As somebody who can write the register would: another header or other parts, and the old seal. */
function reseal(sealedKey: Buffer, change: { header?: Partial<KeyHeader>; parts?: readonly Buffer[]; seal?: Buffer }): Buffer {
  const { header, wrappedParts, cmac } = parseSealedKey(sealedKey);
  const body = encodeSealedKeyBody({ ...header, ...change.header }, change.parts ?? wrappedParts);
  return finishSealedKey(body, change.seal ?? cmac);
}

async function openThroughApi(sealedKey: Buffer): Promise<string> {
  const error = await errorOf(stack.server.client.getKey({ key: bySealedKey(sealedKey) }));
  return `${error.code} ${error.reason}`;
}

const INVALID = "INVALID_ARGUMENT SEALED_KEY_INVALID";

describe("on the service, by a client that can also write the register", () => {
  test("K2 a sealed key with another header", async () => {
    const pinKey = sealedKeyOf("p0-tdes-16-b");
    const asMac = { scheme: "ISO9797_1_ALG1", paddingMethod: 1, length: 8 } as const;
    const headers: readonly Partial<KeyHeader>[] = [
      { usage: "M0", modeOfUse: "C", mac: asMac },
      { modeOfUse: "E" },
      { name: "attack/other" },
      { version: 2 },
      { notAfter: 4_000_000_000 },
    ];
    for (const header of headers) expect(await openThroughApi(reseal(pinKey, { header }))).toBe(INVALID);
    expect(await openThroughApi(reseal(pinKey, { header: { environment: "production" } }))).toMatch(
      /KEY_ENVIRONMENT_MISMATCH$/,
    );
    // An exportable key has an export part: without one the blob is malformed, with one it has another seal.
    const [part = Buffer.alloc(0)] = parseSealedKey(pinKey).wrappedParts;
    for (const exportPart of [part, randomBytes(24)]) {
      const exportable = { header: { exportability: "E" }, parts: [part, exportPart] } as const;
      expect(await openThroughApi(reseal(pinKey, exportable))).toBe(INVALID);
    }
    const verifyOnly = sealedKeyOf("m3-tdes-16-v");
    expect(await openThroughApi(reseal(verifyOnly, { header: { modeOfUse: "C" } }))).toBe(INVALID);
    const shorter = { ...parseSealedKey(verifyOnly).header.mac, length: 4 } as NonNullable<KeyHeader["mac"]>;
    expect(await openThroughApi(reseal(verifyOnly, { header: { mac: shorter } }))).toBe(INVALID);
  });

  test("K5 no RPC takes derivation data, nor any bytes but these", () => {
    const requestBytes = API_FIELDS.filter(({ direction, type }) => direction === "request" && type === "TYPE_BYTES");
    expect(requestBytes.length).toBeGreaterThan(10);
    expect(new Set(requestBytes.map(({ name }) => name))).toEqual(
      // The id of a device has a fixed form, and what is derived from it leaves in a key block only. Of a statement and its signatures the
      // token sees nothing.
      new Set(["sealed_key", "ksn", "pin_block", "message", "mac", "initial_key_id", "statement", "signature"]),
    );
  });

  test("K7 halves spliced, swapped and cut (Clulow 2003)", async () => {
    const bdk = sealedKeyOf("b0-tdes-16-x");
    const retail = sealedKeyOf("m3-tdes-16-c");
    for (const sealedKey of [bdk, retail]) {
      const [first = Buffer.alloc(0), second = Buffer.alloc(0)] = parseSealedKey(sealedKey).wrappedParts;
      const halves = (blob: Buffer) => [blob.subarray(0, 8), blob.subarray(8, 16), blob.subarray(16, 24)];
      const [check = Buffer.alloc(0), left = Buffer.alloc(0), right = Buffer.alloc(0)] = halves(second);
      const splices = [
        [second, first],
        [first, first],
        [second, second],
        [first, Buffer.concat([check, left, left])],
        [first, Buffer.concat([check, right, left])],
        [first, Buffer.concat([halves(first)[0] ?? check, left, right])],
        [first, randomBytes(24)],
      ];
      for (const parts of splices) expect(await openThroughApi(reseal(sealedKey, { parts }))).toBe(INVALID);
    }
    const [foreign = Buffer.alloc(0)] = parseSealedKey(sealedKeyOf("p0-tdes-16-d")).wrappedParts;
    expect(await openThroughApi(reseal(sealedKeyOf("p0-tdes-16-b"), { parts: [foreign] }))).toBe(INVALID);
    for (let length = 0; length < retail.length; length++) {
      expect(await openThroughApi(retail.subarray(0, length))).toMatch(/SEALED_KEY_INVALID|REQUEST_INVALID/);
    }
  });

  test("K7 keys that are weaker than their length: K1=K2, K2=K3, K1=K3, weak, semi-weak, zero, short", () => {
    const [a, b] = ["0123456789abcdef", "fedcba9876543210"];
    // The same DES keys with other parity bits.
    const [aParity, bParity] = ["0022446688aaccee", "ffddbb9977553311"];
    const weak = ["0101010101010101", "fefefefefefefefe", "1f1f1f1f0e0e0e0e", "e0e0e0e0f1f1f1f1"];
    const semiWeak = ["011f011f010e010e", "01e001e001f101f1", "e0fee0fef1fef1fe", "1ffe1ffe0efe0efe"];
    const refused = [
      ["K1=K2", a + a],
      ["K1=K2 but for parity", a + aParity],
      ["K1=K2, triple", a + a + b],
      ["K2=K3", a + b + b],
      ["K2=K3 but for parity", a + b + bParity],
      ["K1=K3", a + b + a],
      ["zero", "00".repeat(16)],
      ...[...weak, ...semiWeak].flatMap((half) => [
        [`${half} on the left`, half + a],
        [`${half} on the right`, a + half],
      ]),
    ] as const;
    const make = (hex: string, keyLength: number): void => {
      const draft = completeDraft({ name: "attack/weak", usage: "P0", algorithm: "TDES", modeOfUse: "B" }, keyLength);
      stack.maker.importClearKey(draft, SecretBytes.take(Buffer.from(hex, "hex")));
    };
    make(a + b, 16);
    for (const [what, hex] of refused) {
      expect([what, refusalOf(() => make(hex, hex.length / 2)).reason]).toEqual([what, "KEY_MATERIAL_INVALID"]);
    }
    for (const length of [1, 8, 10, 15, 17, 23, 25, 32]) {
      const hex = randomBytes(length).toString("hex");
      expect(refusalOf(() => make(hex, length)).reason).toBe("KEY_MATERIAL_INVALID");
      expect(refusalOf(() => make(hex, 16)).reason).toBe("KEY_MATERIAL_INVALID");
    }
  });

  test("K8 10,000 random blobs as sealed keys: none opens (Bond 2001)", async () => {
    const valid = sealedKeyOf("p0-tdes-16-b");
    const attempts = Array.from({ length: 10_000 }, (_, round) => {
      if (round % 4 === 0) return randomBytes(valid.length);
      if (round % 4 === 1) return reseal(valid, { parts: [randomBytes(24)], seal: randomBytes(16) });
      if (round % 4 === 2) return reseal(valid, { parts: [randomBytes(24)] });
      return reseal(valid, { seal: randomBytes(16) });
    });
    const outcomes = await stack.engine.executeMany(attempts.map((sealedKey) => ({ kind: "openSealedKey", sealedKey })));
    const refused = { kind: "refused", reason: "SEALED_KEY_INVALID" };
    expect(outcomes.filter((outcome) => JSON.stringify(outcome) !== JSON.stringify(refused))).toEqual([]);
  });

  test("K11 one answer for every fault of a sealed key, however late it is found (Bardou 2012)", async () => {
    const valid = sealedKeyOf("p0-aes-16-b");
    const malformed = [randomBytes(8), Buffer.concat([valid, Buffer.alloc(1)]), valid.subarray(0, 40)];
    const wronglySealed = [
      reseal(valid, { seal: randomBytes(16) }),
      reseal(valid, { parts: [randomBytes(24)] }),
      reseal(valid, { header: { name: "attack/other" } }),
    ];
    const refuse = (sealedKey: Buffer) => errorOf(stack.server.client.getKey({ key: bySealedKey(sealedKey) }));
    for (const faults of [malformed, wronglySealed]) {
      const errors = await Promise.all(faults.map(refuse));
      expect(new Set(errors.map(wireOf)).size).toBe(1);
      expect(errors[0]).toMatchObject({ code: "INVALID_ARGUMENT", reason: "SEALED_KEY_INVALID" });
    }
  });

  test("no key material is in a sealed key", () => {
    expect(holdsMaterial(Buffer.concat(MATERIALS))).toBe(true);
    for (const sealedKey of sealedKeys.values()) expect(holdsMaterial(sealedKey)).toBe(false);
  });
});
