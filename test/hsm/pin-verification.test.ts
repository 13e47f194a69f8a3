import { afterAll, describe, expect, test } from "vitest";
import type { CommandKey, VerifyPinCommand } from "../../src/engine/index.js";
import type { Ibm3624Parameters, KeyHeaderDraft } from "../../src/keyblock/index.js";
import { type PinBlockFormat, parsePan } from "../../src/pin/index.js";
import * as aesDukpt from "../reference/aes-dukpt.js";
import { aes, tdes } from "../reference/block-ciphers.js";
import { encipherBlock } from "../reference/pin-blocks.js";
import { naturalPin, offsetFor, pvv as referencePvv, validationData } from "../reference/pin-verification.js";
import * as tdesDukpt from "../reference/tdes-dukpt.js";
import { draftOf } from "../support/key-headers.js";
import { refusalOf } from "../support/refusals.js";
import { loadVectors, type VectorEntry } from "../support/vectors.js";
import { bdkDraft, EngineFixture, pinDraft, shown } from "./support/engine-fixture.js";

const fixture = new EngineFixture();
const counts = { vectors: 0, verified: 0, mismatched: 0 };

afterAll(() => {
  process.stdout.write(
    `PIN verification on the token: ${counts.vectors} cases of vectors; ${counts.verified} PINs verified, ${counts.mismatched} not\n`,
  );
});

const ZONE_KEY = "DDDDEEEEFFFFAAAABBBBCCCCDDDDEEEE";
const AES_KEY = "000102030405060708090A0B0C0D0E0F";
const TDES_BDK = "0123456789ABCDEFFEDCBA9876543210";
const TDES_KSN = "FFFF9876543210E00008";
const AES_BDK = "FEDCBA9876543210F1F1F1F1F1F1F1F1";
const AES_ID = "1234567890123456";
const RANDOM = "2F69ADDE2E9E7ACE";

const aesBdkDraft = (pin: "AES_128" | "TDES_2KEY"): KeyHeaderDraft =>
  draftOf({
    usage: "B0",
    algorithm: "AES",
    modeOfUse: "X",
    dukptType: "AES_128",
    dukptWorkingKeys: { pin },
  });

/** One way for a PIN to arrive. */
interface Way {
  readonly name: string;
  readonly format: PinBlockFormat;
  key(): CommandKey;
  /** The block as the terminal makes it. */
  block(pin: string, pan: string): string | undefined;
}

const aesWorkingKey = (keyType: string): string =>
  aesDukpt.workingKey(aesDukpt.initialKey(AES_BDK, AES_ID), AES_ID, 3n, "1000", keyType);

const WAYS: readonly Way[] = [
  {
    name: "a TDES key",
    format: 0,
    key: () => ({ sealedKey: fixture.import(pinDraft("TDES", 16, "D"), ZONE_KEY) }),
    block: (pin, pan) => encipherBlock(0, tdes(ZONE_KEY), pin, pan, ""),
  },
  {
    name: "an AES key",
    format: 4,
    key: () => ({ sealedKey: fixture.import(pinDraft("AES", 16, "D"), AES_KEY) }),
    block: (pin, pan) => encipherBlock(4, aes(AES_KEY), pin, pan, RANDOM),
  },
  {
    name: "TDES DUKPT",
    format: 0,
    key: () => ({ sealedKey: fixture.import(bdkDraft(), TDES_BDK), ksn: Buffer.from(TDES_KSN, "hex") }),
    block: (pin, pan) => {
      const key = tdesDukpt.workingKey(tdesDukpt.initialKey(TDES_BDK, TDES_KSN), TDES_KSN, "pin");
      return encipherBlock(0, tdes(key), pin, pan, "");
    },
  },
  {
    name: "AES DUKPT with AES working keys",
    format: 4,
    key: () => ({
      sealedKey: fixture.import(aesBdkDraft("AES_128"), AES_BDK),
      ksn: Buffer.from(`${AES_ID}00000003`, "hex"),
    }),
    block: (pin, pan) => encipherBlock(4, aes(aesWorkingKey("AES128")), pin, pan, RANDOM),
  },
  {
    name: "AES DUKPT with TDES working keys",
    format: 0,
    key: () => ({
      sealedKey: fixture.import(aesBdkDraft("TDES_2KEY"), AES_BDK),
      ksn: Buffer.from(`${AES_ID}00000003`, "hex"),
    }),
    block: (pin, pan) => encipherBlock(0, tdes(aesWorkingKey("2TDEA")), pin, pan, ""),
  },
];

function commandOf(way: Way, pin: string, pan: string, method: VerifyPinCommand["method"]): VerifyPinCommand {
  const pinBlock = Buffer.from(way.block(pin, pan) ?? "", "hex");
  return { kind: "verifyPin", source: { key: way.key(), format: way.format, pinBlock }, pan: parsePan(pan), method };
}

async function verify(way: Way, pin: string, pan: string, method: VerifyPinCommand["method"]): Promise<boolean | string> {
  const outcome = await fixture.execute(commandOf(way, pin, pan, method));
  if (outcome.kind !== "verifyPin") return shown(outcome);
  counts[outcome.verified ? "verified" : "mismatched"]++;
  return outcome.verified;
}

const pvvKey = (hex: string, modeOfUse: "C" | "G" | "V" = "V"): CommandKey => ({
  sealedKey: fixture.import(draftOf({ usage: "V2", modeOfUse }), hex),
});

