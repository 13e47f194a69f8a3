import { randomBytes } from "node:crypto";
import { inspect } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { EngineCommand, EngineOutcome } from "../../src/engine/index.js";
import { encodeSealedKeyBody, finishSealedKey, parseSealedKey } from "../../src/keyblock/index.js";
import { parsePan } from "../../src/pin/index.js";
import { errorOf, type SeenError, type TestClient } from "../grpc/support/clients.js";
import {
  byName,
  bySealedKey,
  deriveInitialKeyRequest,
  exportKeyRequest,
  importKeyRequest,
  signOnRequest,
  verifyPinRequest,
} from "../grpc/support/requests.js";
import { tdes } from "../reference/block-ciphers.js";
import { referenceSubject as reference } from "../reference/index.js";
import { panField } from "../reference/pin-blocks.js";
import { type AttackStack, startAttackStack } from "./support/attack-stack.js";
import { EVERY_KIND, type KnownKey, kindNamed } from "./support/key-kinds.js";
import { API_FIELDS, API_METHODS } from "./support/schema.js";
import { FORMATS, type Format, fromHex, NONE, sourceBlock, upperHex } from "./support/terminal.js";
import { wireOf } from "./support/wire.js";

const PIN = "7391";
const PAN = "4012345678909";
const OTHER_PAN = "5432101234567893";
const TDES_KEY = kindNamed("p0-tdes-16-b");
const TDES_TARGET = kindNamed("p0-tdes-24-b");
const AES_KEY = kindNamed("p0-aes-16-b");
const FORMAT_NUMBERS = [0, 1, 2, 3, 4] as const;

let stack: AttackStack;
let client: TestClient;

beforeAll(async () => {
  stack = await startAttackStack();
  client = stack.client;
  for (const { draft, material } of EVERY_KIND) await stack.addKey(draft, material);
});

afterAll(() => stack.stop());
beforeEach(() => {
  stack.engine.commands.length = 0;
});

const keyFor = (format: Format): KnownKey => (format === 4 ? AES_KEY : TDES_KEY);

function translation(from: Format, to: Format, pan = PAN, blockPan = PAN) {
  return {
    source: sourceBlock(keyFor(from), from, PIN, blockPan),
    target: { key: byName((to === 4 ? AES_KEY : TDES_TARGET).draft.name), format: FORMATS[to] },
    pan,
  };
}

/** The answer: a PIN block, or the error. */
async function ask(request: ReturnType<typeof translation>): Promise<Buffer | SeenError> {
  try {
    return (await client.translatePin(request)).pinBlock;
  } catch (error) {
    return errorOf(Promise.reject(error));
  }
}

