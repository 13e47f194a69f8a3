import { isKeyName } from "../../keyblock/index.js";

/**
 * What is done about a KSN that was used before.
 * - enforce: the request is refused
 * - detect: the request is served, and the replay counted and reported
 * - off: nothing is recorded
 */
export const LEDGER_MODES = ["enforce", "detect", "off"] as const;
export type LedgerMode = (typeof LEDGER_MODES)[number];

/** Whether a text can stand for BDKs in the configuration: a name, or all names directly in a folder (`pos/*`), as in a policy. */
export function isLedgerModePattern(text: string): boolean {
  return isKeyName(text) || (text.endsWith("/*") && isKeyName(text.slice(0, -2)));
}

/** The mode of every BDK, by its name. */
export class LedgerModes {
  readonly #otherwise: LedgerMode;
  readonly #byPattern: ReadonlyMap<string, LedgerMode>;

  /** @param otherwise the mode of a BDK that no pattern names @param modes by patterns; a name goes before its folder */
  constructor(otherwise: LedgerMode, modes: Readonly<Record<string, LedgerMode>> = {}) {
    this.#otherwise = otherwise;
    this.#byPattern = new Map(Object.entries(modes));
  }

  of(name: string): LedgerMode {
    const folder = name.slice(0, Math.max(0, name.lastIndexOf("/")));
    return this.#byPattern.get(name) ?? this.#byPattern.get(`${folder}/*`) ?? this.#otherwise;
  }
}