const offsetKey = (hex: string, ibm3624: Ibm3624Parameters): CommandKey => ({
  sealedKey: fixture.import(draftOf({ usage: "V1", modeOfUse: "V", ibm3624 }), hex),
});

/** A PIN of the same length whose first digit is another. */
const wrong = (pin: string): string => String((Number(pin.slice(0, 1)) + 1) % 10) + pin.slice(1);

const ENTRIES = loadVectors("pin-verification");
const ways = (entries: readonly VectorEntry[]) =>
  entries.flatMap((entry) => WAYS.map((way) => [entry.id, way.name, entry, way] as const));

describe("published PVVs", () => {
  const entries = ENTRIES.filter((entry) => entry.text("method") === "Visa PVV");
  test.each(ways(entries))("%s under %s", async (_id, _name, entry, way) => {
    const [pan, pin, pvv] = [entry.text("pan"), entry.text("pin"), entry.text("pvv")];
    const method = { kind: "visaPvv", key: pvvKey(entry.text("pvk")), pvki: entry.number("pvki"), pvv } as const;
    expect(await verify(way, pin, pan, method)).toBe(true);
    expect(await verify(way, wrong(pin), pan, method)).toBe(false);
    expect(await verify(way, pin, pan, { ...method, pvv: wrong(pvv) })).toBe(false);
    counts.vectors++;
  });
});

describe("published IBM 3624 offsets", () => {
  const entries = ENTRIES.filter((entry) => entry.text("method") === "IBM 3624 PIN/offset");
  test.each(ways(entries))("%s under %s", async (_id, _name, entry, way) => {
    const [pan, pin, offset] = [entry.text("pan"), entry.text("pin"), entry.text("offset")];
    const parameters = {
      tableName: "acme",
      table: entry.text("decimalization_table"),
      panStart: entry.number("validation_offset"),
      panLength: entry.number("validation_length"),
      pad: entry.text("validation_pad"),
    };
    const method = { kind: "ibm3624", key: offsetKey(entry.text("pvk"), parameters), offset } as const;
    expect(await verify(way, pin, pan, method)).toBe(true);
    expect(await verify(way, wrong(pin), pan, method)).toBe(false);
    expect(await verify(way, pin, pan, { ...method, offset: wrong(offset) })).toBe(false);
    counts.vectors++;
  });
});

const PVK = "0123456789ABCDEFFEDCBA9876543210";
const PAN = "5432101234567890";
const TABLE: Ibm3624Parameters = { tableName: "acme", table: "0123456789012345", panStart: 0, panLength: 16, pad: "F" };

describe("PINs of every length", () => {
  const way = WAYS[0];
  if (way === undefined) throw new Error("there is no way");

  test.each([4, 5, 6, 8, 12])("of %i digits, by offset", async (length) => {
    const pin = "739105826413".slice(0, length);
    const natural = naturalPin(PVK, TABLE.table, validationData(PAN, 0, 16, "F"), length);
    const method = { kind: "ibm3624", key: offsetKey(PVK, TABLE), offset: offsetFor(natural, pin) } as const;
    expect(await verify(way, pin, PAN, method)).toBe(true);
    if (length < 12) expect(await verify(way, `${pin}0`, PAN, method)).toBe(false);
  });

  test.each([4, 6, 12])("of %i digits, by PVV: the first four count", async (length) => {
    const pin = "739105826413".slice(0, length);
    const method = { kind: "visaPvv", key: pvvKey(PVK), pvki: 3, pvv: referencePvv(PVK, PAN, "3", pin) } as const;
    expect(await verify(way, pin, PAN, method)).toBe(true);
  });
});

describe("a PIN is not verified", () => {
  const way = WAYS[0];
  if (way === undefined) throw new Error("there is no way");
  const method = (key: CommandKey) => ({ kind: "visaPvv", key, pvki: 1, pvv: "5596" }) as const;

  test("with a key that may only generate, or is none of the method's", async () => {
    expect(await verify(way, "1234", PAN, method(pvvKey(PVK, "G")))).toBe("KEY_MODE_MISMATCH");
    expect(await verify(way, "1234", PAN, method(offsetKey(PVK, TABLE)))).toBe("KEY_USAGE_MISMATCH");
    const zoneKey = { sealedKey: fixture.import(pinDraft("TDES", 16, "D"), ZONE_KEY) };
    expect(await verify(way, "1234", PAN, method(zoneKey))).toBe("KEY_USAGE_MISMATCH");
    const offset = { kind: "ibm3624", key: pvvKey(PVK), offset: "0000" } as const;
    expect(await verify(way, "1234", PAN, offset)).toBe("KEY_USAGE_MISMATCH");
  });

  test("from a block of another PAN or of noise: one answer", async () => {
    const command = commandOf(way, "1234", PAN, method(pvvKey(PVK)));
    const otherPan = { ...command, pan: parsePan("5432101234569999") };
    const noise = { ...command, source: { ...command.source, pinBlock: Buffer.alloc(8, 0x5a) } };
    expect(shown(await fixture.execute(otherPan))).toBe("PIN_BLOCK_INVALID");
    expect(shown(await fixture.execute(noise))).toBe("PIN_BLOCK_INVALID");
  });

  test("by an uneven table: no key has one", () => {
    const uneven = { ...TABLE, table: "0000000000000000" };
    expect(refusalOf(() => offsetKey(PVK, uneven)).reason).toBe("KEY_MATERIAL_INVALID");
  });
});
