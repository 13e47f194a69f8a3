import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { errorOf, type TestClient } from "../grpc/support/clients.js";
import { authorizeRequest, byName } from "../grpc/support/requests.js";
import { referenceSubject as reference } from "../reference/index.js";
import { openKeyBlock } from "../reference/tr31.js";
import { type AttackStack, startAttackStack } from "./support/attack-stack.js";
import { type KnownKey, kindNamed } from "./support/key-kinds.js";
import { API_FIELDS } from "./support/schema.js";
import { dukptKey, encipherPin, FORMATS, fromHex, KSN, upperHex } from "./support/terminal.js";
import { wireOf } from "./support/wire.js";

const PIN = "739154";
const PAN = "4012345678909";
const MESSAGE = Buffer.from("0100 processing code 030000, condition code 06, amount 12500");
const BDK = kindNamed("b0-tdes-16-x-mac");
const ZONE = kindNamed("p0-tdes-16-e");
const KBPK = kindNamed("k1-aes-16-b");
const TDES_KBPK = kindNamed("k1-tdes-24-b");
const AES_BDK = kindNamed("b0-aes-16-x");
const OTHER_BDK: KnownKey = { draft: { ...BDK.draft, name: "attack/other-bdk" }, material: randomBytes(16) };

let stack: AttackStack;
let client: TestClient;

beforeAll(async () => {
  stack = await startAttackStack({ deriveInitialKey: true });
  client = stack.client;
  for (const { draft, material } of [BDK, ZONE, OTHER_BDK, KBPK, TDES_KBPK, AES_BDK]) await stack.addKey(draft, material);
});

afterAll(() => stack.stop());
beforeEach(() => {
  stack.engine.commands.length = 0;
});

function translation(pinBlock: Buffer, ksn: Buffer = KSN, bdk = BDK) {
  return {
    source: { key: byName(bdk.draft.name), ksn, format: FORMATS[0], pinBlock },
    target: { key: byName(ZONE.draft.name), format: FORMATS[0] },
    pan: PAN,
  };
}

type Usage = Parameters<typeof dukptKey>[1];

const blockUnder = (usage: Usage): Buffer => encipherPin(0, dukptKey(BDK.material, usage), PIN, PAN);
const macUnder = (usage: Usage, ksn: Buffer = KSN): Buffer =>
  fromHex(reference.retailMac(upperHex(dukptKey(BDK.material, usage, ksn)), 2, upperHex(MESSAGE)));
const verify = (mac: Buffer, ksn: Buffer = KSN) =>
  client.verifyMac({ key: byName(BDK.draft.name), ksn, message: MESSAGE, mac });

describe("D2 cross-usage: one transaction's keys in each other's place", () => {
  test("D2 a PIN block under a MAC variant, or under the transaction key itself, is refused", async () => {
    const { pinBlock } = await client.translatePin(translation(blockUnder("pin")));
    expect(reference.decipherPinBlock(0, upperHex(ZONE.material), upperHex(pinBlock), PAN)).toBe(PIN);
    const wrong = (["none", "mac_request", "mac_response"] as const).map(blockUnder);
    const errors = await Promise.all(wrong.map((block) => errorOf(client.translatePin(translation(block)))));
    expect(errors[0]).toMatchObject({ code: "INVALID_ARGUMENT", reason: "PIN_BLOCK_INVALID", metadata: {} });
    expect(new Set(errors.map(wireOf)).size).toBe(1);
  });

  test("D2 only a MAC under the request variant is accepted as a terminal's", async () => {
    expect((await verify(macUnder("mac_request"))).verified).toBe(true);
    for (const usage of ["none", "pin", "mac_response"] as const) {
      expect([usage, (await verify(macUnder(usage))).verified]).toEqual([usage, false]);
    }
  });

  test("D2 reflection: the service's own MAC comes back as a terminal's and is not accepted", async () => {
    const { mac } = await client.generateMac({ key: byName(BDK.draft.name), ksn: KSN, message: MESSAGE });
    expect(mac).toEqual(macUnder("mac_response"));
    expect((await verify(mac)).verified).toBe(false);
    const step = { key: byName(BDK.draft.name), ksn: KSN, message: MESSAGE, mac };
    const answer = await client.authorize(authorizeRequest({ verifyMac: step, translatePin: translation(blockUnder("pin")) }));
    expect(answer).toMatchObject({ verifyMac: { verified: false }, translatePin: undefined });
  });

  test("D2 no field lets the caller choose the variant", () => {
    // What ListKeys is asked to list chooses no key to work with.
    const isListed = ({ method, path }: (typeof API_FIELDS)[number]) => method === "ListKeys" && path.startsWith("filter.");
    const names = API_FIELDS.filter((field) => field.direction === "request" && !isListed(field)).map(({ name }) => name);
    expect(names).toContain("ksn");
    expect(names.filter((name) => /usage|variant|direction|derivation|mask|purpose/.test(name))).toEqual([]);
  });
});

/** Initial key id and a counter of 21 bits. */
function ksnWith(counter: number): Buffer<ArrayBuffer> {
  const ksn = Buffer.from(KSN);
  ksn.writeUIntBE((ksn.readUIntBE(7, 3) & 0xe0_0000) | counter, 7, 3);
  return ksn;
}

const BAD_KSNS: readonly (readonly [string, Buffer])[] = [
  ["counter 0: the initial key itself", ksnWith(0)],
  ["11 one-bits: a counter that no device reaches", ksnWith(0x7ff)],
  ["all one-bits", ksnWith(0x1f_ffff)],
  ["7 bytes", KSN.subarray(3)],
  ["9 bytes", KSN.subarray(1)],
  ["11 bytes", Buffer.concat([KSN, Buffer.alloc(1)])],
  ["12 bytes, as AES DUKPT has", Buffer.alloc(12, 0x11)],
];

