import { SecretBytes } from "../../base/index.js";

const CTRL_C = 0x03;
const CTRL_D = 0x04;
const BACKSPACE = 0x08;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const CTRL_U = 0x15;
const DELETE = 0x7f;
const FIRST_PRINTABLE = 0x20;

/** What a key press led to. */
export type KeyPressResult = "more" | "done" | "aborted";

/** A line that is typed unseen: takes one byte at a time, keeps them in one wiped Buffer. */
export class HiddenLine {
  readonly #typed: SecretBytes;
  #length = 0;

  /** @param most bytes; what is typed beyond is dropped */
  constructor(most: number) {
    this.#typed = SecretBytes.alloc(most);
  }

  /** Bytes typed so far. */
  get length(): number {
    return this.#length;
  }

  /** Enter ends; Ctrl-C, or Ctrl-D on an empty line, aborts; backspace takes the last byte back, Ctrl-U all. */
  press(byte: number): KeyPressResult {
    if (byte === CARRIAGE_RETURN || byte === LINE_FEED) return "done";
    if (byte === CTRL_C || (byte === CTRL_D && this.#length === 0)) return "aborted";
    if (byte === CTRL_U) this.#erase(0);
    else if (byte === BACKSPACE || byte === DELETE) this.#erase(Math.max(0, this.#length - 1));
    else if (byte >= FIRST_PRINTABLE) this.#append(byte);
    return "more";
  }

  /** The bytes typed, as a secret of their own. */
  take(): SecretBytes {
    const line = SecretBytes.alloc(this.#length);
    this.#typed.expose().copy(line.expose(), 0, 0, this.#length);
    return line;
  }

  wipe(): void {
    this.#erase(0);
  }

  #append(byte: number): void {
    if (this.#length === this.#typed.length) return;
    this.#typed.expose()[this.#length] = byte;
    this.#length += 1;
  }

  #erase(from: number): void {
    this.#typed.expose().fill(0, from);
    this.#length = from;
  }
}
