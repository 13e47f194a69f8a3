import { SecretBytes } from "../../base/index.js";
import { ConfigurationError } from "../errors/configuration-error.js";
import { readOwnerOnlyFile } from "./owner-only-file.js";

/** The longest PIN taken, in bytes. */
export const MAX_PIN_LENGTH = 255;

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * The token PIN from a file that only its owner may read; one line end after it does not count.
 * @throws ConfigurationError
 */
export function readPinFile(file: string): SecretBytes {
  const bytes = readOwnerOnlyFile(file, MAX_PIN_LENGTH + 2);
  try {
    const length = lengthWithoutLineEnd(bytes);
    if (length === 0 || length > MAX_PIN_LENGTH) throw new ConfigurationError(`${file}: holds no PIN.`);
    const pin = SecretBytes.alloc(length);
    bytes.copy(pin.expose(), 0, 0, length);
    return pin;
  } finally {
    bytes.fill(0);
  }
}

function lengthWithoutLineEnd(bytes: Buffer): number {
  let length = bytes.length;
  if (bytes[length - 1] === LINE_FEED) length -= 1;
  if (length > 0 && bytes[length - 1] === CARRIAGE_RETURN) length -= 1;
  return length;
}
