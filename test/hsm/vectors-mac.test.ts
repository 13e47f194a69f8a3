import { readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import type { KeyHeaderDraft } from "../../src/keyblock/index.js";
import type { MacParameters } from "../../src/mac/index.js";
import { draft, EngineFixture, shown } from "./support/engine-fixture.js";

interface MacVector {
  readonly id: string;
  readonly algorithm: string;
  readonly cipher?: string;
  readonly hash?: string;
  readonly padding_method?: number;
  readonly key?: string;
  readonly message?: string;
  readonly mac?: string;
  readonly mac_length?: number;
  readonly result?: "valid" | "invalid";
}

const fixture = new EngineFixture();
const counts: Record<string, number> = {};
afterAll(() => process.stdout.write(`token, MAC vectors: ${JSON.stringify(counts)}\n`));

function load(name: string): readonly MacVector[] {
  return JSON.parse(readFileSync(new URL(`../vectors/${name}.json`, import.meta.url), "utf8"));
}

const BLOCK_SCHEMES: Readonly<Record<string, MacParameters["scheme"]>> = {
  "ISO9797-1 alg 1": "ISO9797_1_ALG1",
  "ISO9797-1 alg 3": "ISO9797_1_ALG3",
  "AS2805.4.1 MAC (ISO9797-1 alg 3, padding 1)": "ISO9797_1_ALG3",
};

const HMAC_SCHEMES: Readonly<Record<string, MacParameters["scheme"]>> = {
  sha224: "HMAC_SHA224",
  sha256: "HMAC_SHA256",
  sha384: "HMAC_SHA384",
  sha512: "HMAC_SHA512",
};

/** The length that SoftHSM takes at least, and RFC 3394: shorter keys are filled up with zeros, as HMAC itself does. */
function hmacKeyLength(vector: MacVector): number {
  const least: Readonly<Record<string, number>> = { sha224: 32, sha256: 32, sha384: 48, sha512: 64 };
  return least[vector.hash ?? ""] ?? 0;
}

function blockDraft(vector: MacVector, keyLength: number, length: number): KeyHeaderDraft | undefined {
  const scheme = BLOCK_SCHEMES[vector.algorithm];
  const paddingMethod = vector.padding_method ?? 1;
  if (scheme === undefined || (paddingMethod !== 1 && paddingMethod !== 2)) return undefined;
  const mac = { scheme, paddingMethod, length } as const;
  if (scheme === "ISO9797_1_ALG3") return draft({ usage: "M3", algorithm: "TDES", keyLength, modeOfUse: "C", mac });
  return keyLength === 8
    ? draft({ usage: "M1", algorithm: "DES", keyLength, modeOfUse: "C", mac })
    : draft({ usage: "M0", algorithm: "TDES", keyLength, modeOfUse: "C", mac });
}

function hmacDraft(vector: MacVector, keyLength: number, length: number): KeyHeaderDraft | undefined {
  const scheme = HMAC_SCHEMES[vector.hash ?? ""];
  if (scheme === undefined || keyLength > 64) return undefined;
  const mac = { scheme, paddingMethod: 0, length } as const;
  return draft({ usage: "M7", algorithm: "HMAC", keyLength: hmacKeyLength(vector), modeOfUse: "C", mac });
}

/** What key a vector needs; undefined for what pinmac does not offer (other algorithms, padding method 3, HMAC keys above 64 bytes). */
function draftOf(vector: MacVector): KeyHeaderDraft | undefined {
  const keyLength = (vector.key ?? "").length / 2;
  const length = vector.mac_length ?? (vector.mac ?? "").length / 2;
  if (vector.algorithm === "CMAC") {
    const algorithm = vector.cipher?.startsWith("AES") ? "AES" : "TDES";
    return draft({ usage: "M6", algorithm, keyLength, modeOfUse: "C", mac: { scheme: "CMAC", paddingMethod: 0, length } });
  }
  if (vector.algorithm === "HMAC") return hmacDraft(vector, keyLength, length);
  if (vector.algorithm === "UnionPay ECB MAC" && keyLength === 8) {
    const mac = { scheme: "UNIONPAY_ECB", paddingMethod: 0, length: 8 } as const;
    return draft({ usage: "M1", algorithm: "DES", keyLength, modeOfUse: "C", mac });
  }
  return blockDraft(vector, keyLength, length);
}

function count(name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}

const usable = ["mac-iso9797", "mac-cmac", "mac-hmac", "mac-regional"].flatMap((file) =>
  load(file)
    .filter((vector) => vector.mac !== undefined && vector.message !== undefined && draftOf(vector) !== undefined)
    .map((vector) => ({ file, vector })),
);

function importKey(vector: MacVector): { sealedKey: Buffer } {
  const keyDraft = draftOf(vector);
  if (keyDraft === undefined || vector.key === undefined) throw new Error("The vector has no key.");
  return { sealedKey: fixture.import(keyDraft, vector.key.padEnd(2 * keyDraft.keyLength, "0")) };
}

function expectedOf({ message, result }: MacVector): "verified" | "mismatch" | "MESSAGE_LENGTH_INVALID" {
  // pinmac takes no empty message: there is nothing to protect in it.
  if (message === "") return "MESSAGE_LENGTH_INVALID";
  return result === "invalid" ? "mismatch" : "verified";
}

describe.each(usable)("$file $vector.id", ({ file, vector }) => {
  test("on the token", async () => {
    const key = importKey(vector);
    const message = Buffer.from(vector.message ?? "", "hex");
    const mac = Buffer.from(vector.mac ?? "", "hex");
    const expected = expectedOf(vector);
    expect(shown(await fixture.execute({ kind: "verifyMac", key, message, mac }))).toBe(expected);
    const generated = shown(await fixture.execute({ kind: "generateMac", key, message }));
    expect(generated === vector.mac).toBe(expected === "verified");
    count(`${file} ${expected}`);
  });
});

test("the vectors are there", () => {
  expect(usable.length).toBeGreaterThan(100);
});
