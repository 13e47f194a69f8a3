import { type AesKsn, parseAesKsn, parseTdesKsn, type TdesKsn } from "../../dukpt/index.js";
import type { CommandKey } from "../../engine/commands/command.js";
import type { KeyHeader } from "../../keyblock/index.js";

const NONE = Buffer.alloc(0);

/**
 * The KSN of a command's key in its one whole form; undefined where the key is no BDK.
 * @throws Refusal KSN_INVALID, which the admission has ruled out
 */
export function ksnOf(key: CommandKey, header: KeyHeader): TdesKsn | AesKsn | undefined {
  if (header.usage !== "B0" || key.ksn === undefined) return undefined;
  return header.algorithm === "AES" ? parseAesKsn(key.ksn) : parseTdesKsn(key.ksn);
}

/** Its bytes, for a digest; none where there is none. */
export function ksnBytesOf(key: CommandKey, header: KeyHeader): Buffer {
  return ksnOf(key, header)?.bytes ?? NONE;
}

/** The device under a BDK, for a digest; none under a key that is no BDK. */
export function deviceIdOf(key: CommandKey, header: KeyHeader): Buffer {
  return ksnOf(key, header)?.initialKeyId ?? NONE;
}
