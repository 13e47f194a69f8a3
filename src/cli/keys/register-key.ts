import { Refusal } from "../../base/index.js";
import { type KeyHeader, parseSealedKey } from "../../keyblock/index.js";
import type { KeyRegister } from "../../store/index.js";
import { note } from "../output/index.js";

/**
 * Registers a key that the token made. When the key itself is known already, the operator is told as which: over the network nobody is.
 * @returns its header
 * @throws Refusal KEY_EXISTS, KEY_DUPLICATE
 */
export async function registerKey(register: KeyRegister, sealedKey: Buffer): Promise<KeyHeader> {
  try {
    return (await register.add(sealedKey)).header;
  } catch (error) {
    if (error instanceof Refusal && error.reason === "KEY_DUPLICATE") await noteKnown(register, sealedKey);
    throw error;
  }
}

async function noteKnown(register: KeyRegister, sealedKey: Buffer): Promise<void> {
  const { digest } = parseSealedKey(sealedKey).header;
  const known = digest && (await register.findByDigest(digest));
  if (known !== undefined) note(`pinmac: the register knows this key as ${known.name}@${known.version}.`);
}