describe("D1 what is wrong with a KSN by itself", () => {
  test.each(BAD_KSNS)("D1 KSN refused before the engine by every method: %s", async (_, ksn) => {
    const key = byName(BDK.draft.name);
    const pinBlock = blockUnder("pin");
    const calls = [
      client.translatePin(translation(pinBlock, ksn)),
      client.generateMac({ key, ksn, message: MESSAGE }),
      client.verifyMac({ key, ksn, message: MESSAGE, mac: Buffer.alloc(8) }),
      client.authorize(authorizeRequest({ verifyMac: { key, ksn, message: MESSAGE, mac: Buffer.alloc(8) } })),
      client.authorize(authorizeRequest({ translatePin: translation(pinBlock, ksn) })),
      client.authorize(authorizeRequest({ generateMac: { key, ksn, message: MESSAGE, pinBlock: undefined } })),
    ];
    const errors = await Promise.all(calls.map(errorOf));
    for (const error of errors) expect(error).toMatchObject({ code: "INVALID_ARGUMENT", reason: "KSN_INVALID" });
    expect(stack.engine.commands).toEqual([]);
  });

  test("D1 the KSN's last legal counters are served", async () => {
    for (const counter of [1, 0x3ff, 0x1f_f800]) {
      const ksn = ksnWith(counter);
      expect((await verify(macUnder("mac_request", ksn), ksn)).verified).toBe(true);
    }
  });

  test("D1 the KSN without its leading FFFF is the same KSN, and held to the same rules", async () => {
    expect((await verify(macUnder("mac_request"), KSN.subarray(2))).verified).toBe(true);
    for (const counter of [0, 0x7ff]) {
      const error = await errorOf(verify(macUnder("mac_request"), ksnWith(counter).subarray(2)));
      expect(error).toMatchObject({ code: "INVALID_ARGUMENT", reason: "KSN_INVALID" });
    }
  });

  /**
   * A replayed KSN is not refused: pinmac has no ledger of KSNs yet. What holds is that another KSN's block or MAC is of no use.
   */
  test("D1 a block or MAC of one KSN presented under another", async () => {
    const next = ksnWith(0xa5d);
    const error = await errorOf(client.translatePin(translation(blockUnder("pin"), next)));
    expect(error).toMatchObject({ reason: "PIN_BLOCK_INVALID", metadata: {} });
    expect((await verify(macUnder("mac_request"), next)).verified).toBe(false);
  });
});

test("D3 a device's block presented under another acquirer's BDK", async () => {
  const error = await errorOf(client.translatePin(translation(blockUnder("pin"), KSN, OTHER_BDK)));
  expect(error).toMatchObject({ reason: "PIN_BLOCK_INVALID", metadata: {} });
});

describe("D4 export of initial keys", () => {
  const deriveFor = (initialKeyId: Buffer, keyEncryptionKey = KBPK) =>
    client.deriveInitialKey({
      bdk: byName(BDK.draft.name),
      initialKeyId,
      keyEncryptionKey: byName(keyEncryptionKey.draft.name),
    });

  test("D4 no method gives out an initial key, or any key, but sealed or in a key block", () => {
    const given = API_FIELDS.filter(({ direction, type }) => direction === "response" && type === "TYPE_BYTES");
    // initial_key_id names a device in the answer about it.
    expect(new Set(given.map(({ name }) => name))).toEqual(
      new Set(["pin_block", "mac", "sealed_key", "field_62", "initial_key_id"]),
    );
    const texts = API_FIELDS.filter(({ direction, name }) => direction === "response" && name === "key_block");
    expect(new Set(texts.map(({ method }) => method))).toEqual(new Set(["ExportKey", "SignOn", "DeriveInitialKey"]));
  });

  test("D4 an initial key is given once for each device, in whichever form its id is sent", async () => {
    const id = fromHex("FFFF9876543210E00000");
    const { keyBlock } = await deriveFor(id);
    const opened = openKeyBlock(keyBlock, upperHex(KBPK.material));
    expect(opened?.key).toBe(reference.initialKey(upperHex(BDK.material), upperHex(id)));
    // Usage B1, and never to leave the device.
    expect([opened?.header.slice(5, 7), opened?.header.slice(11, 12)]).toEqual(["B1", "N"]);
    for (const again of [id, id.subarray(2)]) {
      expect(await errorOf(deriveFor(again))).toMatchObject({ code: "ALREADY_EXISTS", reason: "INITIAL_KEY_EXISTS" });
    }
    const racing = await Promise.allSettled(Array.from({ length: 8 }, () => deriveFor(fromHex("FFFF1111111111E00000"))));
    expect(racing.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  test("D4 an id that is a transaction's KSN is refused before the engine", async () => {
    for (const id of [KSN, KSN.subarray(2), KSN.subarray(3), Buffer.alloc(0), Buffer.alloc(12)]) {
      expect(await errorOf(deriveFor(id))).toMatchObject({ reason: "INITIAL_KEY_ID_INVALID" });
    }
    expect(stack.engine.commands).toEqual([]);
  });

  test("D4 a key-encryption key that is weaker than the initial key is refused before the engine", async () => {
    const request = {
      bdk: byName(AES_BDK.draft.name),
      initialKeyId: fromHex("1234567890123456"),
      keyEncryptionKey: byName(TDES_KBPK.draft.name),
    };
    const error = await errorOf(client.deriveInitialKey(request));
    expect(error).toMatchObject({ code: "FAILED_PRECONDITION", reason: "KEY_STRENGTH_INSUFFICIENT" });
    expect(stack.engine.commands).toEqual([]);
  });
});
