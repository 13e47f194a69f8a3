import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseAesKsn } from "../../src/dukpt/index.js";
import { computeAesDukptMac, withAesPinCipher } from "../../src/engine/aes-dukpt-keys.js";
import { AesDukptTree, KEPT_DEVICES } from "../../src/engine/aes-dukpt-tree.js";
import { createKnownPart, type ObjectHandle, type OpenToken, openToken, unwrapPart } from "../../src/hsm/index.js";
import { acquireModule, type ModuleLease, plainMechanism } from "../../src/hsm/pkcs11.js";
import { TokenFault } from "../../src/hsm/token-fault.js";
import type { MacParameters } from "../../src/mac/index.js";
import { refusalOf } from "../support/refusals.js";
import { createTestToken, type TestToken } from "../support/softhsm.js";

let testToken: TestToken;
let token: OpenToken;
let lease: ModuleLease;
let bdk: ObjectHandle;

beforeAll(() => {
  testToken = createTestToken();
  token = openToken({ ...testToken, environment: "test" });
  lease = acquireModule(testToken.modulePath, testToken);
  const known = Buffer.from("FEDCBA9876543210F1F1F1F1F1F1F1F1", "hex");
  bdk = unwrapPart(token, "AES", "deriveAes", createKnownPart(token, "AES", known));
});
afterAll(() => {
  lease.release();
  token.close();
  testToken.remove();
});

const PIN_KEY = { usage: "pinEncryption", keyType: "AES_128", use: "decryptAesEcb" } as const;
const CMAC: MacParameters = { scheme: "CMAC", paddingMethod: 0, length: 8 };

function ksnOf(device: number, counter: number): Buffer {
  const ksn = Buffer.from("123456780000000000000000", "hex");
  ksn.writeUInt32BE(device, 4);
  ksn.writeUInt32BE(counter, 8);
  return ksn;
}

const treeOf = (kept?: number): AesDukptTree => new AesDukptTree(token.session, bdk, "AES_128", kept);
const countObjects = (): number => token.session.findObjects({ token: false }, 10_000).length;

function destroyTree(tree: AesDukptTree): void {
  for (const key of tree.handles) token.session.destroyObject(key);
}

/** The counters of a device's transactions: those with too many one-bits are skipped. */
const isCounter = (counter: number): boolean => counter.toString(2).replaceAll("0", "").length <= 16;

describe("derivations", () => {
  /** A transaction as `authorize` does it: the terminal's MAC, its PIN, the MAC of the response. */
  function transact(tree: AesDukptTree, ksn: Buffer): void {
    const header = { mac: CMAC, dukptWorkingKeys: { pin: "AES_128", mac: "AES_128" } } as const;
    const opened = { session: token.session, tree, header };
    computeAesDukptMac(opened, ksn, "macRequest", ksn);
    withAesPinCipher(opened, ksn, (cipher) => cipher.decryptEcb(Buffer.alloc(16)));
    computeAesDukptMac(opened, ksn, "macResponse", ksn);
  }

  /** Devices that take turns, each at a counter of its own when it is first heard. */
  function derivationsPerTransaction(kept: number, devices: number, rounds: number): number {
    const tree = treeOf(kept);
    for (let round = 0; round < rounds; round++) {
      for (let device = 1; device <= devices; device++) {
        const counter = 1000 + 37 * device + round;
        if (isCounter(counter)) transact(tree, ksnOf(device, counter));
      }
    }
    destroyTree(tree);
    return tree.derivations / (devices * rounds);
  }

  test("one way for the keys of a transaction, and one step from a device's last transaction to its next", () => {
    const [none, few, many] = [
      derivationsPerTransaction(0, 40, 5),
      derivationsPerTransaction(KEPT_DEVICES, 40, 5),
      derivationsPerTransaction(KEPT_DEVICES, 200, 2),
    ];
    process.stdout.write(
      `derivations a transaction of three keys: ${none.toFixed(1)} with nothing kept, ${few.toFixed(1)} from 40 devices, ${many.toFixed(1)} from 200\n`,
    );
    expect(none).toBeGreaterThan(20);
    expect(few).toBeLessThan(6);
    expect(many).toBeLessThan(none / 2);
  });

  test("counters in any order give the keys that they give alone", () => {
    const kept = treeOf();
    const alone = treeOf(0);
    const block = Buffer.alloc(16, 0x5a);
    for (const counter of [1, 2, 3, 0x0001_0000, 7, 0xffff_0000, 6, 6, 1, 0x8000_0001, 0x0000_ffff]) {
      const answer = (tree: AesDukptTree) =>
        withAesPinCipher(
          { session: token.session, tree, header: { dukptWorkingKeys: { pin: "AES_128" } } },
          ksnOf(9, counter),
          (cipher) => cipher.decryptEcb(block).toString("hex"),
        );
      expect([counter, answer(kept)]).toEqual([counter, answer(alone)]);
    }
    destroyTree(kept);
  });
});

