import { SecretBytes } from "../../base/index.js";
import { ConfigurationError } from "../errors/configuration-error.js";
import { readOwnerOnlyFile } from "./owner-only-file.js";

/** A 64-byte key, each byte with a space or a line end after it. */
const MAX_FILE_SIZE = 64 * 4;

/**
 * Key material written as hex, in a file that only its owner may read. Blanks and line ends between digits do not count.
 * No string is made of it.
 * @throws ConfigurationError
 */
export function readHexFile(file: string): SecretBytes {
  const text = readOwnerOnlyFile(file, MAX_FILE_SIZE);
  try {
    const material = decodeHex(text);
    if (material === undefined)
      throw new ConfigurationError(`${file}: must hold an even number of hex digits and nothing else.`);
    return material;
  } finally {
    text.fill(0);
  }
}

/** Bytes from ASCII hex digits; nothing if a character is none or the number of digits is odd or zero. */
export function decodeHex(text: Buffer): SecretBytes | undefined {
  const nibbles = SecretBytes.alloc(text.length);
  try {
    const count = collectNibbles(text, nibbles.expose());
    if (count === undefined || count === 0 || count % 2 !== 0) return undefined;
    const bytes = SecretBytes.alloc(count / 2);
    for (let index = 0; index < bytes.length; index += 1) {
      const [high = 0, low = 0] = nibbles.expose().subarray(index * 2, index * 2 + 2);
      bytes.expose()[index] = (high << 4) | low;
    }
    return bytes;
  } finally {
    nibbles.wipe();
  }
}

function collectNibbles(text: Buffer, nibbles: Buffer): number | undefined {
  let count = 0;
  for (const character of text) {
    if (isBlank(character)) continue;
    const nibble = nibbleOf(character);
    if (nibble === undefined) return undefined;
    nibbles[count] = nibble;
    count += 1;
  }
  return count;
}

function isBlank(character: number): boolean {
  return character === 0x20 || character === 0x09 || character === 0x0a || character === 0x0d;
}

function nibbleOf(character: number): number | undefined {
  if (character >= 0x30 && character <= 0x39) return character - 0x30;
  const upper = character & 0xdf;
  return upper >= 0x41 && upper <= 0x46 ? upper - 0x41 + 10 : undefined;
}
