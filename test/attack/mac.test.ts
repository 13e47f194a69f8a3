import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { errorOf, type TestClient } from "../grpc/support/clients.js";
import { authorizeRequest, byName } from "../grpc/support/requests.js";
import { type AttackStack, startAttackStack } from "./support/attack-stack.js";
import { EVERY_KIND, type KnownKey, kindNamed } from "./support/key-kinds.js";
import { NONE } from "./support/terminal.js";

const MESSAGE = Buffer.from("0200 completion, amount 12500");

function algorithm1Key(paddingMethod: 1 | 2, length: number): KnownKey {
  const mac = { scheme: "ISO9797_1_ALG1", paddingMethod, length } as const;
  const name = `attack/alg1-${paddingMethod}-${length}`;
  return { draft: { name, usage: "M0", algorithm: "TDES", modeOfUse: "C", mac }, material: randomBytes(16) };
}

const ALGORITHM_1 = [algorithm1Key(1, 8), algorithm1Key(2, 8), algorithm1Key(1, 4), algorithm1Key(2, 4)];
const MAC_KEYS = EVERY_KIND.filter(({ draft }) => draft.usage.startsWith("M"));

let stack: AttackStack;
let client: TestClient;

beforeAll(async () => {
  stack = await startAttackStack();
  client = stack.client;
  for (const { draft, material } of [...MAC_KEYS, ...ALGORITHM_1]) await stack.addKey(draft, material);
});

afterAll(() => stack.stop());
beforeEach(() => {
  stack.engine.commands.length = 0;
});

const request = ({ draft }: KnownKey, message: Buffer) => ({ key: byName(draft.name), ksn: NONE, message });
const generate = async (key: KnownKey, message: Buffer) => (await client.generateMac(request(key, message))).mac;
const verify = async (key: KnownKey, message: Buffer, mac: Buffer) =>
  (await client.verifyMac({ ...request(key, message), mac })).verified;

const generating = MAC_KEYS.filter(({ draft }) => draft.modeOfUse === "C");
const named = (keys: readonly KnownKey[]) => keys.map((key) => [key.draft.name, key] as const);

describe("M1 truncation", () => {
  test.each(named([...generating, ...ALGORITHM_1]))(
    "M1 tags of 0 to 40 bytes: only the registered length is compared (%s)",
    async (_, key) => {
      const whole = Buffer.concat([await generate(key, MESSAGE), Buffer.alloc(40)]);
      for (let length = 0; length <= 40; length++) {
        stack.engine.commands.length = 0;
        const mac = whole.subarray(0, length);
        if (length === key.draft.mac?.length) {
          expect(await verify(key, MESSAGE, mac)).toBe(true);
          continue;
        }
        const error = await errorOf(client.verifyMac({ ...request(key, MESSAGE), mac }));
        expect([length, error.code, error.reason]).toEqual([length, "INVALID_ARGUMENT", "MAC_LENGTH_INVALID"]);
        expect(stack.engine.commands).toEqual([]);
      }
    },
  );

  test("M1 a tag of one byte is not found in 256 tries", async () => {
    const key = kindNamed("m3-tdes-16-c");
    const tries = Array.from({ length: 256 }, (_, byte) =>
      errorOf(client.verifyMac({ ...request(key, MESSAGE), mac: Buffer.of(byte) })),
    );
    for (const error of await Promise.all(tries)) expect(error.reason).toBe("MAC_LENGTH_INVALID");
    expect(stack.engine.commands).toEqual([]);
  });
});