describe("what is in the token", () => {
  test("nothing is left of what is not kept, and the kept keys are bounded and counted among the handles", () => {
    const before = countObjects();
    treeOf(0).withWorkingKey(parseAesKsn(ksnOf(1, 0xffff)), PIN_KEY, () => undefined);
    expect(countObjects()).toBe(before);
    const tree = treeOf(3);
    for (let device = 0; device < 20; device++) {
      tree.withWorkingKey(parseAesKsn(ksnOf(device, 0xff)), PIN_KEY, () => undefined);
      expect(countObjects()).toBe(before + tree.handles.length);
    }
    expect(tree.handles).toHaveLength(3 * 9);
    destroyTree(tree);
    expect(countObjects()).toBe(before);
  });

  test("a working key is destroyed when its work fails", () => {
    const before = countObjects();
    const work = () => {
      throw new RangeError("work");
    };
    expect(() => treeOf(0).withWorkingKey(parseAesKsn(ksnOf(1, 3)), PIN_KEY, work)).toThrow("work");
    expect(countObjects()).toBe(before);
  });

  test("derived keys are sensitive, stay in the token, and have one use and one mechanism", () => {
    const tree = treeOf();
    const names = ["sensitive", "extractable", "encrypt", "decrypt", "sign", "derive", "wrap", "allowedMechanisms"] as const;
    const locked = { sensitive: true, extractable: false, encrypt: false, sign: false, wrap: false };
    tree.withWorkingKey(parseAesKsn(ksnOf(1, 5)), PIN_KEY, (key) => {
      expect(Object.fromEntries(token.session.readAttributes(key, names))).toEqual({
        ...locked,
        decrypt: true,
        derive: false,
        allowedMechanisms: ["AES_ECB"],
      });
    });
    for (const key of tree.handles) {
      expect(Object.fromEntries(token.session.readAttributes(key, names))).toEqual({
        ...locked,
        decrypt: false,
        derive: true,
        allowedMechanisms: ["AES_ECB_ENCRYPT_DATA"],
      });
    }
    destroyTree(tree);
  });

  test("neither the BDK nor what derives from it enciphers for somebody with a session", () => {
    const tree = treeOf();
    tree.withWorkingKey(parseAesKsn(ksnOf(1, 5)), PIN_KEY, () => undefined);
    for (const key of [bdk, ...tree.handles]) {
      for (const call of ["C_EncryptInit", "C_DecryptInit", "C_SignInit"] as const) {
        const session = lease.library.C_OpenSession(token.token.slot, 0x4);
        const mechanism = plainMechanism(call === "C_SignInit" ? "AES_CMAC" : "AES_ECB");
        expect(() => lease.library[call](session, mechanism, key)).toThrow();
        lease.library.C_CloseSession(session);
      }
    }
    destroyTree(tree);
  });

  test("a key that cannot be destroyed ends the session", () => {
    const other = openToken({ ...testToken, environment: "test" });
    const parent = unwrapPart(other, "AES", "deriveAes", createKnownPart(other, "AES", Buffer.alloc(16, 3)));
    const tree = new AesDukptTree(other.session, parent, "AES_128", 0);
    const work = (key: ObjectHandle) => other.session.destroyObject(key);
    expect(() => tree.withWorkingKey(parseAesKsn(ksnOf(1, 1)), PIN_KEY, work)).toThrow(TokenFault);
    expect(other.session.isBroken).toBe(true);
    other.close();
  });
});

test("a KSN is asked for, and must be a transaction's", () => {
  const opened = { session: token.session, tree: treeOf(0), header: { dukptWorkingKeys: { pin: "AES_128" } } } as const;
  expect(refusalOf(() => withAesPinCipher(opened, undefined, () => undefined)).reason).toBe("KSN_REQUIRED");
  for (const ksn of [Buffer.alloc(10, 1), ksnOf(1, 0), ksnOf(1, 0x1_ffff)]) {
    expect(refusalOf(() => withAesPinCipher(opened, ksn, () => undefined)).reason).toBe("KSN_INVALID");
  }
  expect(refusalOf(() => computeAesDukptMac(opened, ksnOf(1, 1), "macRequest", ksnOf(1, 1))).reason).toBe("KEY_USAGE_MISMATCH");
});
