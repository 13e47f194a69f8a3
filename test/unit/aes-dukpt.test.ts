import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SecretBytes } from "../../src/base/index.js";
import {
  AES_DUKPT_TYPES,
  AES_WORKING_KEY_USAGES,
  DUKPT_KEY_TYPES,
  type DukptKeyType,
  executeAesDukptPlan,
  executeAesDukptPlanFromInitialKey,
  isWorkingKeyAllowed,
  type KeyDeriver,
  parseAesKsn,
  planAesDukpt,
} from "../../src/dukpt/index.js";
import * as reference from "../reference/aes-dukpt.js";
import { refusalOf } from "../support/refusals.js";
import { SoftwareKeyDeriver } from "../support/software-key-deriver.js";

const ID = "1234567890123456";

function ksnBytes(counter: number, id = ID): Buffer {
  return Buffer.concat([Buffer.from(id, "hex"), Buffer.from(counter.toString(16).padStart(8, "0"), "hex")]);
}

const ones = (counter: number): number => counter.toString(2).replaceAll("0", "").length;
const hexOf = (length: number): fc.Arbitrary<string> =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((bytes) => Buffer.from(bytes).toString("hex").toUpperCase());
const anyCounter = fc.integer({ min: 1, max: 0xffff_ffff }).filter((counter) => ones(counter) <= 16);

/** Usage and key type, as the reference names them. */
const USAGE_CODES = ["1000", "2000", "2001", "2002", "3000", "3001", "3002", "0002"];
const referenceType = (type: DukptKeyType): string =>
  type.replace("TDES_2KEY", "2TDEA").replace("TDES_3KEY", "3TDEA").replace("_", "");

describe("an AES KSN", () => {
  it("is taken apart into identification and counter, and copied", () => {
    fc.assert(
      fc.property(hexOf(8), anyCounter, (id, counter) => {
        const bytes = ksnBytes(counter, id);
        const ksn = parseAesKsn(bytes);
        bytes.fill(0);
        expect(ksn.bytes).toEqual(ksnBytes(counter, id));
        expect(ksn.initialKeyId.toString("hex").toUpperCase()).toBe(id);
        expect(ksn.counter).toBe(counter);
      }),
    );
  });

  it.each([1, 0xffff, 0x1_0000, 0x8000_0000, 0xfffe_4000, 0xffff_0000])("with counter %i is taken", (counter) => {
    expect(parseAesKsn(ksnBytes(counter)).counter).toBe(counter);
  });

  it.each([0, 0x1_ffff, 0xffff_0001, 0xffff_8000, 0xffff_ffff])("with counter %i is refused", (counter) => {
    expect(refusalOf(() => parseAesKsn(ksnBytes(counter), "source.ksn"))).toMatchObject({
      reason: "KSN_INVALID",
      field: "source.ksn",
    });
  });

  it("above the largest counter is always refused", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0xffff_0001, max: 0xffff_ffff }), (counter) => {
        expect(refusalOf(() => parseAesKsn(ksnBytes(counter))).reason).toBe("KSN_INVALID");
      }),
    );
  });

  it.each([0, 8, 10, 11, 13, 24])("of %i bytes is refused", (length) => {
    expect(refusalOf(() => parseAesKsn(Buffer.alloc(length, 1))).reason).toBe("KSN_INVALID");
  });
});

describe("an AES DUKPT plan", () => {
  it("names the way: one intermediate key for each one-bit, from the highest, the last at the counter itself", () => {
    fc.assert(
      fc.property(anyCounter, (counter) => {
        const { intermediate } = planAesDukpt("AES_128", parseAesKsn(ksnBytes(counter)), "pinEncryption", "AES_128");
        const path = intermediate.map(({ counterSoFar }) => counterSoFar);
        expect(path).toHaveLength(ones(counter));
        expect(path.at(-1)).toBe(counter);
        expect(path).toEqual([...path].sort((left, right) => left - right));
        for (const [index, soFar] of path.entries()) expect(ones(soFar)).toBe(index + 1);
      }),
    );
  });

  it("shares the beginning of the way with other transactions of the device", () => {
    const planOf = (counter: number) => planAesDukpt("AES_256", parseAesKsn(ksnBytes(counter)), "pinEncryption", "AES_256");
    expect(planOf(0x16).intermediate.slice(0, 2)).toEqual(planOf(0x15).intermediate.slice(0, 2));
  });

  it.each(AES_DUKPT_TYPES)("has blocks for the whole of an %s, and takes no more than it needs", (type) => {
    const plan = planAesDukpt(type, parseAesKsn(ksnBytes(5)), "pinEncryption", type);
    const length = Number(type.slice(4)) / 8;
    for (const step of [plan.initialKey, plan.workingKey, ...plan.intermediate.map((entry) => entry.step)]) {
      expect(step.keyLength).toBe(length);
      expect(step.data).toHaveLength(length > 16 ? 32 : 16);
    }
  });

  it("gives every usage, key type and device another working key", () => {
    const plans = AES_WORKING_KEY_USAGES.flatMap((usage) =>
      DUKPT_KEY_TYPES.flatMap((type) =>
        ["0", "1"].map((device) => planAesDukpt("AES_256", parseAesKsn(ksnBytes(1, `123456789012345${device}`)), usage, type)),
      ),
    );
    const data = plans.map((plan) => plan.workingKey.data.toString("hex"));
    expect(new Set(data).size).toBe(8 * 8 * 2);
  });

  it("never has a working key stronger than the BDK", () => {
    const allowed = AES_DUKPT_TYPES.map((bdk) => DUKPT_KEY_TYPES.filter((type) => isWorkingKeyAllowed(bdk, type)));
    expect(allowed).toEqual([
      ["TDES_2KEY", "TDES_3KEY", "AES_128", "HMAC_128"],
      ["TDES_2KEY", "TDES_3KEY", "AES_128", "AES_192", "HMAC_128", "HMAC_192"],
      [...DUKPT_KEY_TYPES],
    ]);
    const ksn = parseAesKsn(ksnBytes(1));
    expect(() => planAesDukpt("AES_128", ksn, "pinEncryption", "AES_192")).toThrow(RangeError);
    expect(() => planAesDukpt("AES_192", ksn, "macGeneration", "HMAC_256")).toThrow(RangeError);
  });
});

