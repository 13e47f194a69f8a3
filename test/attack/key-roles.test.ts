import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { PinBlockFormat } from "../../src/gen/pinmac/v1/pin.js";
import { SignOnLayout } from "../../src/gen/pinmac/v1/terminal.js";
import { errorOf, type TestClient } from "../grpc/support/clients.js";
import { authorizeRequest, byName, importKeyRequest, signOnRequest } from "../grpc/support/requests.js";
import { type AttackStack, startAttackStack } from "./support/attack-stack.js";
import { pinKeyBlock } from "./support/key-blocks.js";
import { EVERY_KIND, type KnownKey, kindNamed } from "./support/key-kinds.js";
import { FORMATS, fromHex, ksnOf, sourceBlock, upperHex } from "./support/terminal.js";

const PIN = "739154";
const PAN = "4012345678909";
const MESSAGE = Buffer.from("0100 processing code 030000");

let stack: AttackStack;
let client: TestClient;

beforeAll(async () => {
  stack = await startAttackStack({ verifyPin: true, importKey: true, exportKey: true, signOn: true, deriveInitialKey: true });
  client = stack.client;
  for (const { draft, material } of EVERY_KIND) await stack.addKey(draft, material);
});

afterAll(() => stack.stop());
beforeEach(() => {
  stack.engine.commands.length = 0;
});

const formatOf = ({ draft }: KnownKey): 0 | 4 => (draft.algorithm === "AES" && ["P0", "B0"].includes(draft.usage) ? 4 : 0);

/** A block that is right when the key is a PIN key; any other key gets bytes of the right length. */
function translation(source: KnownKey, target: KnownKey) {
  const isPinKey = ["P0", "B0"].includes(source.draft.usage);
  const block = sourceBlock(isPinKey ? source : kindNamed("p0-tdes-16-b"), formatOf(source), PIN, PAN);
  const format: PinBlockFormat = FORMATS[formatOf(target)];
  return {
    source: { ...block, key: byName(source.draft.name), ksn: ksnOf(source) },
    target: { key: byName(target.draft.name), format },
    pan: PAN,
  };
}

const macMessage = (key: KnownKey) => ({ key: byName(key.draft.name), ksn: ksnOf(key), message: MESSAGE });
const macLength = ({ draft }: KnownKey): number => draft.mac?.length ?? 8;
const isMacKey = ({ draft }: KnownKey): boolean => draft.mac !== undefined;
const hasMode = ({ draft }: KnownKey, modes: string): boolean => modes.includes(draft.modeOfUse);

const isSource = (key: KnownKey): boolean => key.draft.usage === "B0" || (key.draft.usage === "P0" && hasMode(key, "BD"));
const is = (key: KnownKey, usage: string, modes: string): boolean => key.draft.usage === usage && hasMode(key, modes);

type VerifyMethod = Parameters<TestClient["verifyPin"]>[0]["method"];
const byPvv = (key: KnownKey): VerifyMethod => ({
  $case: "visaPvv",
  value: { key: byName(key.draft.name), keyIndex: 1, pvv: "1234" },
});
const byOffset = (key: KnownKey): VerifyMethod => ({
  $case: "ibm3624Offset",
  value: { key: byName(key.draft.name), offset: "000000" },
});
const verifyPin = (source: KnownKey, method: VerifyMethod) =>
  client.verifyPin({ source: translation(source, kindNamed("p0-tdes-16-e")).source, pan: PAN, method });

/** A PIN key in a block of the key's own version; under a key that is for no blocks, the block of another. */
function importUnder(key: KnownKey) {
  const isAes = key.draft.usage === "K1" && key.draft.algorithm === "AES";
  const kbpk = key.draft.usage === "K1" ? key : kindNamed("k1-tdes-24-b");
  const keyBlock = pinKeyBlock(isAes ? "D" : "B", "N", upperHex(kbpk.material));
  return client.importKey(importKeyRequest({ keyBlock, keyEncryptionKey: byName(key.draft.name) }, { name: "attack/came-in" }));
}

/** A name keeps its usage, and the two layouts make MAC keys of two usages. */
const signOn = (key: KnownKey, layout: SignOnLayout) =>
  client.signOn(signOnRequest({ terminalMasterKey: byName(key.draft.name), layout, namePrefix: `attack/terminal-${layout}` }));

/** A device of which nothing was heard before. */
function deriveFor(bdk: KnownKey, keyEncryptionKey: KnownKey) {
  const device = randomBytes(8);
  device.fill(0, 5);
  const initialKeyId = bdk.draft.algorithm === "AES" ? device : Buffer.concat([fromHex("FFFF"), device]);
  return client.deriveInitialKey({
    bdk: byName(bdk.draft.name),
    initialKeyId,
    keyEncryptionKey: byName(keyEncryptionKey.draft.name),
  });
}