describe("functions that pinmac does not have", () => {
  test("P1 decimalisation table attack (Bond and Zielinski 2003): no request has such a field", () => {
    const forbidden = /dec(?:imal)?(?:is|iz)?|table|validation|natural|ibm|3624/i;
    const found = API_FIELDS.filter(({ name }) => forbidden.test(name) && name !== "decoded");
    const requests = found.filter(({ direction }) => direction === "request").map(({ method, path }) => `${method} ${path}`);
    // The message that holds key and offset; table and rule are the key's, which its seal covers.
    expect(requests).toEqual(["VerifyPin ibm_3624_offset"]);
    const inOffset = API_FIELDS.filter(({ path }) => /^ibm_3624_offset\.\w+$/.test(path)).map(({ name }) => name);
    expect(inOffset).toEqual(["key", "offset"]);
    // Answers name a table. That it is the name and not the digits is the next test's.
    expect(new Set(found.filter(({ direction }) => direction === "response").map(({ name }) => name))).toEqual(
      new Set(["decimalization_table"]),
    );
  });

  test("P1 a key shows the name of its table and not the table; with another table its seal does not hold", async () => {
    const { draft } = kindNamed("v1-tdes-16-v");
    const { key } = await client.getKey({ key: byName(draft.name) });
    expect(key?.decimalizationTable).toBe(draft.ibm3624?.tableName);
    expect(inspect(key, { depth: null })).not.toContain(draft.ibm3624?.table);
    const { sealedKey } = await stack.server.register.get(draft.name);
    const { header, wrappedParts, cmac } = parseSealedKey(sealedKey);
    if (header.ibm3624 === undefined) throw new Error("The key has no table.");
    const ibm3624 = { ...header.ibm3624, table: "1123456789012345" };
    const changed = finishSealedKey(encodeSealedKeyBody({ ...header, ibm3624 }, wrappedParts), cmac);
    expect(await errorOf(client.getKey({ key: bySealedKey(changed) }))).toMatchObject({ reason: "SEALED_KEY_INVALID" });
  });

  test("P5 calculated offsets and check values (Clulow 2003, Berkman and Ostrovsky 2007): verified, never computed", () => {
    expect(API_METHODS).toEqual([
      "Authorize",
      "AuthorizeStream",
      "ChangeKeyState",
      "DeriveInitialKey",
      "ExportKey",
      "GenerateMac",
      "GetDevice",
      "GetKey",
      "ImportKey",
      "ListKeys",
      "SignOn",
      "TranslatePin",
      "VerifyMac",
      "VerifyPin",
    ]);
    const forbidden = /offset|pvv|pvki|cvv|cvc|csc|clear|plain|^pin$|new_pin|pin_digits/i;
    const found = API_FIELDS.filter(({ name }) => forbidden.test(name));
    // Of Authorize: a position in a message. All others are what the issuer holds already, and is sent.
    expect(found.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "VerifyPin visa_pvv",
      "VerifyPin visa_pvv.pvv",
      "VerifyPin ibm_3624_offset",
      "VerifyPin ibm_3624_offset.offset",
      "Authorize generate_mac.pin_block.offset",
      "AuthorizeStream request.generate_mac.pin_block.offset",
    ]);
    expect(found.filter(({ direction }) => direction === "response")).toEqual([]);
    const answer = API_FIELDS.filter(
      ({ method, direction, path }) => method === "VerifyPin" && direction === "response" && !path.includes("."),
    );
    expect(answer.map(({ name, type }) => `${name} ${type}`)).toEqual([
      "verified TYPE_BOOL",
      "source_key TYPE_MESSAGE",
      "verification_key TYPE_MESSAGE",
    ]);
  });

  test("P4 no method enciphers a PIN or block of the caller's choice", () => {
    const bytes = API_FIELDS.filter(({ type, direction }) => type === "TYPE_BYTES" && direction === "response");
    // field_62 holds keys that the service drew itself; initial_key_id names a device.
    expect(new Set(bytes.map(({ name }) => name))).toEqual(
      new Set(["pin_block", "mac", "sealed_key", "field_62", "initial_key_id"]),
    );
    const pans = API_FIELDS.filter(({ name }) => /^pan|_pan/.test(name)).map(({ method, path }) => `${method} ${path}`);
    expect(pans.toSorted()).toEqual([
      "Authorize translate_pin.pan",
      "AuthorizeStream request.translate_pin.pan",
      "TranslatePin pan",
      "VerifyPin pan",
    ]);
  });

  test("P5 what issues keys or verifies PINs is switched off unless the configuration says otherwise", async () => {
    const calls = [
      client.verifyPin(verifyPinRequest()),
      client.importKey(importKeyRequest()),
      client.exportKey(exportKeyRequest()),
      client.changeKeyState({ statement: Buffer.alloc(0), approvals: [] }),
      client.signOn(signOnRequest()),
      client.deriveInitialKey(deriveInitialKeyRequest()),
    ];
    for (const error of await Promise.all(calls.map(errorOf))) {
      expect(error).toMatchObject({ code: "FAILED_PRECONDITION", reason: "OPERATION_DISABLED" });
    }
    expect(stack.engine.commands).toEqual([]);
  });
});

/** The PAN with another digit where format 0 covers the third PIN digit: the first digit of the account number field. */
function modifyPan(pan: string, difference: number): string {
  const at = pan.length - 13;
  const digit = Number(pan[at]) ^ difference;
  return digit > 9 ? "" : pan.slice(0, at) + digit + pan.slice(at + 1);
}

/** The PIN digits that give exactly these answers, when the digit is legal exactly for the differences accepted. */
function candidates(accepted: ReadonlyMap<number, boolean>): readonly number[] {
  const fits = (digit: number) => [...accepted].every(([difference, yes]) => (digit ^ difference) <= 9 === yes);
  return Array.from({ length: 10 }, (_, digit) => digit).filter(fits);
}

async function attackWithModifiedPans(format: Format, pan: string) {
  const refusals: SeenError[] = [];
  const accepted = new Map<number, boolean>();
  for (let difference = 0; difference < 16; difference++) {
    const modified = modifyPan(pan, difference);
    if (modified === "") continue;
    const answer = await ask(translation(format, 0, modified, pan));
    accepted.set(difference, Buffer.isBuffer(answer));
    if (!Buffer.isBuffer(answer)) refusals.push(answer);
  }
  expect(accepted.size).toBe(10);
  return { refusals, accepted };
}

