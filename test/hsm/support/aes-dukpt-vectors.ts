import { expect } from "vitest";
import {
  type AesDukptPlan,
  executeAesDukptPlan,
  executeAesDukptPlanFromInitialKey,
  type KeyDeriver,
  planAesDukpt,
} from "../../../src/dukpt/index.js";
import { computeAesDukptMac, withAesPinCipher } from "../../../src/engine/aes-dukpt-keys.js";
import { AesDukptTree } from "../../../src/engine/aes-dukpt-tree.js";
import { TokenKeyDeriver, type WorkingKeyKind } from "../../../src/engine/token-key-deriver.js";
import { type ObjectHandle, TokenFault, tokenEcbCipher } from "../../../src/hsm/index.js";
import { decipherPinBlock, parsePan } from "../../../src/pin/index.js";
import { BDK_TYPES, KEY_TYPES, known, type Start, USAGES, uncheckedKsn } from "../../support/aes-dukpt-subjects.js";
import { textOf } from "../../support/product-subject.js";
import { softwareAes, softwareTdes } from "../../support/software-cipher.js";
import { knownKeysOf } from "../../support/token-subject.js";
import type { TokenUnderTest } from "../../support/token-under-test.js";
import type { VectorEntry } from "../../support/vectors.js";

const fromHex = (text: string): Buffer => Buffer.from(text, "hex");
const toHex = (bytes: Buffer): string => bytes.toString("hex").toUpperCase();
const ZERO_BLOCK = Buffer.alloc(16);
const USAGE_CODES: Readonly<Record<string, string>> = { pin: "1000", mac_gen: "2000", data_enc: "3000", kek: "0002" };

/** Keys of any length of AES, as what they encipher shows every bit of them. */
const AS_AES: WorkingKeyKind = { keyType: "AES", use: "encryptAesEcb" };
const AS_TDES: Readonly<Record<string, WorkingKeyKind>> = {
  "2TDEA": { keyType: "DES2", use: "encryptDes3Ecb" },
  "3TDEA": { keyType: "DES3", use: "encryptDes3Ecb" },
};

const idOf = (entry: VectorEntry): string => entry.text("initial_key_id");
const counterOf = (entry: VectorEntry): number =>
  entry.has("counter") ? entry.number("counter") : fromHex(entry.text("ksn")).readUInt32BE(8);

function startsOf(entry: VectorEntry): readonly Start[] {
  const [bdk, initialKey] = [entry.optionalText("bdk"), entry.optionalText("initial_key")];
  return [...(bdk === undefined ? [] : [{ bdk }]), ...(initialKey === undefined ? [] : [{ initialKey }])];
}

/** The plan whose last key is the transaction's derivation key. */
function withoutWorkingKey(plan: AesDukptPlan): AesDukptPlan {
  const last = plan.intermediate.at(-1);
  if (last === undefined) throw new Error("A plan has an intermediate key.");
  return { ...plan, intermediate: plan.intermediate.slice(0, -1), workingKey: last.step };
}

/** The vectors of AES DUKPT, with every derivation in a token. Keys cannot be read there: they are compared by what they encipher. */
export class AesDukptVectors {
  readonly #under: TokenUnderTest;
  readonly #keys: ReturnType<typeof knownKeysOf>;

  constructor(under: TokenUnderTest) {
    this.#under = under;
    this.#keys = knownKeysOf(under);
  }

  /** Runs one vector. */
  check(entry: VectorEntry): void {
    const checks: Readonly<Record<string, () => void>> = {
      aes_dukpt_initial_key: () => this.#checkInitialKey(entry),
      aes_dukpt_transaction_derivation_key: () => this.#checkDerivationKey(entry, entry.text("derivation_key")),
      aes_dukpt_working_key: () => this.#checkWorkingKey(entry),
      aes_dukpt_update_key: () => this.#checkWorkingKey(entry),
      aes_dukpt_transaction: () => this.#checkTransaction(entry),
      aes_dukpt_pin_encrypt: () => this.#checkPin(entry),
      aes_dukpt_data_encrypt: () => this.#checkData(entry),
      aes_dukpt_terminal_registers: () => this.#checkRegisters(entry),
    };
    known(checks, entry.text("operation"))();
  }