/** Each thing that a key can be asked to do, and which keys are for it: X9.143's words, not pinmac's code. */
const ROLES: readonly {
  readonly name: string;
  readonly allows: (key: KnownKey) => boolean;
  readonly call: (key: KnownKey) => Promise<unknown>;
}[] = [
  {
    name: "source of TranslatePin",
    allows: isSource,
    call: (key) => client.translatePin(translation(key, kindNamed("p0-tdes-16-e"))),
  },
  {
    name: "target of TranslatePin",
    allows: (key) => key.draft.usage === "P0" && hasMode(key, "BE"),
    call: (key) => client.translatePin(translation(kindNamed("p0-tdes-16-d"), key)),
  },
  {
    name: "GenerateMac",
    allows: (key) => isMacKey(key) && hasMode(key, "CGX"),
    call: (key) => client.generateMac(macMessage(key)),
  },
  {
    name: "VerifyMac",
    allows: (key) => isMacKey(key) && hasMode(key, "CVX"),
    call: (key) => client.verifyMac({ ...macMessage(key), mac: Buffer.alloc(macLength(key)) }),
  },
  {
    name: "verify_mac of Authorize",
    allows: (key) => isMacKey(key) && hasMode(key, "CVX"),
    call: (key) => client.authorize(authorizeRequest({ verifyMac: { ...macMessage(key), mac: Buffer.alloc(macLength(key)) } })),
  },
  {
    name: "source in Authorize",
    allows: isSource,
    call: (key) => client.authorize(authorizeRequest({ translatePin: translation(key, kindNamed("p0-tdes-16-e")) })),
  },
  {
    name: "target in Authorize",
    allows: (key) => key.draft.usage === "P0" && hasMode(key, "BE"),
    call: (key) => client.authorize(authorizeRequest({ translatePin: translation(kindNamed("p0-tdes-16-d"), key) })),
  },
  {
    name: "generate_mac of Authorize",
    allows: (key) => isMacKey(key) && hasMode(key, "CGX"),
    call: (key) => client.authorize(authorizeRequest({ generateMac: { ...macMessage(key), pinBlock: undefined } })),
  },
  { name: "source of VerifyPin", allows: isSource, call: (key) => verifyPin(key, byPvv(kindNamed("v2-tdes-16-v"))) },
  {
    name: "PVV key of VerifyPin",
    allows: (key) => is(key, "V2", "CV"),
    call: (key) => verifyPin(kindNamed("p0-tdes-16-d"), byPvv(key)),
  },
  {
    name: "IBM 3624 key of VerifyPin",
    allows: (key) => is(key, "V1", "CV"),
    call: (key) => verifyPin(kindNamed("p0-tdes-16-d"), byOffset(key)),
  },
  { name: "key-encryption key of ImportKey", allows: (key) => is(key, "K1", "BD"), call: importUnder },
  {
    name: "key-encryption key of ExportKey",
    allows: (key) => is(key, "K1", "BE"),
    call: (key) =>
      client.exportKey({
        key: byName(kindNamed("p0-tdes-16-b-exportable").draft.name),
        keyEncryptionKey: byName(key.draft.name),
      }),
  },
  {
    name: "master key of SignOn, UnionPay",
    allows: (key) => is(key, "K0", "BE") && key.draft.algorithm === "TDES",
    call: (key) => signOn(key, SignOnLayout.SIGN_ON_LAYOUT_UNIONPAY_40),
  },
  {
    name: "master key of SignOn, key blocks",
    allows: (key) => is(key, "K1", "BE"),
    call: (key) => signOn(key, SignOnLayout.SIGN_ON_LAYOUT_KEY_BLOCKS),
  },
  {
    name: "BDK of DeriveInitialKey",
    allows: (key) => key.draft.usage === "B0",
    call: (key) => deriveFor(key, kindNamed("k1-aes-16-b")),
  },
  {
    name: "key-encryption key of DeriveInitialKey",
    allows: (key) => is(key, "K1", "BE"),
    call: (key) => deriveFor(kindNamed("b0-tdes-16-x"), key),
  },
];

describe("K10 type confusion, every RPC with a key of every usage and mode (Bond 2000)", () => {
  test.each(ROLES)("K10 only keys that are for it work: $name", async ({ allows, call }) => {
    expect(EVERY_KIND.filter(allows).length).toBeGreaterThan(1);
    for (const key of EVERY_KIND) {
      stack.engine.commands.length = 0;
      if (allows(key)) {
        await call(key);
        expect([key.draft.name, stack.engine.commands.length]).toEqual([key.draft.name, 1]);
      } else {
        const error = await errorOf(call(key));
        expect([key.draft.name, error.code]).toEqual([key.draft.name, "FAILED_PRECONDITION"]);
        expect(error.reason).toMatch(/^KEY_(USAGE|MODE|ALGORITHM)_MISMATCH$/);
        expect(stack.engine.commands).toEqual([]);
      }
    }
  });

  test("K10 the matrix holds in the engine too, where the front is not asked", async () => {
    const sealedKeys = await Promise.all(
      EVERY_KIND.map(async (key) => ({ key, ...(await stack.server.register.get(key.draft.name)) })),
    );
    for (const { key, sealedKey } of sealedKeys) {
      const commandKey = key.draft.usage === "B0" ? { sealedKey, ksn: ksnOf(key) } : { sealedKey };
      const [outcome] = await stack.engine.execute([{ kind: "generateMac", key: commandKey, message: MESSAGE }]);
      const expected = isMacKey(key) && hasMode(key, "CGX") ? "generateMac" : "refused";
      expect([key.draft.name, outcome?.kind]).toEqual([key.draft.name, expected]);
    }
  });
});
