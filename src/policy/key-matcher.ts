import { folderOf, type KeyPattern } from "./key-pattern.js";

/** Patterns made ready: a name is looked up with as many set look-ups as it has segments, however many patterns there are. */
export class KeyMatcher {
  readonly #names = new Set<string>();
  readonly #parents = new Set<string>();
  readonly #ancestors = new Set<string>();

  constructor(patterns: readonly KeyPattern[]) {
    for (const pattern of patterns) {
      if (pattern.kind === "name") this.#names.add(pattern.name);
      else (pattern.kind === "children" ? this.#parents : this.#ancestors).add(pattern.folder);
    }
  }

  /** Whether a pattern matches. @param name that a key may have: others are kept out before */
  matches(name: string): boolean {
    return this.#names.has(name) || (this.#parents.size > 0 && this.#parents.has(folderOf(name))) || this.#isBelow(name);
  }

  #isBelow(name: string): boolean {
    if (this.#ancestors.size === 0) return false;
    if (this.#ancestors.has("")) return true;
    for (let slash = name.indexOf("/"); slash !== -1; slash = name.indexOf("/", slash + 1)) {
      if (this.#ancestors.has(name.slice(0, slash))) return true;
    }
    return false;
  }
}
