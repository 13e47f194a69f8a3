import { createCipheriv, createDecipheriv } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { type Pan, type PinBlockFormat, parsePan } from "../../src/pin/index.js";
import { bdkDraft, EngineFixture, pinDraft, shown } from "./support/engine-fixture.js";

interface PinVector {
  readonly id: string;
  readonly operation: string;
  readonly format: string;
  readonly key?: string;
  readonly pin?: string;
  readonly pan?: string;
  readonly clear_pin_block?: string;
  readonly pin_block?: string;
  readonly encrypted_pin_block?: string;
}

interface DukptVector {
  readonly id: string;
  readonly operation: string;
  readonly bdk: string;
  readonly ksn: string;
  readonly pin?: string;
  readonly pan?: string;
  readonly encrypted_pin_block?: string;
  readonly mac_data_ascii?: string;
  readonly mac_request?: string;
  readonly mac_response?: string;
  readonly mac_request_8?: string;
  readonly mac_response_8?: string;
  readonly cmac_request_tdes?: string;
  readonly cmac_response_tdes?: string;
  readonly key_variant?: string;
  readonly message?: string;
  readonly mac?: string;
}

const SOURCE_KEY = "0123456789ABCDEFFEDCBA9876543210";
const TARGET_KEY = "89ABCDEF0123456776543210FEDCBA98";
const SOME_PAN = "4012345678909";

const fixture = new EngineFixture();
const counts: Record<string, number> = {};
afterAll(() => process.stdout.write(`token, PIN and DUKPT vectors: ${JSON.stringify(counts)}\n`));

function count(name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}

function load<Vector>(name: string): readonly Vector[] {
  return JSON.parse(readFileSync(new URL(`../vectors/${name}.json`, import.meta.url), "utf8"));
}

const tripled = (key: string): Buffer => Buffer.from(key + key.slice(0, 16), "hex");
const encipherTdes = (key: string, block: Buffer): Buffer =>
  createCipheriv("des-ede3-ecb", tripled(key), null).setAutoPadding(false).update(block);
const decipherTdes = (key: string, block: Buffer): Buffer =>
  createDecipheriv("des-ede3-ecb", tripled(key), null).setAutoPadding(false).update(block);

/** ISO 9564-1 format 0, written here once more and otherwise. */
function format0(pin: string, pan: string): string {
  const pinField = BigInt(`0x0${pin.length.toString(16)}${pin.padEnd(14, "F")}`);
  const panField = BigInt(`0x0000${pan.slice(-13, -1)}`);
  return (pinField ^ panField).toString(16).padStart(16, "0").toUpperCase();
}

async function translateToFormat0(
  source: { sealedKey: Buffer; ksn?: Buffer },
  format: PinBlockFormat,
  block: Buffer,
  pan: Pan,
) {
  const target = { key: { sealedKey: fixture.import(pinDraft("TDES", 16, "E"), TARGET_KEY) }, format: 0 } as const;
  return await fixture.execute({ kind: "translatePin", source: { key: source, format, pinBlock: block }, target, pan });
}

async function clearTranslation(source: { sealedKey: Buffer; ksn?: Buffer }, format: PinBlockFormat, block: Buffer, pan: Pan) {
  const outcome = await translateToFormat0(source, format, block, pan);
  if (outcome.kind !== "translatePin") return shown(outcome);
  return decipherTdes(TARGET_KEY, outcome.pinBlock).toString("hex").toUpperCase();
}

const offered = (vector: PinVector): boolean => ["ISO-0", "ISO-1", "ISO-3", "ISO-4"].includes(vector.format);
const formatOf = (vector: PinVector): PinBlockFormat => Number(vector.format.slice(-1)) as PinBlockFormat;
const pinVectors = load<PinVector>("pin-blocks").filter(offered);

describe.each(pinVectors.filter(({ operation }) => operation === "pin_block_encode_decode"))("$id", (vector) => {
  test("the token's engine reads the PIN", async () => {
    const pan = parsePan(vector.pan ?? SOME_PAN);
    const block = encipherTdes(SOURCE_KEY, Buffer.from(vector.clear_pin_block ?? "", "hex"));
    const sealedKey = fixture.import(pinDraft("TDES", 16, "D"), SOURCE_KEY);
    expect(await clearTranslation({ sealedKey }, formatOf(vector), block, pan)).toBe(format0(vector.pin ?? "", pan));
    count(`${vector.format} read`);
  });
});

describe.each(pinVectors.filter(({ operation }) => operation === "pin_block_encrypt_decrypt"))("$id", (vector) => {
  test("the token's engine deciphers the block", async () => {
    const pan = parsePan(vector.pan ?? "");
    const sealedKey = fixture.import(pinDraft("AES", (vector.key ?? "").length / 2), vector.key ?? "");
    const block = Buffer.from(vector.encrypted_pin_block ?? "", "hex");
    expect(await clearTranslation({ sealedKey }, 4, block, pan)).toBe(format0(vector.pin ?? "", pan));
    count("ISO-4 deciphered");
  });
});