  get #session() {
    return this.#under.token.session;
  }

  #handleOf(start: Start): ObjectHandle {
    return this.#keys("AES", "deriveAes", fromHex("bdk" in start ? start.bdk : start.initialKey));
  }

  #planOf(start: Start, entry: VectorEntry, usage: string, keyType: string, counter = counterOf(entry)): AesDukptPlan {
    const type = known(BDK_TYPES, ("bdk" in start ? start.bdk : start.initialKey).length);
    return planAesDukpt(type, uncheckedKsn(idOf(entry), counter), known(USAGES, usage), known(KEY_TYPES, keyType));
  }

  #withKey<Result>(deriver: KeyDeriver<ObjectHandle>, key: ObjectHandle, work: (key: ObjectHandle) => Result): Result {
    try {
      return work(key);
    } finally {
      deriver.destroy(key);
    }
  }

  #withPlanned<Result>(start: Start, plan: AesDukptPlan, kind: WorkingKeyKind, work: (key: ObjectHandle) => Result): Result {
    const deriver = new TokenKeyDeriver(this.#session).for(kind);
    const execute = "bdk" in start ? executeAesDukptPlan : executeAesDukptPlanFromInitialKey;
    return this.#withKey(deriver, execute(plan, this.#handleOf(start), deriver), work);
  }

  #expectAes(key: ObjectHandle, expected: string): void {
    const enciphered = tokenEcbCipher(this.#session, key, 16).encryptEcb(ZERO_BLOCK);
    expect(toHex(enciphered)).toBe(toHex(softwareAes(fromHex(expected)).encryptEcb(ZERO_BLOCK)));
  }

  #expectTdes(key: ObjectHandle, expected: string): void {
    const block = ZERO_BLOCK.subarray(0, 8);
    const enciphered = tokenEcbCipher(this.#session, key, 8).encryptEcb(block);
    expect(toHex(enciphered)).toBe(toHex(softwareTdes(fromHex(expected)).encryptEcb(block)));
  }

  #checkInitialKey(entry: VectorEntry): void {
    const start = { bdk: entry.text("bdk") };
    const deriver = new TokenKeyDeriver(this.#session).for(AS_AES);
    const { initialKey } = this.#planOf(start, entry, "1000", "AES128", 1);
    const key = deriver.derive(this.#handleOf(start), initialKey, "working");
    this.#withKey(deriver, key, (handle) => this.#expectAes(handle, entry.text("initial_key")));
  }

  #checkDerivationKey(entry: VectorEntry, expected: string, counter = counterOf(entry)): void {
    for (const start of startsOf(entry)) {
      const plan = withoutWorkingKey(this.#planOf(start, entry, "1000", "AES128", counter));
      this.#withPlanned(start, plan, AS_AES, (key) => this.#expectAes(key, expected));
    }
  }

  #checkWorkingKey(entry: VectorEntry): void {
    const usage = entry.optionalText("key_usage_code") ?? known(USAGE_CODES, entry.text("key_usage"));
    const [keyType, expected] = [entry.text("working_key_type"), entry.text("key")];
    for (const start of startsOf(entry)) {
      const plan = this.#planOf(start, entry, usage, keyType);
      this.#withPlanned(start, plan, AS_AES, (key) => this.#expectAes(key, expected));
      const asTdes = AS_TDES[keyType];
      if (asTdes !== undefined) this.#withPlanned(start, plan, asTdes, (key) => this.#expectTdes(key, expected));
    }
    const derivationKey = entry.nested("computed")?.optionalText("derivation_key") ?? entry.optionalText("derivation_key");
    if (derivationKey !== undefined) this.#checkDerivationKey(entry, derivationKey);
  }

  /** As the engine does it: from a tree that keeps keys, and from one that keeps none. */
  #trees(entry: VectorEntry): readonly AesDukptTree[] {
    const bdk = this.#handleOf({ bdk: entry.text("bdk") });
    const type = known(BDK_TYPES, entry.text("bdk").length);
    return [undefined, 0].map((kept) => new AesDukptTree(this.#session, bdk, type, kept));
  }

  #forgetKept(tree: AesDukptTree): void {
    for (const key of tree.handles) this.#session.destroyObject(key);
  }

  #checkTransaction(entry: VectorEntry): void {
    this.#checkDerivationKey(entry, entry.text("derivation_key"));
    const message = Buffer.from(entry.text("data_ascii"), "latin1");
    const ksn = fromHex(entry.text("ksn"));
    for (const tree of this.#trees(entry)) {
      for (const [direction, field] of [
        ["macRequest", "request"],
        ["macResponse", "response"],
      ] as const) {
        const bdk = { session: this.#session, tree };
        const cmac = { mac: { scheme: "CMAC", paddingMethod: 0, length: 16 }, dukptWorkingKeys: { mac: "AES_128" } } as const;
        expect(toHex(computeAesDukptMac({ ...bdk, header: cmac }, ksn, direction, message))).toBe(entry.text(`cmac_${field}`));
        const hmac = { mac: { ...cmac.mac, scheme: "HMAC_SHA256" }, dukptWorkingKeys: { mac: "HMAC_128" } } as const;
        this.#expectHmac(() => computeAesDukptMac({ ...bdk, header: hmac }, ksn, direction, message), entry, field);
      }
      this.#forgetKept(tree);
    }
    this.#checkTransactionKeys(entry);
  }

  /** Some tokens take no HMAC key shorter than the hash: then the key is compared, and the token must have refused. */
  #expectHmac(compute: () => Buffer, entry: VectorEntry, field: string): void {
    let mac: Buffer | undefined;
    try {
      mac = compute();
    } catch (error) {
      expect(error).toBeInstanceOf(TokenFault);
      expect(error).toMatchObject({ kind: "mechanism" });
      expect(this.#under.name).toBe("softhsm");
    }
    if (mac !== undefined) expect(toHex(mac)).toBe(entry.text(`hmac_sha256_${field}`));
  }

  /** The HMAC keys bit for bit, and data keys by the first block that they encipher. */
  #checkTransactionKeys(entry: VectorEntry): void {
    const start = { bdk: entry.text("bdk") };
    const first = Buffer.concat([Buffer.from(entry.text("data_ascii"), "latin1")], 16);
    for (const [field, mac, data] of [
      ["request", "2000", "3000"],
      ["response", "2001", "3001"],
    ] as const) {
      const hmacKey = entry.nested("computed")?.text(`hmac_key_${field}`) ?? "";
      const hmacPlan = this.#planOf(start, entry, mac, "HMAC128");
      this.#withPlanned(start, hmacPlan, AS_AES, (key) => this.#expectAes(key, hmacKey));
      const expected = entry.text(`data_${field}_ciphertext`).slice(0, 32);
      const enciphered = this.#withPlanned(start, this.#planOf(start, entry, data, "AES128"), AS_AES, (key) =>
        tokenEcbCipher(this.#session, key, 16).encryptEcb(first),
      );
      expect(toHex(enciphered)).toBe(expected);
    }
  }

  #checkPin(entry: VectorEntry): void {
    const [ksn, block] = [fromHex(entry.text("ksn")), fromHex(entry.text("encrypted_pin_block"))];
    const header = { dukptWorkingKeys: { pin: known(KEY_TYPES, entry.text("working_key_type")) } };
    for (const tree of this.#trees(entry)) {
      const pin = withAesPinCipher({ session: this.#session, tree, header }, ksn, (cipher) =>
        decipherPinBlock(4, cipher, block, parsePan(entry.text("pan"))),
      );
      expect(textOf(pin)).toBe(entry.text("pin"));
      this.#forgetKept(tree);
    }
  }

  #checkData(entry: VectorEntry): void {
    const start = { bdk: entry.text("bdk") };
    const plan = this.#planOf(start, entry, "3000", entry.text("working_key_type"));
    const enciphered = this.#withPlanned(start, plan, AS_AES, (key) =>
      tokenEcbCipher(this.#session, key, 16).encryptEcb(fromHex(entry.text("plaintext"))),
    );
    expect(toHex(enciphered)).toBe(entry.text("ciphertext"));
  }

  /** Register i after n transactions: the derivation key of the next counter that ends with bit i. */
  #checkRegisters(entry: VectorEntry): void {
    const done = entry.number("transactions_done");
    for (let bit = 0; bit < 32; bit++) {
      const counter = Math.floor(done / 2 ** (bit + 1)) * 2 ** (bit + 1) + 2 ** bit;
      if (counter <= done) continue;
      const expected = entry.nested("intermediate_key_registers")?.text(String(bit)) ?? "";
      this.#checkDerivationKey(entry, expected, counter);
    }
  }
}
