import { type BlockCipher, SecretBytes } from "../../src/base/index.js";
import {
  type AesDukptType,
  deriveTdesInitialKey,
  deriveTdesTransactionKey,
  deriveTdesWorkingKey,
  executeAesDukptPlan,
  parseAesKsn,
  parseTdesKsn,
  planAesDukpt,
} from "../../src/dukpt/index.js";
import { encipherPinBlock, type Pan } from "../../src/pin/index.js";
import { softwareAes, softwareDes, softwareTdes } from "../../test/support/software-cipher.js";
import { SoftwareKeyDeriver } from "../../test/support/software-key-deriver.js";
import type { BenchBdk } from "./bdks.js";
import type { Transaction } from "./estates.js";

/** What a terminal sends. */
export interface TerminalPinBlock {
  readonly ksn: Buffer;
  readonly pinBlock: Buffer;
}

const PIN = [1, 2, 3, 4];
const BDK_ID = 0xffff9876;

/** The terminal's side of a transaction, in software: the PIN 1234, enciphered under the working key of its KSN. */
export function encipherAtTerminal(bdk: BenchBdk, transaction: Transaction, pan: Pan): TerminalPinBlock {
  const { ksn, cipher } = bdk.type === "TDES_2KEY" ? tdesTerminal(bdk, transaction) : aesTerminal(bdk, bdk.type, transaction);
  const pinBlock = encipherPinBlock(bdk.format, cipher, SecretBytes.take(Buffer.from(PIN)), pan, (length) =>
    Buffer.alloc(length),
  );
  return { ksn, pinBlock };
}

interface Terminal {
  readonly ksn: Buffer;
  readonly cipher: BlockCipher;
}

function tdesTerminal(bdk: BenchBdk, transaction: Transaction): Terminal {
  const { ksn, workingKey } = openTdesTransaction(bdk.value, transaction);
  return { ksn, cipher: softwareTdes(workingKey("pin").expose()) };
}

/** A TDES terminal's KSN and the working keys of its transaction key. */
export interface TdesTransaction {
  readonly ksn: Buffer;
  workingKey(use: "pin" | "macRequest"): SecretBytes;
}

/** KSN: 4 bytes of BDK id, 27 bits of device, 21 bits of counter, behind FFFF that is part of the id. */
export function openTdesTransaction(bdk: Buffer, { device, counter }: Transaction): TdesTransaction {
  const bytes = Buffer.alloc(10);
  bytes.writeUInt32BE(BDK_ID, 0);
  bytes.writeBigUInt64BE(((BigInt(BDK_ID) & 0xffffn) << 48n) | (BigInt(device) << 21n) | BigInt(counter), 2);
  const ksn = parseTdesKsn(bytes);
  const variant = Buffer.from(bdk.map((byte, index) => (index % 8 < 4 ? byte ^ 0xc0 : byte)));
  const initialKey = deriveTdesInitialKey(softwareTdes(bdk), softwareTdes(variant), ksn);
  const transactionKey = deriveTdesTransactionKey(initialKey, ksn, softwareDes);
  return { ksn: bytes, workingKey: (use) => deriveTdesWorkingKey(transactionKey, use) };
}

/** KSN: 4 bytes of BDK id, 4 of device, 4 of counter. */
function aesTerminal({ value, pinKeyType }: BenchBdk, type: AesDukptType, { device, counter }: Transaction): Terminal {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt32BE(BDK_ID, 0);
  bytes.writeUInt32BE(device, 4);
  bytes.writeUInt32BE(counter, 8);
  const plan = planAesDukpt(type, parseAesKsn(bytes), "pinEncryption", pinKeyType);
  const workingKey = executeAesDukptPlan(plan, SecretBytes.take(Buffer.from(value)), new SoftwareKeyDeriver());
  return { ksn: bytes, cipher: softwareAes(workingKey.expose()) };
}
