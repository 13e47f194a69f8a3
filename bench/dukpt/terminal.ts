import { type BlockCipher, SecretBytes } from "../../src/base/index.js";
import { type AesDukptType, executeAesDukptPlan, parseAesKsn, planAesDukpt } from "../../src/dukpt/index.js";
import { encipherPinBlock, type Pan } from "../../src/pin/index.js";
import { softwareAes, softwareTdes } from "../../test/support/software-cipher.js";
import { SoftwareKeyDeriver } from "../../test/support/software-key-deriver.js";
import type { BenchBdk } from "./bdks.js";
import type { Transaction } from "./estates.js";
import { TdesTerminals } from "./tdes-terminals.js";

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
  // Each terminal with a fresh memory: strangers would fill it.
  const { ksn, workingKey } = new TdesTerminals(bdk.value).open(transaction);
  return { ksn, cipher: softwareTdes(workingKey("pin").expose()) };
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
