import { createCipheriv, randomBytes } from "node:crypto";
import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createSite, type Site } from "../cli/support/site.js";
import { until } from "../fault/support/real-lanes.js";
import { errorOf } from "../grpc/support/clients.js";
import { byName } from "../grpc/support/requests.js";
import { referenceSubject as reference } from "../reference/index.js";
import { type AttackStack, startAttackStack } from "./support/attack-stack.js";
import { EVERY_KIND, type KnownKey } from "./support/key-kinds.js";
import { NONE, upperHex } from "./support/terminal.js";

const MESSAGE = Buffer.from("0200 completion, amount 12500");
const ROUNDS = 4;
const AES_LIMIT = 10;
const DES_LIMIT = 6;

let stack: AttackStack;

beforeAll(async () => {
  stack = await startAttackStack();
});

afterAll(() => stack.stop());

function cmacKey(name: string): KnownKey {
  const mac = { scheme: "CMAC", paddingMethod: 0, length: 16 } as const;
  return { draft: { name, usage: "M6", algorithm: "AES", modeOfUse: "C", mac }, material: randomBytes(16) };
}

const rightMac = ({ material }: KnownKey): string => reference.cmac("AES", upperHex(material), upperHex(MESSAGE));

/** The MACs that the service gives, asked for in this order: in a new lane, the keys get their handles in this order. */
async function macsInOrder(keys: readonly KnownKey[]): Promise<readonly string[]> {
  const macs: string[] = [];
  for (const { draft } of keys) {
    const answer = await stack.client.generateMac({ key: byName(draft.name), ksn: NONE, message: MESSAGE });
    macs.push(upperHex(answer.mac));
  }
  return macs;
}

describe("handles that name another key after the token was lost", () => {
  test("K12 substituted handles: no cryptogram under a wrong key when lanes are replaced", async () => {
    const keys = Array.from({ length: 6 }, (_, index) => cmacKey(`attack/handle-${index}`));
    for (const { draft, material } of keys) await stack.addKey(draft, material);
    const { lanes } = stack.engine;
    for (let round = 0; round < ROUNDS; round++) {
      // Another order each time: the numbers that the token gives its handles come to mean other keys.
      const order = [...keys.slice(round), ...keys.slice(0, round)].toReversed();
      expect(await macsInOrder(order)).toEqual(order.map(rightMac));
      const [before] = lanes.lanePids;
      if (before === undefined) throw new Error("There is no lane.");
      process.kill(before, "SIGKILL");
      // While it is gone there is no answer rather than a wrong one.
      const early = await stack.client.generateMac({ key: byName("attack/handle-0"), ksn: NONE, message: MESSAGE }).then(
        ({ mac }) => upperHex(mac),
        ({ code }: { code: number }) => code,
      );
      expect([14, ...keys.slice(0, 1).map(rightMac)]).toContain(early);
      await until(() => lanes.state.serving && lanes.lanePids[0] !== before, 20_000);
    }
  });
});

/** Two TDES keys whose check values are equal: 24 bits fall to a birthday search over some thousand keys. */
function collidingKeys(): readonly [Buffer, Buffer] {
  const seen = new Map<string, Buffer>();
  for (;;) {
    const key = randomBytes(16);
    const cipher = createCipheriv("des-ede-ecb", key, null).setAutoPadding(false);
    const checkValue = cipher.update(Buffer.alloc(8)).toString("hex", 0, 3);
    const other = seen.get(checkValue);
    if (other !== undefined) return [other, key];
    seen.set(checkValue, key);
  }
}

/** All of what a check value is cut from, in hex. */
function wholeCheckValue({ draft, material }: KnownKey): string {
  const key = upperHex(material);
  if (draft.algorithm === "HMAC") return reference.hmac("sha256", key, "");
  if (draft.algorithm === "AES") return reference.cmac("AES", key, "0".repeat(32));
  return upperHex(
    createCipheriv("des-ede3-ecb", Buffer.concat([material, material, material]).subarray(0, 24), null)
      .setAutoPadding(false)
      .update(Buffer.alloc(8)),
  );
}

