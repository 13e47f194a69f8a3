import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SecretBytes } from "../../src/base/index.js";
import { type OpensslDes, opensslDes, SCHEDULE_LENGTH } from "../../src/engine/openssl-des.js";
import { OpensslTdes, opensslSingleDes } from "../../src/engine/openssl-tdes.js";
import { SoftwareTdes, softwareDes } from "../../src/engine/software-cipher.js";

/** The Node that the tests run on gives it. */
function loaded(): OpensslDes {
  const des = opensslDes();
  if (des === undefined) throw new Error("OpenSSL's DES is not there.");
  return des;
}

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length }).map((array) => Buffer.from(array));
const blocks = fc.integer({ min: 1, max: 40 }).chain((count) => bytes(8 * count));

describe("DES by OpenSSL's functions", () => {
  it("is what Node's cipher objects compute, for every key and every number of blocks", () => {
    fc.assert(
      fc.property(fc.oneof(bytes(8), bytes(16)), blocks, (key, message) => {
        using direct = new OpensslTdes(loaded(), key);
        using objects = key.length === 8 ? SoftwareTdes.ofSingleLength(key) : SoftwareTdes.ofDoubleLength(key);
        expect(direct.encryptEcb(message)).toEqual(objects.encryptEcb(message));
        expect(direct.decryptEcb(message)).toEqual(objects.decryptEcb(message));
        expect(direct.cbcResidue(message)).toEqual(objects.cbcResidue(message));
      }),
    );
  });

  it("is the same in one step of a derivation", () => {
    const des = opensslSingleDes(loaded());
    fc.assert(
      fc.property(bytes(8), bytes(8), (key, block) => {
        expect(Buffer.from(des.encrypt(key, block))).toEqual(softwareDes.encrypt(key, block));
      }),
    );
  });

  it("works on views into larger memory, and writes nothing beside them", () => {
    const memory = Buffer.alloc(64, 0xee);
    using direct = new OpensslTdes(loaded(), Buffer.alloc(16, 7));
    direct.encryptEcb(Buffer.alloc(24, 5).subarray(8, 16), memory.subarray(16, 24));
    expect(memory.subarray(0, 16)).toEqual(Buffer.alloc(16, 0xee));
    expect(memory.subarray(24)).toEqual(Buffer.alloc(40, 0xee));
    expect(memory.subarray(16, 24)).toEqual(SoftwareTdes.ofDoubleLength(Buffer.alloc(16, 7)).encryptEcb(Buffer.alloc(8, 5)));
  });

  it.each([0, 7, 9, 15, 24])("takes no message of %d bytes but whole blocks, and no key of another length", (length) => {
    const message = Buffer.alloc(length === 24 ? 25 : length);
    using direct = new OpensslTdes(loaded(), Buffer.alloc(16));
    expect(() => direct.encryptEcb(message)).toThrow(RangeError);
    expect(() => direct.decryptEcb(message)).toThrow(RangeError);
    expect(() => direct.cbcResidue(message)).toThrow(RangeError);
    expect(() => new OpensslTdes(loaded(), Buffer.alloc(length))).toThrow(RangeError);
  });

  it("writes into no memory of the wrong length", () => {
    const des = loaded();
    const [block, schedule] = [Buffer.alloc(8), Buffer.alloc(SCHEDULE_LENGTH)];
    const both = { left: schedule, right: schedule };
    expect(() => des.prepare(block, Buffer.alloc(SCHEDULE_LENGTH - 1))).toThrow(RangeError);
    expect(() => des.prepare(Buffer.alloc(7), schedule)).toThrow(RangeError);
    expect(() => des.encryptBlock(block, Buffer.alloc(7), schedule)).toThrow(RangeError);
    expect(() => des.ecb("encrypt", Buffer.alloc(16), block, both)).toThrow(RangeError);
    expect(() => des.cbc(Buffer.alloc(16), block, both)).toThrow(RangeError);
    expect(() => des.cbcResidue(Buffer.alloc(16), Buffer.alloc(16), schedule)).toThrow(RangeError);
    expect(() => des.ecb("encrypt", block, block, { left: schedule, right: Buffer.alloc(8) })).toThrow(RangeError);
  });

  it("leaves nothing of the key once it is wiped: what it then computes is of another key", () => {
    const key = SecretBytes.take(Buffer.from("0123456789abcdeffedcba9876543210", "hex"));
    const cipher = new OpensslTdes(loaded(), key.expose());
    const before = cipher.encryptEcb(Buffer.alloc(8));
    cipher.wipe();
    expect(cipher.encryptEcb(Buffer.alloc(8))).not.toEqual(before);
  });
});