describe("an executed AES DUKPT plan", () => {
  it("agrees with the reference for any BDK, device, counter, usage and key type", () => {
    const anyBdk = fc
      .constantFrom(...AES_DUKPT_TYPES)
      .chain((type) => fc.tuple(fc.constant(type), hexOf(Number(type.slice(4)) / 8)));
    const anyUsage = fc.nat(AES_WORKING_KEY_USAGES.length - 1);
    fc.assert(
      fc.property(
        anyBdk,
        hexOf(8),
        anyCounter,
        anyUsage,
        fc.constantFrom(...DUKPT_KEY_TYPES),
        ([bdkType, bdk], id, counter, usage, type) => {
          fc.pre(isWorkingKeyAllowed(bdkType, type));
          const plan = planAesDukpt(
            bdkType,
            parseAesKsn(ksnBytes(counter, id)),
            AES_WORKING_KEY_USAGES[usage] ?? "macBoth",
            type,
          );
          const deriver = new SoftwareKeyDeriver();
          const key = executeAesDukptPlan(plan, SecretBytes.take(Buffer.from(bdk, "hex")), deriver);
          const initial = reference.initialKey(bdk, id);
          const expected = reference.workingKey(initial, id, BigInt(counter), USAGE_CODES[usage] ?? "", referenceType(type));
          expect(key.expose().toString("hex").toUpperCase()).toBe(expected);
          const fromInitialKey = executeAesDukptPlanFromInitialKey(
            plan,
            SecretBytes.take(Buffer.from(initial, "hex")),
            deriver,
          );
          expect(fromInitialKey.expose()).toEqual(key.expose());
        },
      ),
      { numRuns: 60 },
    );
  });

  const plan = planAesDukpt("AES_128", parseAesKsn(ksnBytes(0x155)), "pinEncryption", "AES_128");
  const bdk = (): SecretBytes => SecretBytes.take(Buffer.alloc(16, 0x57));

  it("leaves the BDK and the working key, and destroys each of the others once", () => {
    const [deriver, parent] = [new SoftwareKeyDeriver(), bdk()];
    const working = executeAesDukptPlan(plan, parent, deriver);
    expect(deriver.alive).toEqual([working]);
    expect(deriver.destroyed).toHaveLength(1 + ones(0x155));
    expect(new Set(deriver.destroyed).size).toBe(deriver.destroyed.length);
    expect(deriver.made.map(({ role }) => role)).toEqual([...Array(6).fill("intermediate"), "working"]);
    expect(parent.expose()).toEqual(Buffer.alloc(16, 0x57));
  });

  it("leaves an initial key that is the caller's", () => {
    const [deriver, initialKey] = [new SoftwareKeyDeriver(), bdk()];
    executeAesDukptPlanFromInitialKey(plan, initialKey, deriver);
    expect(deriver.destroyed).toHaveLength(ones(0x155));
    expect(initialKey.expose()).toEqual(Buffer.alloc(16, 0x57));
  });

  it.each([1, 2, 4, 7])("leaves nothing when derivation %i fails", (failing) => {
    const inner = new SoftwareKeyDeriver();
    const deriver: KeyDeriver<SecretBytes> = {
      derive: (parent, step, role) => {
        if (inner.made.length + 1 === failing) throw new Error("gone");
        return inner.derive(parent, step, role);
      },
      destroy: (key) => inner.destroy(key),
    };
    expect(() => executeAesDukptPlan(plan, bdk(), deriver)).toThrow("gone");
    expect(inner.made).toHaveLength(failing - 1);
    expect(inner.alive).toEqual([]);
  });

  it("destroys the rest when one key resists, and says so", () => {
    const inner = new SoftwareKeyDeriver();
    const resisting = 3;
    const deriver: KeyDeriver<SecretBytes> = {
      derive: (parent, step, role) => inner.derive(parent, step, role),
      destroy: (key) => {
        if (inner.made[resisting]?.key === key) throw new Error("resists");
        inner.destroy(key);
      },
    };
    expect(() => executeAesDukptPlan(plan, bdk(), deriver)).toThrow("resists");
    const others = inner.made.filter(({ role }, index) => role === "intermediate" && index !== resisting);
    expect(new Set(inner.destroyed)).toEqual(new Set(others.map(({ key }) => key)));
  });
});
