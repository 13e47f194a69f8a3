import { encryptTdes } from "./tdes.js";
import { xor } from "./xor.js";

const COUNTER_BITS = 21;
const MOST_ONE_BITS = 10;
const HALF_VARIANT = Buffer.from("C0C0C0C000000000", "hex");

const PIN_MASK = Buffer.from("00000000000000FF00000000000000FF", "hex");
const MAC_REQUEST_MASK = Buffer.from("000000000000FF00000000000000FF00", "hex");
const MAC_RESPONSE_MASK = Buffer.from("00000000FF00000000000000FF000000", "hex");

/** The KSN of one transaction, and the working keys that belong to it. */
export interface DukptTransaction {
  readonly ksn: Buffer;
  readonly pinKey: Buffer;
  readonly macRequestKey: Buffer;
  readonly macResponseKey: Buffer;
}

function countOneBits(counter: number): number {
  return counter.toString(2).replaceAll("0", "").length;
}

function lowestOneBit(counter: number): number {
  return 31 - Math.clz32(counter & -counter);
}

function halfOfNextKey(left: Buffer, right: Buffer, ksnTail: Buffer): Buffer {
  return xor(encryptTdes(left, xor(ksnTail, right)), right);
}

/** The one-way step of X9.24-1: the next key from this one and from the eight rightmost bytes of the KSN. */
function deriveNextKey(key: Buffer, ksnTail: Buffer): Buffer {
  const [left, right] = [key.subarray(0, 8), key.subarray(8, 16)];
  return Buffer.concat([
    halfOfNextKey(xor(left, HALF_VARIANT), xor(right, HALF_VARIANT), ksnTail),
    halfOfNextKey(left, right, ksnTail),
  ]);
}

/**
 * A PIN entry device under TDES DUKPT (X9.24-1), the way a device really does it: the initial key is spent at injection on 21
 * future keys, one for each bit of the counter. Each transaction takes the future key of its lowest one-bit, makes from it the
 * future keys below, and forgets it, so that a stolen device gives away no past transaction.
 */
export class DukptDevice {
  readonly #registration: Buffer;
  readonly #futureKeys = new Map<number, Buffer>();
  #counter = 0;

  /** @param initialKey 16 bytes, wiped. @param ksn 10 bytes; the counter in its 21 lowest bits is ignored. */
  constructor(initialKey: Buffer, ksn: Buffer) {
    this.#registration = Buffer.from(ksn);
    this.#storeFutureKeys(initialKey, COUNTER_BITS);
    initialKey.fill(0);
    this.#counter = 1;
  }

  /** Takes the next transaction. @throws RangeError when the counter is used up */
  nextTransaction(): DukptTransaction {
    const bit = lowestOneBit(this.#counter);
    const key = this.#futureKeys.get(bit);
    if (key === undefined) throw new RangeError("The device has no transactions left: it must be injected anew.");
    const transaction = {
      ksn: this.#ksnOf(this.#counter),
      pinKey: xor(key, PIN_MASK),
      macRequestKey: xor(key, MAC_REQUEST_MASK),
      macResponseKey: xor(key, MAC_RESPONSE_MASK),
    };
    this.#spend(key, bit);
    return transaction;
  }

  #spend(key: Buffer, bit: number): void {
    this.#futureKeys.delete(bit);
    // With ten one-bits no key may be made from this one: skip to the next counter with fewer.
    if (countOneBits(this.#counter) < MOST_ONE_BITS) {
      this.#storeFutureKeys(key, bit);
      this.#counter += 1;
    } else {
      this.#counter += 2 ** bit;
    }
    key.fill(0);
  }

  #storeFutureKeys(key: Buffer, below: number): void {
    for (let bit = 0; bit < below; bit += 1) {
      const tail = this.#ksnOf(this.#counter + 2 ** bit).subarray(2);
      this.#futureKeys.set(bit, deriveNextKey(key, tail));
    }
  }

  #ksnOf(counter: number): Buffer {
    const ksn = Buffer.from(this.#registration);
    const high = ksn.readUInt8(7) & 0xe0;
    ksn.writeUIntBE(high * 0x10000 + counter, 7, 3);
    return ksn;
  }
}
