/** AES key wrap (RFC 3394) out of an oracle for single blocks: what an attacker builds from a key that may do ECB. */

type BlockOracle = (block: Buffer) => Buffer | undefined;

const INITIAL_VALUE = Buffer.alloc(8, 0xa6);
const ROUNDS = 6;

/** The number of the step, on the last bytes of the register. */
function xorStep(register: Buffer, step: number): void {
  register.writeUInt32BE((register.readUInt32BE(4) ^ step) >>> 0, 4);
}

/** Wraps a value with 6 calls of the oracle for every 8 bytes: 12 for an AES-128 key. Undefined when the oracle refuses. */
export function forgeWrappedKey(value: Buffer, encryptBlock: BlockOracle): Buffer | undefined {
  const count = value.length / 8;
  const register = Buffer.from(INITIAL_VALUE);
  const blocks = Array.from({ length: count }, (_, index) => Buffer.from(value.subarray(8 * index, 8 * index + 8)));
  for (let step = 1; step <= ROUNDS * count; step++) {
    const block = blocks[(step - 1) % count] ?? Buffer.alloc(8);
    const enciphered = encryptBlock(Buffer.concat([register, block]));
    if (enciphered === undefined) return undefined;
    enciphered.copy(register, 0, 0, 8);
    xorStep(register, step);
    enciphered.copy(block, 0, 8, 16);
  }
  return Buffer.concat([register, ...blocks]);
}

/** Opens a wrapped key with an oracle that deciphers blocks. Undefined when the oracle refuses, or the blob is not of its key. */
export function openWrappedKey(blob: Buffer, decryptBlock: BlockOracle): Buffer | undefined {
  const count = blob.length / 8 - 1;
  const register = Buffer.from(blob.subarray(0, 8));
  const blocks = Array.from({ length: count }, (_, index) => Buffer.from(blob.subarray(8 * index + 8, 8 * index + 16)));
  for (let step = ROUNDS * count; step >= 1; step--) {
    const block = blocks[(step - 1) % count] ?? Buffer.alloc(8);
    xorStep(register, step);
    const clear = decryptBlock(Buffer.concat([register, block]));
    if (clear === undefined) return undefined;
    clear.copy(register, 0, 0, 8);
    clear.copy(block, 0, 8, 16);
  }
  return register.equals(INITIAL_VALUE) ? Buffer.concat(blocks) : undefined;
}