const refused = pinVectors.filter(
  ({ operation, pan, format }) => operation === "pin_block_decode_reject" && pan !== undefined && format !== "ISO-4",
);
function reasonFor(vector: PinVector): string {
  if (!/^[0-9]{12,19}$/.test(vector.pan ?? "")) return "PAN_INVALID";
  return vector.pin_block?.length === 16 ? "PIN_BLOCK_INVALID" : "PIN_BLOCK_LENGTH_INVALID";
}

describe.each(refused)("$id $pin_block", (vector) => {
  test("is refused", async () => {
    const clear = Buffer.from(vector.pin_block ?? "", "hex");
    const sealedKey = fixture.import(pinDraft("TDES", 16, "D"), SOURCE_KEY);
    const block = clear.length === 8 ? encipherTdes(SOURCE_KEY, clear) : clear;
    // A PAN that would not parse is put past the parser: the engine checks it again.
    const pan = (vector.pan ?? "") as Pan;
    expect(shown(await translateToFormat0({ sealedKey }, formatOf(vector), block, pan))).toBe(reasonFor(vector));
    count(`${vector.format} refused`);
  });
});

test("the translation vector, block for block", async () => {
  const [vector] = load<Record<string, string>>("pin-translate");
  if (vector === undefined) throw new Error("There is no vector.");
  const source = { sealedKey: fixture.import(pinDraft("TDES", 16, "D"), vector["incoming_key"] ?? "") };
  const target = { sealedKey: fixture.import(pinDraft("TDES", 16, "E"), vector["outgoing_key"] ?? "") };
  const pinBlock = Buffer.from(vector["incoming_pin_block"] ?? "", "hex");
  const outcome = await fixture.execute({
    kind: "translatePin",
    source: { key: source, format: 0, pinBlock },
    target: { key: target, format: 0 },
    pan: parsePan(vector["pan"] ?? ""),
  });
  expect(shown(outcome)).toBe(vector["outgoing_pin_block"]);
  count("translated");
});

const dukptVectors = load<DukptVector>("tdes-dukpt");
describe.each(dukptVectors.filter(({ encrypted_pin_block: block, pin }) => block !== undefined && pin !== undefined))(
  "$id",
  (vector) => {
    test("the PIN under DUKPT", async () => {
      const pan = parsePan(vector.pan ?? "");
      const source = { sealedKey: fixture.import(bdkDraft(), vector.bdk), ksn: Buffer.from(vector.ksn, "hex") };
      const block = Buffer.from(vector.encrypted_pin_block ?? "", "hex");
      expect(await clearTranslation(source, 0, block, pan)).toBe(format0(vector.pin ?? "", pan));
      count("DUKPT PIN");
    });
  },
);

interface DukptMac {
  readonly id: string;
  readonly vector: DukptVector;
  readonly scheme: "ISO9797_1_ALG3" | "CMAC";
  readonly direction: "verifyMac" | "generateMac";
  readonly message: Buffer;
  readonly mac: string;
}

function dukptMacs(vector: DukptVector): readonly DukptMac[] {
  const ascii = vector.mac_data_ascii;
  const message = ascii === undefined ? Buffer.from(vector.message ?? "", "hex") : Buffer.from(ascii, "latin1");
  const candidates: readonly (readonly [DukptMac["scheme"], DukptMac["direction"], string | undefined])[] = [
    ["ISO9797_1_ALG3", "verifyMac", vector.mac_request],
    ["ISO9797_1_ALG3", "generateMac", vector.mac_response],
    ["ISO9797_1_ALG3", "verifyMac", vector.mac_request_8],
    ["ISO9797_1_ALG3", "generateMac", vector.mac_response_8],
    ["CMAC", "verifyMac", vector.cmac_request_tdes],
    ["CMAC", "generateMac", vector.cmac_response_tdes],
    ["CMAC", "verifyMac", vector.operation === "tdes_dukpt_mac" ? vector.mac : undefined],
  ];
  return candidates.flatMap(([scheme, direction, mac]) =>
    mac === undefined || message.length === 0
      ? []
      : [{ id: `${vector.id} ${scheme} ${direction}`, vector, scheme, direction, message, mac }],
  );
}

describe.each(dukptVectors.flatMap(dukptMacs))("$id", ({ vector, scheme, direction, message, mac }) => {
  test("the MAC under DUKPT", async () => {
    const parameters = { scheme, paddingMethod: scheme === "CMAC" ? 0 : 1, length: mac.length / 2 } as const;
    const key = { sealedKey: fixture.import(bdkDraft(parameters), vector.bdk), ksn: Buffer.from(vector.ksn, "hex") };
    if (direction === "verifyMac") {
      const outcome = await fixture.execute({ kind: "verifyMac", key, message, mac: Buffer.from(mac, "hex") });
      expect(shown(outcome)).toBe("verified");
    } else {
      expect(shown(await fixture.execute({ kind: "generateMac", key, message }))).toBe(mac);
    }
    count(`DUKPT ${scheme} ${direction}`);
  });
});

test("the vectors are there", () => {
  expect(pinVectors.length).toBeGreaterThan(40);
  expect(dukptVectors.flatMap(dukptMacs).length).toBeGreaterThan(40);
});
