import type { Database, Statement } from "better-sqlite3";
import type { PinBlockBinding, PinBlockUse } from "./failure-budgets.js";

/** How many old rows one transaction removes at most: more than one brings, so that they never pile up. */
const REMOVED_AT_ONCE = 1_000;

/** Which PAN each PIN block of the window came with. */
export class PinBlockTable {
  readonly #windowMs: number;
  readonly #find: Statement<[Buffer], { readonly pan: Buffer; readonly at: number }>;
  readonly #bind: Statement<[Buffer, Buffer, number]>;
  readonly #forget: Statement<[number, number]>;
  readonly #pullBack: Statement<[number, number]>;

  constructor(database: Database, windowSeconds: number) {
    this.#windowMs = windowSeconds * 1_000;
    this.#find = database.prepare("SELECT pan, at FROM pin_blocks WHERE pin_block = ?");
    this.#bind = database.prepare("INSERT OR REPLACE INTO pin_blocks (pin_block, pan, at) VALUES (?, ?, ?)");
    this.#forget = database.prepare(
      "DELETE FROM pin_blocks WHERE pin_block IN (SELECT pin_block FROM pin_blocks WHERE at <= ? ORDER BY at LIMIT ?)",
    );
    this.#pullBack = database.prepare("UPDATE pin_blocks SET at = ? WHERE at > ?");
  }

  /** The window runs from the first use: it is not prolonged by what comes later. */
  bind({ pinBlock, pan }: PinBlockUse, now: number): PinBlockBinding {
    const bound = this.#find.get(pinBlock);
    if (bound !== undefined && bound.at > now - this.#windowMs) return bound.pan.equals(pan) ? "same" : "otherPan";
    this.#bind.run(pinBlock, pan, now);
    return "new";
  }

  /** As for failures: what has left the window goes, and what lies in the future counts from now on. */
  tidy(now: number): void {
    this.#pullBack.run(now, now);
    this.#forget.run(now - this.#windowMs, REMOVED_AT_ONCE);
  }
}
