import { type BlockCipher, Refusal, SecretBytes } from "../../src/base/index.js";
import {
  clearCounter,
  deriveTdesInitialKey,
  deriveTdesTransactionKey,
  deriveTdesWorkingKey,
  parseTdesKsn,
  type TdesWorkingKeyUsage,
  VARIANT_MASK,
} from "../../src/dukpt/index.js";
import { computeAesCheckValue, computeTdesCheckValue } from "../../src/keyblock/index.js";
import { computeCbcMac, computeCmac, computeRetailMac, computeUnionPayMac, padMessage } from "../../src/mac/index.js";
import { decipherPinBlock, encipherPinBlock, parsePan, pinBlockLength } from "../../src/pin/index.js";
import { xorPanField16 } from "../../src/pin/pan-field.js";
import { readPinField, writePinField } from "../../src/pin/pin-field.js";
import { clearCipher, softwareAes, softwareDes, softwareHmac, softwareTdes } from "./software-cipher.js";
import type { VectorCipher, VectorSubject } from "./vector-subject.js";

const fromHex = (text: string): Buffer => Buffer.from(text, "hex");
const toHex = (bytes: Buffer): string => bytes.toString("hex").toUpperCase();

/** One byte for each character; a character that is no digit becomes a byte that is none. */
export function pinOf(text: string): SecretBytes {
  return SecretBytes.take(Buffer.from([...text].map((character) => Number.parseInt(character, 16))));
}

/** The digits of a PIN as text: only a test may do this. */
export function textOf(pin: SecretBytes): string {
  return [...pin.expose()].map((digit) => digit.toString(10)).join("");
}

function unlessRefused<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/** How a subject gets its ciphers: in software, or from a token. */
export type CipherFactory = (cipher: VectorCipher, key: Buffer) => BlockCipher;

/** Ciphers of node:crypto. */
export const softwareCiphers: CipherFactory = (cipher, key) => (cipher === "AES" ? softwareAes(key) : softwareTdes(key));

const WORKING_KEYS: Readonly<Record<string, TdesWorkingKeyUsage>> = {
  pin: "pin",
  mac_request: "macRequest",
  mac_response: "macResponse",
};

function variantOf(key: Buffer): Buffer {
  return Buffer.from(key.map((byte, index) => byte ^ (VARIANT_MASK[index % 8] ?? 0)));
}

/** Random bytes that are not: the given ones, over and over. */
function fixedRandom(random: string): (length: number) => Buffer {
  const bytes = fromHex(random === "" ? "00" : random);
  return (length) => Buffer.alloc(length, bytes);
}

/** The product's own code over the given ciphers. */
export function productSubject(name: string, ciphers: CipherFactory): VectorSubject {
  const cipherOf = (format: number, key: string): BlockCipher => ciphers(format === 4 ? "AES" : "TDES", fromHex(key));
  return {
    name,
    encodeClearBlock: (format, pin, pan) =>
      unlessRefused(() => toHex(encipherPinBlock(format, clearCipher(8), pinOf(pin), parsePan(pan), fixedRandom("")))),
    decodeClearBlock: (format, block, pan) =>
      unlessRefused(() => textOf(decipherPinBlock(format, clearCipher(8), fromHex(block), parsePan(pan)))),
    encodePinField4: (pin, random) =>
      unlessRefused(() => {
        const field = Buffer.concat([Buffer.alloc(8), fromHex(random)]);
        writePinField(4, pinOf(pin), field, fixedRandom(""));
        return toHex(field);
      }),
    decodePinField4: (field) =>
      fromHex(field).length === pinBlockLength(4) ? unlessRefused(() => textOf(readPinField(4, fromHex(field)))) : undefined,
    encodePanField4: (pan) =>
      unlessRefused(() => {
        const field = Buffer.alloc(16);
        xorPanField16(field, parsePan(pan));
        return toHex(field);
      }),
    encipherPinBlock: (format, key, pin, pan, random) =>
      unlessRefused(() =>
        toHex(encipherPinBlock(format, cipherOf(format, key), pinOf(pin), parsePan(pan), fixedRandom(random))),
      ),
    decipherPinBlock: (format, key, block, pan) =>
      unlessRefused(() => textOf(decipherPinBlock(format, cipherOf(format, key), fromHex(block), parsePan(pan)))),
    initialKey: (bdk, ksn) => {
      const key = fromHex(bdk);
      const id = { initialKeyId: clearCounter(fromHex(ksn)) };
      return toHex(deriveTdesInitialKey(ciphers("TDES", key), ciphers("TDES", variantOf(key)), id).expose());
    },
    workingKey: (initialKey, ksn, usage) => {
      const initial = SecretBytes.take(fromHex(initialKey));
      const transactionKey = deriveTdesTransactionKey(initial, parseTdesKsn(fromHex(ksn)), softwareDes);
      const workingUsage = WORKING_KEYS[usage];
      return toHex((workingUsage ? deriveTdesWorkingKey(transactionKey, workingUsage) : transactionKey).expose());
    },
    pad: (method, message) => toHex(padMessage(method, fromHex(message), 8)),
    cbcMac: (cipher, key, padding, message) => toHex(computeCbcMac(ciphers(cipher, fromHex(key)), padding, fromHex(message))),
    retailMac: (key, padding, message) => {
      const whole = fromHex(key);
      const left = Buffer.concat([whole.subarray(0, 8), whole.subarray(0, 8)]);
      return toHex(computeRetailMac(ciphers("TDES", left), ciphers("TDES", whole), padding, fromHex(message)));
    },
    cmac: (cipher, key, message) => toHex(computeCmac(ciphers(cipher, fromHex(key)), fromHex(message))),
    unionPayMac: (cipher, key, message) => toHex(computeUnionPayMac(ciphers(cipher, fromHex(key)), fromHex(message))),
    hmac: (hash, key, message) => toHex(softwareHmac(hash, fromHex(key), fromHex(message))),
    checkValue: (cipher, key) => {
      const compute = cipher === "AES" ? computeAesCheckValue : computeTdesCheckValue;
      return toHex(compute(ciphers(cipher, fromHex(key))).value);
    },
  };
}
