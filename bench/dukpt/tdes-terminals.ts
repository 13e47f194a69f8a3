import type { SecretBytes } from "../../src/base/index.js";
import {
  deriveTdesInitialKey,
  deriveTdesTransactionKey,
  deriveTdesWorkingKey,
  parseTdesKsn,
  type TdesKsn,
} from "../../src/dukpt/index.js";
import { softwareDes, softwareTdes } from "../../test/support/software-cipher.js";
import type { Transaction } from "./estates.js";

/** A TDES terminal's KSN and the working keys of its transaction key. */
export interface TdesTransaction {
  readonly ksn: Buffer;
  workingKey(use: "pin" | "macRequest"): SecretBytes;
}

/** Behind FFFF, that is part of it. */
const BDK_ID = 0xffff9876;

/**
 * Terminals under one BDK, in software. As a terminal does, each remembers the keys on the way to its newest transaction key: then the next
 * counter costs one step, and a client has time for more terminals.
 */
export class TdesTerminals {
  readonly #bdk: Buffer;
  /** By terminal: keys by the counter bits that lead to them. */
  readonly #known = new Map<number, Map<number, SecretBytes>>();

  constructor(bdk: Buffer) {
    this.#bdk = bdk;
  }

  /** KSN: 4 bytes of BDK id, 27 bits of device, 21 bits of counter, behind the FFFF. */
  open({ device, counter }: Transaction): TdesTransaction {
    const bytes = Buffer.alloc(10);
    bytes.writeUInt32BE(BDK_ID, 0);
    bytes.writeBigUInt64BE(((BigInt(BDK_ID) & 0xffffn) << 48n) | (BigInt(device) << 21n) | BigInt(counter), 2);
    const before = this.#known.get(device) ?? new Map<number, SecretBytes>();
    const way = new Map<number, SecretBytes>();
    const transactionKey = this.#keyAt(counter, parseTdesKsn(bytes), before, way);
    this.#known.set(device, way);
    return { ksn: bytes, workingKey: (use) => deriveTdesWorkingKey(transactionKey, use) };
  }

  /** The key at the end of these counter bits: one step from that of all bits but the lowest. @param way takes every key on the way */
  #keyAt(bits: number, ksn: TdesKsn, before: ReadonlyMap<number, SecretBytes>, way: Map<number, SecretBytes>): SecretBytes {
    const parent = bits & (bits - 1);
    const parentKey = bits === 0 ? undefined : this.#keyAt(parent, ksn, before, way);
    const key = before.get(bits) ?? (parentKey ? stepFrom(parentKey, parent, bits ^ parent, ksn) : this.#initialKey(ksn));
    way.set(bits, key);
    return key;
  }

  #initialKey(ksn: TdesKsn): SecretBytes {
    const variant = Buffer.from(this.#bdk.map((byte, index) => (index % 8 < 4 ? byte ^ 0xc0 : byte)));
    return deriveTdesInitialKey(softwareTdes(this.#bdk), softwareTdes(variant), ksn);
  }
}

/** The step for one more bit: the derivation of a terminal whose id holds the bits taken so far, and whose counter is that bit alone. */
function stepFrom(key: SecretBytes, taken: number, bit: number, ksn: TdesKsn): SecretBytes {
  const initialKeyId = Buffer.from(ksn.initialKeyId);
  initialKeyId.writeUIntBE(initialKeyId.readUIntBE(7, 3) | taken, 7, 3);
  return deriveTdesTransactionKey(key, { ...ksn, initialKeyId, counter: bit }, softwareDes);
}