describe("P2 PAN modification (Clulow 2003)", () => {
  const identical = (refusals: readonly SeenError[]) => {
    expect(refusals[0]?.code).toBe("INVALID_ARGUMENT");
    expect(new Set(refusals.map(wireOf)).size).toBe(1);
  };

  /**
   * What holds: ten PANs with one format 0 block give refusals that are the same byte for byte, so that nothing but "accepted" and
   * "refused" is learned. What does not hold yet: that alone narrows one PIN digit to few, because one block may be tried with many
   * PANs. Only a bound on refusals, or a memory of the PAN of each block, ends it. The last expectation states that weakness; it must be
   * turned round when there is such a bound.
   */
  test("P2 format 0: refusals are alike in status, message and trailers", async () => {
    const { refusals, accepted } = await attackWithModifiedPans(0, OTHER_PAN);
    identical(refusals);
    expect(accepted.get(0)).toBe(true);
    const possible = candidates(accepted);
    expect(possible).toContain(Number(PIN[2]));
    // Not covered yet: see above.
    expect(possible.length).toBeLessThan(10);
  });

  test("P2 format 4: no other PAN is accepted, nothing is learned", async () => {
    const { refusals, accepted } = await attackWithModifiedPans(4, OTHER_PAN);
    expect(refusals).toHaveLength(9);
    identical(refusals);
    expect([...accepted].filter(([, yes]) => yes)).toEqual([[0, true]]);
  });

  test("P2 the PAN cannot change between source and target", async () => {
    const answer = await ask(translation(0, 0, PAN, PAN));
    expect(reference.decipherPinBlock(0, upperHex(TDES_TARGET.material), upperHex(answer as Buffer), PAN)).toBe(PIN);
    // A block of an unrelated PAN: its digits beyond the PIN meet the fill, and the fill does not hold.
    const refused = (await ask(translation(0, 0, OTHER_PAN, PAN))) as SeenError;
    expect(refused).toMatchObject({ reason: "PIN_BLOCK_INVALID", metadata: {} });
  });
});

/** PCI PIN 3-3 without 1 to 1, which is allowed but not offered. Written out here, apart from the code. */
const ALLOWED = new Set(["0>0", "0>3", "0>4", "1>0", "1>3", "1>4", "3>0", "3>3", "3>4", "4>0", "4>3", "4>4"]);

describe("P3 format translation (Berkman and Ostrovsky 2007)", () => {
  const cells = FORMAT_NUMBERS.flatMap((from) => FORMAT_NUMBERS.map((to) => [from, to] as const));

  test.each(cells)("P3 translation matrix, refused before the engine: format %i to %i", async (from, to) => {
    const answer = await ask(translation(from, to));
    if (ALLOWED.has(`${from}>${to}`)) {
      expect(Buffer.isBuffer(answer)).toBe(true);
      expect(stack.engine.commands).toHaveLength(1);
    } else {
      expect(answer).toMatchObject({ code: "FAILED_PRECONDITION", reason: "TRANSLATION_NOT_ALLOWED" });
      expect(stack.engine.commands).toEqual([]);
    }
  });

  test("P3 look-up table of format 1 blocks: blocks of one PIN and two PANs never meet in a form without PAN", async () => {
    const answers = await Promise.all([
      ask(translation(0, 0, PAN, PAN)),
      ask(translation(0, 0, OTHER_PAN, OTHER_PAN)),
      ask(translation(0, 1, PAN, PAN)),
      ask(translation(3, 1, PAN, PAN)),
      ask(translation(4, 1, PAN, PAN)),
      ask(translation(1, 1, PAN, PAN)),
    ]);
    const blocks = answers.filter((answer) => Buffer.isBuffer(answer));
    expect(blocks).toHaveLength(2);
    expect(blocks[0]).not.toEqual(blocks[1]);
  });
});

const SAMPLE = 10_000;
/** Six fill digits, so five degrees of freedom: a fair source exceeds this once in 10^8 runs. */
const CHI_SQUARED_LIMIT = 46;

async function translateOften(to: 3 | 4): Promise<readonly Buffer[]> {
  const { sealedKey: source } = await stack.server.register.get(TDES_KEY.draft.name);
  const { sealedKey: target } = await stack.server.register.get((to === 4 ? AES_KEY : TDES_TARGET).draft.name);
  const { pinBlock } = sourceBlock(TDES_KEY, 0, PIN, PAN);
  const command: EngineCommand = {
    kind: "translatePin",
    source: { key: { sealedKey: source }, format: 0, pinBlock },
    target: { key: { sealedKey: target }, format: to },
    pan: parsePan(PAN),
  };
  const outcomes = await stack.engine.executeMany(Array.from({ length: SAMPLE }, () => command));
  return outcomes.flatMap((outcome) => (outcome.kind === "translatePin" ? [outcome.pinBlock] : []));
}

function chiSquared(counts: ReadonlyMap<string, number>): number {
  const expected = [...counts.values()].reduce((sum, count) => sum + count, 0) / 6;
  return [..."ABCDEF"].reduce((sum, digit) => sum + ((counts.get(digit) ?? 0) - expected) ** 2 / expected, 0);
}

