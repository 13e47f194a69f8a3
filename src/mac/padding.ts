/** The padding methods of ISO/IEC 9797-1 that are offered. */
export type PaddingMethod = 1 | 2;

/**
 * Padding method 1 (ISO/IEC 9797-1, 6.3.2): as few zero bytes as make whole blocks; an empty message becomes one block.
 * @param blockLength 8 or 16 bytes
 */
export function padMethod1(message: Buffer, blockLength: 8 | 16): Buffer {
  const blocks = Math.max(1, Math.ceil(message.length / blockLength));
  const padded = Buffer.alloc(blocks * blockLength);
  message.copy(padded);
  return padded;
}

/**
 * Padding method 2 (ISO/IEC 9797-1, 6.3.3): always one byte 0x80, then as few zero bytes as make whole blocks.
 * @param blockLength 8 or 16 bytes
 */
export function padMethod2(message: Buffer, blockLength: 8 | 16): Buffer {
  const blocks = Math.floor(message.length / blockLength) + 1;
  const padded = Buffer.alloc(blocks * blockLength);
  message.copy(padded);
  padded[message.length] = 0x80;
  return padded;
}

/** Pads by the number of the method. */
export function padMessage(method: PaddingMethod, message: Buffer, blockLength: 8 | 16): Buffer {
  return method === 1 ? padMethod1(message, blockLength) : padMethod2(message, blockLength);
}