const SOURCES = readdirSync("src", { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && !file.startsWith("gen"))
  .map((file) => ({ file, text: readFileSync(join("src", file), "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "") }));

/** Early-exit comparisons, with what stands on both sides. */
const EARLY_EXIT = /[\w.()#?[\]]+(?:\.equals\(|\.compare\(| [=!]== )[\w.()#?"]+/g;
/** Names of what holds a MAC or a seal. */
const MAC_NAME = /\b(?:mac|macs|cmac|pvv|seal|tag|residue|expected|macRequest|computeSeal|computeMac|sign\w*[CH]mac)\b/i;
/** Lengths, kinds, constants of ours and the presence of a value are no secrets. */
const NO_SECRET = /\.length|undefined|"[A-Z_]+|\bkind\b|\.scheme\b|\.method\b|paddingMethod/;

function comparesMac(line: string): boolean {
  const comparisons = line.match(EARLY_EXIT) ?? [];
  return comparisons.some((comparison) => MAC_NAME.test(comparison) && !NO_SECRET.test(comparison));
}

/** Known answers and check values are published: nobody learns anything from how they are compared. */
const isPublished = (file: string) => file === "engine/self-test.ts" || file.startsWith("ceremony/");

describe("M2 timing", () => {
  test("M2 the rule finds what it is for", () => {
    expect(comparesMac("if (mac.equals(expected)) return;")).toBe(true);
    expect(comparesMac("return expected.compare(given) === 0;")).toBe(true);
    expect(comparesMac("const verified = mac === other;")).toBe(true);
    expect(comparesMac("return pvv.equals(other);")).toBe(true);
    expect(comparesMac("if (mac.length === 8) return;")).toBe(false);
  });

  test("M2 no MAC or seal is compared but with timingSafeEqual", () => {
    expect(SOURCES.length).toBeGreaterThan(150);
    const found = SOURCES.filter(({ file }) => !isPublished(file)).flatMap(({ file, text }) =>
      text
        .split("\n")
        .filter(comparesMac)
        .map((line) => `${file}: ${line.trim()}`),
    );
    expect(found).toEqual([]);
  });

  test("M2 the places that decide on a MAC or a seal use timingSafeEqual", () => {
    const deciding = SOURCES.filter(({ text }) => /timingSafeEqual\(/.test(text)).map(({ file }) => file);
    expect(deciding.toSorted()).toEqual([
      "ceremony/components/component-sum.ts",
      "ceremony/terminal/ask.ts",
      "cli/register/examine-register.ts",
      "engine/commands/verify-mac.ts",
      "engine/key-opener.ts",
      "engine/master-key-proof.ts",
      "engine/seal.ts",
      "engine/token-probe.ts",
    ]);
  });

  /** Folders that node:crypto is kept out of, and that decide on a PVV, an offset or the MAC of a key block. */
  test("M2 PVV, offset and the MAC of a key block are compared by loops that look at every byte", () => {
    const pure = SOURCES.filter(({ file }) => /^(?:pin\/verification|keyblock\/tr31)\//.test(file));
    expect(pure.filter(({ text }) => /\.equals\(|\.compare\(/.test(text)).map(({ file }) => file)).toEqual([]);
    const own = /\b(?:equalDigits|isSameKey)\((?!left: Buffer)/;
    const deciding = pure.filter(({ text }) => own.test(text)).map(({ file }) => file);
    expect(deciding.toSorted()).toEqual([
      "keyblock/tr31/open-tr31.ts",
      "pin/verification/ibm-3624.ts",
      "pin/verification/pvv.ts",
    ]);
    for (const [path, name] of [
      ["pin/verification/digits.ts", "equalDigits"],
      ["keyblock/same-key.ts", "isSameKey"],
    ]) {
      const { text = "" } = SOURCES.find(({ file }) => file === path) ?? {};
      const body = text.slice(text.indexOf(`function ${name}(`)).split("\n}")[0] ?? "";
      // One way out before the loop, for the length; one after it, for the whole difference.
      expect(body).toMatch(/difference \|= /);
      expect(body.slice(body.indexOf("for ("))).not.toMatch(/return (?!difference === 0)|break|&&|[^?]\?[^?]/);
    }
  });

  test("M2 the token is never asked to verify: its comparison is not known to be constant", () => {
    expect(SOURCES.filter(({ text }) => /C_Verify/.test(text)).map(({ file }) => file)).toEqual([]);
  });
});

describe("M3 directions", () => {
  test("M3 a key for verifying only generates no MAC, one for generating only verifies none", async () => {
    for (const key of MAC_KEYS.filter(({ draft }) => draft.modeOfUse === "V")) {
      const generateMac = { ...request(key, MESSAGE), pinBlock: undefined };
      for (const call of [client.generateMac(request(key, MESSAGE)), client.authorize(authorizeRequest({ generateMac }))]) {
        expect(await errorOf(call)).toMatchObject({ code: "FAILED_PRECONDITION", reason: "KEY_MODE_MISMATCH" });
      }
    }
    for (const key of MAC_KEYS.filter(({ draft }) => draft.modeOfUse === "G")) {
      const verifyMac = { ...request(key, MESSAGE), mac: Buffer.alloc(key.draft.mac?.length ?? 0) };
      for (const call of [client.verifyMac(verifyMac), client.authorize(authorizeRequest({ verifyMac }))]) {
        expect(await errorOf(call)).toMatchObject({ code: "FAILED_PRECONDITION", reason: "KEY_MODE_MISMATCH" });
      }
    }
    expect(stack.engine.commands).toEqual([]);
  });
});

function xorStart(message: Buffer, tag: Buffer): Buffer {
  return Buffer.from(message.map((byte, index) => byte ^ (tag[index] ?? 0)));
}

/**
 * The classical forgery: from MAC(m) and MAC(m'), without the key, the MAC of m ‖ (m' ⊕ MAC(m)), for every padding of m that a scheme
 * might apply. True when one of the forgeries is taken for genuine.
 */
async function forgeByExtension(key: KnownKey): Promise<boolean> {
  const size = key.draft.algorithm === "AES" ? 16 : 8;
  const [first, second] = [randomBytes(2 * size), randomBytes(2 * size)];
  const [firstTag, secondTag] = [await generate(key, first), await generate(key, second)];
  const chained = Buffer.concat([firstTag, Buffer.alloc(size)]).subarray(0, size);
  const marked = Buffer.concat([first, Buffer.from([0x80]), Buffer.alloc(size - 1)]);
  const forgeries = [first, marked].map((start) => Buffer.concat([start, xorStart(second, chained)]));
  const answers = await Promise.all(forgeries.map((forgery) => verify(key, forgery, secondTag)));
  return answers.includes(true);
}

describe("M5 extension of CBC-MACs", () => {
  const others = generating.filter(
    ({ draft }) => draft.mac?.scheme !== "ISO9797_1_ALG1" && draft.mac?.scheme !== "UNIONPAY_ECB",
  );

  test.each(named(others))("M5 length-extension forgery fails: %s", async (_, key) => {
    for (let round = 0; round < 5; round++) expect(await forgeByExtension(key)).toBe(false);
  });

  /** docs/adr/0005: the standard's own weakness at full length. It shows as well that the forgery above is a real one. */
  test("M5 exception: ISO 9797-1 algorithm 1 at its full length is forgeable, at half its length not by this", async () => {
    const forged = await Promise.all(ALGORITHM_1.map(forgeByExtension));
    expect(forged).toEqual([true, true, false, false]);
  });

  /** UnionPay's MAC folds the message by XOR before anything is enciphered: that, too, is the scheme's and not pinmac's. */
  test("M5 exception: UnionPay's MAC does not tell the order of blocks", async () => {
    const key = kindNamed("m1-des-8-c");
    const [first, second] = [randomBytes(8), randomBytes(8)];
    const tag = await generate(key, Buffer.concat([first, second]));
    expect(await verify(key, Buffer.concat([second, first]), tag)).toBe(true);
  });
});