function fillOf(pinBlock: Buffer): string {
  const clear = tdes(upperHex(TDES_TARGET.material)).decrypt(upperHex(pinBlock));
  const field = (BigInt(`0x${clear}`) ^ BigInt(`0x${panField(PAN)}`)).toString(16).toUpperCase().padStart(16, "0");
  expect(field.slice(0, 6)).toBe(`34${PIN}`);
  return field.slice(6);
}

describe("P4 codebooks and collisions (Steel 2006)", () => {
  test("P4 10,000 format 3 blocks of one PIN: the fill is uniform, digit by digit, and blocks hardly repeat", async () => {
    const blocks = await translateOften(3);
    expect(blocks).toHaveLength(SAMPLE);
    const fills = blocks.map(fillOf);
    for (let position = 0; position < 10; position++) {
      const counts = new Map<string, number>();
      for (const fill of fills) counts.set(fill.charAt(position), (counts.get(fill.charAt(position)) ?? 0) + 1);
      expect([...counts.keys()].toSorted().join("")).toBe("ABCDEF");
      expect(chiSquared(counts)).toBeLessThan(CHI_SQUARED_LIMIT);
    }
    // 6^10 fills: less than one pair is to be expected among 10,000.
    expect(SAMPLE - new Set(fills).size).toBeLessThan(10);
  });

  test("P4 10,000 format 4 blocks of one PIN are all different", async () => {
    const blocks = await translateOften(4);
    expect(new Set(blocks.map(upperHex)).size).toBe(SAMPLE);
  });
});

describe("P7 faults within a PIN block", () => {
  const formats = [0, 1, 3, 4] as const;

  test.each(formats)("P7 random blocks, one error for all: format %i through the service", async (format) => {
    const refusals: SeenError[] = [];
    for (let round = 0; round < 150; round++) {
      const request = translation(format, 0);
      const source = { ...request.source, pinBlock: randomBytes(format === 4 ? 16 : 8) };
      const answer = await ask({ ...request, source });
      if (!Buffer.isBuffer(answer)) refusals.push(answer);
    }
    expect(refusals.length).toBeGreaterThan(100);
    expect(new Set(refusals.map(wireOf)).size).toBe(1);
    expect(refusals[0]).toMatchObject({ code: "INVALID_ARGUMENT", reason: "PIN_BLOCK_INVALID", metadata: {} });
  });

  test.each(formats)("P7 every kind of fault is the same error: format %i", async (format) => {
    const { source, target } = translation(format, 0);
    const key = keyFor(format);
    const wrong = FORMAT_NUMBERS.filter((other) => other !== format && other !== 4 && format !== 4);
    const faults = [
      ...wrong.map((other) => sourceBlock(key, other, PIN, PAN).pinBlock),
      ...["123", "1234567890123", "12A4", "F391"].map((pin) => malformedBlock(key, format, pin)),
      Buffer.alloc(source.pinBlock.length),
    ];
    const errors = await Promise.all(
      faults.map((pinBlock) => errorOf(client.translatePin({ source: { ...source, pinBlock }, target, pan: PAN }))),
    );
    expect(new Set(errors.map(wireOf)).size).toBe(1);
    expect(errors[0]).toMatchObject({ reason: "PIN_BLOCK_INVALID", metadata: {} });
  });

  test("P7 4,000 random blocks in the engine: nothing but a block or that error", async () => {
    const { sealedKey } = await stack.server.register.get(TDES_KEY.draft.name);
    const commands = Array.from(
      { length: 4_000 },
      (_, round): EngineCommand => ({
        kind: "translatePin",
        source: { key: { sealedKey }, format: ([0, 1, 3] as const)[round % 3] ?? 0, pinBlock: randomBytes(8) },
        target: { key: { sealedKey }, format: 0 },
        pan: parsePan(PAN),
      }),
    );
    const seen = new Set((await stack.engine.executeMany(commands)).map(shape));
    seen.delete("block");
    expect([...seen]).toEqual(['{"kind":"refused","reason":"PIN_BLOCK_INVALID"}']);
  });
});

function shape(outcome: EngineOutcome): string {
  return outcome.kind === "translatePin" && outcome.pinBlock.length === 8 ? "block" : JSON.stringify(outcome);
}

/** A block whose PIN field says what no PIN is. */
function malformedBlock(key: KnownKey, format: Format, pin: string): Buffer {
  if (format === 4) return randomBytes(16);
  const field = `${format}${pin.length.toString(16).toUpperCase()}${pin}`.padEnd(16, "F");
  const pan = format === 1 ? NONE : fromHex(panField(PAN));
  const clear = fromHex(field).map((byte, index) => byte ^ (pan[index] ?? 0));
  return fromHex(tdes(upperHex(key.material)).encrypt(upperHex(Buffer.from(clear))));
}
