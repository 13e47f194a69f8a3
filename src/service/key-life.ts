import { Refusal } from "../base/index.js";
import type { KeyHeader } from "../keyblock/index.js";
import {
  isUsePermitted,
  type KeyLife,
  type KeyUse,
  type LifeFault,
  type RecordedLife,
  type RegisteredLives,
} from "../lifecycle/index.js";
import type { KeyRecord, KeyRegister } from "../store/index.js";
import type { KeyChoice } from "./parse/key-choice.js";

/** Where the lives of keys are known. Without one, every key is in use for as long as its header says. */
export type KeyLifeSource = Pick<RegisteredLives, "find" | "findRecorded" | "currentDirectory">;

/** What is known of a key's life; undefined: nothing, as of a key that its caller keeps. */
export type KnownLife = RecordedLife | LifeFault | undefined;

/** How many versions are looked through for the active one. */
const MAX_VERSIONS = 100;

/** The life, where the key has one that holds. */
export function lifeOf(known: KnownLife): KeyLife | undefined {
  return known !== undefined && "life" in known ? known.life : undefined;
}

/**
 * Refuses what the key's life does not permit.
 * @throws Refusal KEY_NOT_ACTIVE, its requirement the state; KEY_RECORD_CORRUPT for a record of its life that does not hold
 */
export function admitUse(known: KnownLife, use: KeyUse, field: string, now: number): void {
  if (known === undefined) return;
  if (!("life" in known)) throw new Refusal("KEY_RECORD_CORRUPT", { field, requirement: known.code });
  if (!isUsePermitted(known.life, use, now)) throw new Refusal("KEY_NOT_ACTIVE", { field, requirement: known.life.state });
}

/** The newest active version of the newest record's name; when none is active, the newest itself. */
export async function newestActive(newest: KeyRecord, register: KeyRegister, lives: KeyLifeSource): Promise<KeyRecord> {
  const { name, version } = newest.header;
  for (let candidate = version; candidate > Math.max(0, version - MAX_VERSIONS); candidate -= 1) {
    const record = candidate === version ? newest : await findVersion(register, name, candidate);
    if (record !== undefined && lifeOf(lives.find(record.header))?.state === "active") return record;
  }
  return newest;
}

/**
 * The life of a key that a request brings. One that the register holds as well lives as it does there; of any other only what officers
 * decided is known.
 */
export async function lifeOfKey(
  { kind }: Pick<KeyChoice, "kind">,
  header: KeyHeader,
  register: KeyRegister,
  lives: KeyLifeSource,
): Promise<KnownLife> {
  if (kind === "registered") return lives.find(header);
  const recorded = lives.findRecorded(header.id);
  if (recorded !== undefined) return recorded;
  const registered = await findVersion(register, header.name, header.version);
  return registered?.header.id === header.id ? lives.find(header) : undefined;
}

async function findVersion(register: KeyRegister, name: string, version: number): Promise<KeyRecord | undefined> {
  try {
    return await register.get(name, version);
  } catch (error) {
    if (error instanceof Refusal && error.reason === "KEY_NOT_FOUND") return undefined;
    throw error;
  }
}
