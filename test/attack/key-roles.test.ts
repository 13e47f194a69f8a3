import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { PinBlockFormat } from "../../src/gen/pinmac/v1/pin.js";
import { errorOf, type TestClient } from "../grpc/support/clients.js";
import { authorizeRequest, byName } from "../grpc/support/requests.js";
import { type AttackStack, startAttackStack } from "./support/attack-stack.js";
import { EVERY_KIND, type KnownKey, kindNamed } from "./support/key-kinds.js";
import { FORMATS, KSN, NONE, sourceBlock } from "./support/terminal.js";

const PIN = "739154";
const PAN = "4012345678909";
const MESSAGE = Buffer.from("0100 processing code 030000");

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

const formatOf = ({ draft }: KnownKey): 0 | 4 => (draft.algorithm === "AES" && draft.usage === "P0" ? 4 : 0);
const ksnOf = ({ draft }: KnownKey): Buffer => (draft.usage === "B0" ? KSN : NONE);

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

/** Each thing that a key can be asked to do, and which keys are for it: X9.143's words, not pinmac's code. */
const ROLES: readonly {
  readonly name: string;
  readonly allows: (key: KnownKey) => boolean;
  readonly call: (key: KnownKey) => Promise<unknown>;
}[] = [
  {
    name: "source of TranslatePin",
    allows: (key) => key.draft.usage === "B0" || (key.draft.usage === "P0" && hasMode(key, "BD")),
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
    allows: (key) => key.draft.usage === "B0" || (key.draft.usage === "P0" && hasMode(key, "BD")),
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
      const commandKey = key.draft.usage === "B0" ? { sealedKey, ksn: KSN } : { sealedKey };
      const [outcome] = await stack.engine.execute([{ kind: "generateMac", key: commandKey, message: MESSAGE }]);
      const expected = isMacKey(key) && hasMode(key, "CGX") ? "generateMac" : "refused";
      expect([key.draft.name, outcome?.kind]).toEqual([key.draft.name, expected]);
    }
  });
});
