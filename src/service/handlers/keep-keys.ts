import type { Key } from "../../gen/pinmac/v1/key.js";
import { parseSealedKey } from "../../keyblock/index.js";
import type { KeyRecord, KeyRegister } from "../../store/index.js";
import type { Custody } from "../parse/index.js";
import { describeKey } from "./describe-key.js";

/** A key that the engine made, as an answer shows it. */
export interface KeptKey {
  readonly key: Key;
  /** Empty where the register keeps it. */
  readonly sealedKey: Buffer;
}

const NONE = Buffer.alloc(0);

/**
 * Registers new keys, all or none, or leaves them to the caller.
 * @throws Refusal KEY_EXISTS: another call took the version meanwhile
 */
export async function keepKeys(
  sealedKeys: readonly Buffer[],
  custody: Custody,
  register: KeyRegister,
): Promise<readonly KeptKey[]> {
  if (custody === "caller") {
    return sealedKeys.map((sealedKey) => ({ key: describeKey(parseSealedKey(sealedKey).header), sealedKey }));
  }
  const records = await register.addAll(sealedKeys);
  return records.map(({ header }: KeyRecord) => ({ key: describeKey(header), sealedKey: NONE }));
}
