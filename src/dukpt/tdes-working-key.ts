import { SecretBytes } from "../base/index.js";

/** What a working key is for. MAC request: terminal to host; MAC response: host to terminal. */
export type TdesWorkingKeyUsage = "pin" | "macRequest" | "macResponse";

/** Variant constants for each half (X9.24-1:2009, A.4.1, table A-1): the byte that is complemented. */
const VARIANT_BYTE: Readonly<Record<TdesWorkingKeyUsage, number>> = { pin: 7, macRequest: 6, macResponse: 4 };

/**
 * A working key of a transaction: the transaction key with the usage's variant constant put on each half.
 * @param transactionKey 16 bytes; stays the caller's
 * @returns 16 bytes, the caller's to wipe
 */
export function deriveTdesWorkingKey(transactionKey: SecretBytes, usage: TdesWorkingKeyUsage): SecretBytes {
  const workingKey = SecretBytes.alloc(16);
  const bytes = workingKey.expose();
  transactionKey.expose().copy(bytes);
  const offset = VARIANT_BYTE[usage];
  for (const position of [offset, offset + 8]) bytes[position] = (bytes[position] ?? 0) ^ 0xff;
  return workingKey;
}
