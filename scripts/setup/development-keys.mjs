import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT, VAR } from "./paths.mjs";
import { askPinmac, runPinmac } from "./pinmac.mjs";
import { progress } from "./progress.mjs";
import { digestOf, isStamped, writeAtomically, writeStamp } from "./stamp.mjs";
import { completeToken } from "./token.mjs";

const KEYS_FILE = join(ROOT, "examples", "preauth", "demo-keys.json");
const FOLDER = join(VAR, "demo");
const STAMP = join(FOLDER, ".stamp");

/**
 * The keys that the demo's terminals and issuers share with pinmac. The parties are played in software and need the clear keys,
 * so these are made here, kept in var/demo, and imported the development way.
 */
export async function makeDevelopmentKeys() {
  const digest = digestOf([KEYS_FILE], [completeToken() ?? "none"]);
  if (isStamped(STAMP, digest)) return;
  progress("Making development keys");
  mkdirSync(FOLDER, { recursive: true, mode: 0o700 });
  const registered = new Set((askPinmac(["key", "list", "--json"])?.keys ?? []).map((key) => key.name));
  const { keys } = JSON.parse(readFileSync(KEYS_FILE, "utf8"));
  for (const key of keys) {
    const file = join(FOLDER, `${key.name.replaceAll("/", "-")}.hex`);
    if (registered.has(key.name) && existsSync(file)) continue;
    if (!existsSync(file)) writeAtomically(file, randomHex(key), 0o600);
    await runPinmac("key-import", importArguments(key, file));
  }
  writeStamp(STAMP, digest);
}

function importArguments(key, file) {
  const options = {
    name: key.name,
    usage: key.usage,
    algorithm: key.algorithm,
    owner: key.owner,
    "from-file": file,
    ...key.options,
  };
  return ["key", "import", ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)])];
}

/** Random bytes; of DES and TDES keys with odd parity, which is the custom though nothing here depends on it. */
function randomHex({ algorithm, length }) {
  const bytes = randomBytes(length);
  return (algorithm.endsWith("DES") ? bytes.map(withOddParity) : bytes).toString("hex").toUpperCase();
}

function withOddParity(byte) {
  const ones = (byte >> 1).toString(2).replaceAll("0", "").length;
  return (byte & 0xfe) | (ones % 2 === 0 ? 1 : 0);
}
