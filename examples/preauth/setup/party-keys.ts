import { readFileSync } from "node:fs";
import { join } from "node:path";
import { KEY_NAMES, type KeyRole } from "./key-names.js";
import { SetUpMissing } from "./set-up-missing.js";

/** The clear test keys of terminals and issuer. The switch gets none of them. */
export type PartyKeys = Readonly<Record<KeyRole, Buffer>>;

function readKey(folder: string, name: string): Buffer {
  const file = join(folder, `${name.replaceAll("/", "-")}.hex`);
  const text = readFileSync(file, "ascii").trim();
  if (!/^(?:[0-9A-Fa-f]{2})+$/.test(text)) throw new SetUpMissing(`${file} does not hold a key in hex.`);
  return Buffer.from(text, "hex");
}

/** Reads the keys that set-up made for the parties. @throws SetUpMissing */
export function readPartyKeys(folder: string): PartyKeys {
  const entries = Object.entries(KEY_NAMES).map(([role, name]) => [role, readKey(folder, name)]);
  return Object.fromEntries(entries) as Record<KeyRole, Buffer>;
}
