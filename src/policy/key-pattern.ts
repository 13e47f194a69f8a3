import { isKeyName } from "../keyblock/index.js";

/**
 * Names of keys that a grant covers: one name; the names directly in a folder (`pos/*`); every name below a folder (`pos/**`). The folder
 * is "" for the patterns `*` and `**`.
 */
export type KeyPattern =
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "children" | "descendants"; readonly folder: string };

/** Takes a pattern; gives nothing for a text that is none, or that no name of a key can ever match. */
export function parseKeyPattern(text: string): KeyPattern | undefined {
  const [, folderWithSlash, stars] = /^(|.+\/)(\*\*?)$/.exec(text) ?? [];
  if (folderWithSlash === undefined) return isKeyName(text) ? { kind: "name", name: text } : undefined;
  // The shortest name that it can match is one character longer than its folder.
  if (!isKeyName(`${folderWithSlash}a`)) return undefined;
  return { kind: stars === "*" ? "children" : "descendants", folder: folderWithSlash.slice(0, -1) };
}

/** As it stands in a policy. */
export function formatKeyPattern(pattern: KeyPattern): string {
  if (pattern.kind === "name") return pattern.name;
  const stars = pattern.kind === "children" ? "*" : "**";
  return pattern.folder === "" ? stars : `${pattern.folder}/${stars}`;
}

/** The folder of a name: all before its last slash, "" without one. */
export function folderOf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf("/")));
}

/** Whether `wide` matches every name that `narrow` matches. */
export function coversPattern(wide: KeyPattern, narrow: KeyPattern): boolean {
  if (wide.kind === "name") return narrow.kind === "name" && narrow.name === wide.name;
  const folder = narrow.kind === "name" ? folderOf(narrow.name) : narrow.folder;
  if (wide.kind === "children") return narrow.kind !== "descendants" && folder === wide.folder;
  return wide.folder === "" || folder === wide.folder || folder.startsWith(`${wide.folder}/`);
}