/** What no output may hold: one digit more of a check value than is published, or the ECB value of an AES key. */
function forbiddenDigits(key: KnownKey): readonly string[] {
  const shown = key.draft.algorithm === "AES" ? AES_LIMIT : DES_LIMIT;
  const whole = wholeCheckValue(key).slice(0, shown + 1);
  if (key.draft.algorithm !== "AES") return [whole];
  const ecb = createCipheriv(`aes-${8 * key.material.length}-ecb`, key.material, null)
    .setAutoPadding(false)
    .update(Buffer.alloc(16));
  return [whole, upperHex(ecb).slice(0, 8)];
}

describe("check values", () => {
  test("K13 no answer of the service shows more than 6 digits of a check value, 10 for AES", async () => {
    for (const { draft, material } of EVERY_KIND) await stack.addKey(draft, material);
    const { keys } = await stack.client.listKeys({ pageSize: 1_000, pageToken: "" });
    expect(keys.length).toBeGreaterThanOrEqual(EVERY_KIND.length);
    for (const known of EVERY_KIND) {
      const { key } = await stack.client.getKey({ key: byName(known.draft.name) });
      const listed = keys.find(({ name }) => name === known.draft.name);
      const shown = known.draft.algorithm === "AES" ? AES_LIMIT : DES_LIMIT;
      expect(key?.checkValue).toBe(wholeCheckValue(known).slice(0, shown));
      expect(listed).toEqual(key);
      const text = inspect([key, listed], { depth: null }).toUpperCase();
      for (const digits of forbiddenDigits(known)) expect(text).not.toContain(digits);
    }
  });

  test("K13 two keys of one check value are two keys (birthday search)", async () => {
    const [first, second] = collidingKeys();
    const mac = { scheme: "CMAC", paddingMethod: 0, length: 8 } as const;
    const made = [first, second].map((material, index) => ({
      draft: { name: `attack/twin-${index}`, usage: "M6", algorithm: "TDES", modeOfUse: "C", mac } as const,
      material,
    }));
    for (const { draft, material } of made) await stack.addKey(draft, material);
    const seen = await Promise.all(made.map(({ draft }) => stack.client.getKey({ key: byName(draft.name) })));
    expect(seen[0]?.key?.checkValue).toBe(seen[1]?.key?.checkValue);
    expect(seen[0]?.key?.id).not.toBe(seen[1]?.key?.id);
    const expected = made.map(({ material }) => reference.cmac("TDES", upperHex(material), upperHex(MESSAGE)));
    expect(expected[0]).not.toBe(expected[1]);
    expect(await macsInOrder(made)).toEqual(expected);
    expect(await errorOf(stack.client.getKey({ key: byName("attack/twin-2") }))).toMatchObject({ reason: "KEY_NOT_FOUND" });
  });
});

describe("check values on the command line", () => {
  let site: Site;
  beforeAll(() => {
    site = createSite();
    expect(site.run("init", "--create-token", "--so-pin-file", site.path("so-pin")).code).toBe(0);
  });
  afterAll(() => site.remove());

  const KINDS = [
    ["P0", "TDES", 16],
    ["P0", "AES", 16],
    ["M7", "HMAC", 32],
  ] as const;

  test.each(KINDS)("K13 no output of pinmac shows more of it, nor of the key: %s %s", (usage, algorithm, length) => {
    const known: KnownKey = {
      draft: { name: "attack/shown", usage, algorithm, modeOfUse: usage === "P0" ? "B" : "C" },
      material: randomBytes(length),
    };
    const { material } = known;
    const file = site.write("key.hex", upperHex(material));
    const name = `attack/${algorithm.toLowerCase()}`;
    const imported = ["key", "import", "--name", name, "--usage", usage, "--algorithm", algorithm, "--from-file", file];
    const runs = [imported, ["key", "show", name], ["key", "show", name, "--json"], ["key", "list"], ["key", "list", "--json"]];
    const outputs = runs.map((args) => site.run(...args));
    expect(outputs.map(({ code }) => code)).toEqual(runs.map(() => 0));
    const text = outputs
      .map(({ out, err }) => out + err)
      .join("\n")
      .toUpperCase();
    expect(text).toContain(wholeCheckValue(known).slice(0, algorithm === "AES" ? AES_LIMIT : DES_LIMIT));
    for (const digits of [...forbiddenDigits(known), upperHex(material).slice(0, 8)]) expect(text).not.toContain(digits);
  });
});
