import { Refusal } from "../../base/index.js";
import type { KeyRecord } from "../../store/index.js";
import { CeremonyRefused } from "../run/ceremony-refused.js";
import type { CeremonySite } from "../run/ceremony-site.js";

/** @throws CeremonyRefused KEY_NAME_TAKEN when there is, or was, a key of that name */
export async function requireNewName(site: CeremonySite, name: string): Promise<void> {
  const next = await site.withRegister((register) => register.nextVersion(name));
  if (next !== 1) throw new CeremonyRefused("KEY_NAME_TAKEN");
}

/** @throws CeremonyRefused KEY_VERSION_WRONG unless `version` is the newest of that name */
export async function requireNewest(site: CeremonySite, name: string, version: number): Promise<void> {
  const next = await site.withRegister((register) => register.nextVersion(name));
  if (next !== version + 1) throw new CeremonyRefused("KEY_VERSION_WRONG");
}

/** One version of a key. @throws CeremonyRefused KEY_NOT_THERE; Refusal KEY_RECORD_CORRUPT */
export async function getKey(site: CeremonySite, { name, version }: { name: string; version: number }): Promise<KeyRecord> {
  try {
    return await site.withRegister((register) => register.get(name, version));
  } catch (error) {
    const isMissing = error instanceof Refusal && error.reason === "KEY_NOT_FOUND";
    throw isMissing ? new CeremonyRefused("KEY_NOT_THERE") : error;
  }
}
