/** No other thing that the seal key authenticates begins like this. */
const HEAD_DOMAIN = Buffer.from("pinmac register head v1\0", "latin1");

const REGISTER_ID_LENGTH = 16;
const HASH_LENGTH = 32;

/** Where the journal of a key register stands. */
export interface RegisterHead {
  /** 16 random bytes, made with the register: the head of one register is not one of another. */
  readonly registerId: Buffer;
  /** Number of the last change, from 1. */
  readonly seq: number;
  /** SHA-256 over that change and, through it, over all before it. */
  readonly hash: Buffer;
}

/** Whether it has the form of a head. */
export function isRegisterHead({ registerId, seq, hash }: RegisterHead): boolean {
  return registerId.length === REGISTER_ID_LENGTH && Number.isSafeInteger(seq) && seq >= 1 && hash.length === HASH_LENGTH;
}

/**
 * What the seal key authenticates of a head: a domain of its own, the register's id, the number (8 bytes, big-endian), the hash. The
 * domain differs from that of sealed keys in its eighth byte, so that no seal of the one is a seal of the other.
 * @throws RangeError when it has not the form of a head: a defect
 */
export function registerHeadMessage(head: RegisterHead): Buffer {
  if (!isRegisterHead(head)) throw new RangeError("This is no head of a register.");
  const seq = Buffer.alloc(8);
  seq.writeBigUInt64BE(BigInt(head.seq));
  return Buffer.concat([HEAD_DOMAIN, head.registerId, seq, head.hash]);
}
