import { Refusal } from "../../base/index.js";
import type { Key } from "../../gen/pinmac/v1/key.js";
import { type KeyHeader, parseSealedKey } from "../../keyblock/index.js";
import type { KeyRecord, KeyRegister } from "../../store/index.js";
import type { CallContext } from "../calls/index.js";
import { lifeOf } from "../key-life.js";
import type { Custody } from "../parse/index.js";
import { describeKey } from "./describe-key.js";
import type { HandlerDependencies } from "./execute.js";

/** Whose call it is: every key that was made is noted in it. */
type MakingCall = Pick<CallContext, "usedKeys">;

/** Where they are kept, and what is known of their lives. */
type Keeping = Pick<HandlerDependencies, "register" | "lives">;

/** A key that the engine made, as an answer shows it. */
export interface KeptKey {
  readonly key: Key;
  /** Empty where the register keeps it. */
  readonly sealedKey: Buffer;
}

const NONE = Buffer.alloc(0);

/**
 * Registers new keys, all or none, or leaves them to the caller.
 * @throws Refusal KEY_EXISTS: the name is another usage's or owner's, or another call took the version meanwhile
 */
export async function keepKeys(
  sealedKeys: readonly Buffer[],
  custody: Custody,
  keeping: Keeping,
  call: MakingCall,
): Promise<readonly KeptKey[]> {
  const kept = await keep(sealedKeys, custody, keeping);
  call.usedKeys.push(...kept.map(({ key: { name, version, checkValue } }) => ({ name, version, checkValue })));
  return kept;
}

async function keep(
  sealedKeys: readonly Buffer[],
  custody: Custody,
  { register, lives }: Keeping,
): Promise<readonly KeptKey[]> {
  if (custody === "caller") {
    return sealedKeys.map((sealedKey) => ({ key: describeKey(parseSealedKey(sealedKey).header), sealedKey }));
  }
  for (const sealedKey of sealedKeys) await checkSuccession(parseSealedKey(sealedKey).header, register);
  const records = await register.addAll(sealedKeys);
  return records.map(({ header }: KeyRecord) => ({ key: describeKey(header, lifeOf(lives?.find(header))), sealedKey: NONE }));
}

/**
 * A new version follows its own kind only: callers who name no version use the newest, and a caller's call must not put another key in the
 * place of theirs.
 */
async function checkSuccession({ name, version, usage, owner }: KeyHeader, register: KeyRegister): Promise<void> {
  if (version === 1) return;
  const { header: newest } = await register.get(name);
  if (newest.usage !== usage || newest.owner !== owner) throw new Refusal("KEY_EXISTS");
}
