import type { KeyHeader } from "../keyblock/index.js";

/** What this needs of a key. */
type Origin = Pick<KeyHeader, "id" | "cameUnder">;

/**
 * The keys that came under a key, those that came under them, and so on (PCI PIN 22), nearest first: whoever has that key and what was sent
 * has them all.
 */
export function keysUnder<Key extends Origin>(keyId: string, keys: readonly Key[]): readonly Key[] {
  const under: Key[] = [];
  const seen = new Set([keyId]);
  let nearest = keys.filter(({ cameUnder }) => cameUnder === keyId);
  while (nearest.length > 0) {
    const fresh = nearest.filter(({ id }) => !seen.has(id));
    for (const key of fresh) seen.add(key.id);
    under.push(...fresh);
    const ids = new Set(fresh.map(({ id }) => id));
    nearest = keys.filter(({ cameUnder }) => cameUnder !== undefined && ids.has(cameUnder));
  }
  return under;
}
