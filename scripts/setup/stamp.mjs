import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { ROOT } from "./paths.mjs";

/**
 * The digest of files and folders, by name within the checkout and content. What does not exist counts as empty.
 * @param {readonly string[]} paths
 * @param {readonly string[]} extra more that the result depends on
 */
export function digestOf(paths, extra = []) {
  const hash = createHash("sha256");
  for (const text of extra) hash.update(`${text}\0`);
  for (const path of paths.flatMap(filesUnder)) {
    hash.update(`${relative(ROOT, path)}\0`);
    hash.update(readFileSync(path));
  }
  return hash.digest("hex");
}

function filesUnder(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => !name.startsWith("."))
    .sort()
    .flatMap((name) => filesUnder(join(path, name)));
}

/** Is the work that this stamp stands for done, for this very input? */
export function isStamped(stamp, digest) {
  return existsSync(stamp) && readFileSync(stamp, "utf8") === digest;
}

/** Written last, so that work that was cut off is done again. */
export function writeStamp(stamp, digest) {
  mkdirSync(dirname(stamp), { recursive: true });
  writeAtomically(stamp, digest, 0o644);
}

/** The whole file or none of it. */
export function writeAtomically(path, content, mode) {
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, content, { mode, flag: "w" });
  renameSync(temporary, path);
}
