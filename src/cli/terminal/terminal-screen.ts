import { SecretBytes } from "../../base/index.js";
import { type CeremonyTerminal, TerminalEnded } from "../../ceremony/terminal/index.js";
import { decodeHex } from "../secrets/index.js";
import type { TerminalDevice } from "./terminal-device.js";
import { type LineEcho, TypedLine } from "./typed-line.js";

const WIDTH = 80;

/** Home, screen and scroll-back: what was shown to one officer is gone for the next. */
const CLEAR = "\x1b[H\x1b[2J\x1b[3J";

const CTRL_D = 0x04;
const GROUP = 4;
const GROUPS_IN_LINE = 8;
const DIGITS = Buffer.from("0123456789ABCDEF", "latin1");

/** The ceremony's terminal on a device: plain text, 80 columns, no colour. */
export class TerminalScreen implements CeremonyTerminal {
  readonly #device: TerminalDevice;

  constructor(device: TerminalDevice) {
    this.#device = device;
  }

  clear(progress: readonly string[]): void {
    this.#device.write(CLEAR);
    this.show(...progress, "-".repeat(WIDTH));
  }

  show(...lines: readonly string[]): void {
    this.#device.write(lines.map((line) => `${line}\n`).join(""));
  }

  async askLine(question: string, most: number): Promise<string> {
    const line = await this.#ask(question, "plain", most);
    return line.expose().toString("latin1").trim();
  }

  askHidden(question: string, most: number): Promise<SecretBytes> {
    return this.#ask(question, "none", most);
  }

  async askHex(question: string, most: number): Promise<SecretBytes | undefined> {
    using digits = await this.#ask(`${question}\n`, "stars", most);
    return decodeHex(digits.expose());
  }

  showHex(bytes: SecretBytes): void {
    const text = SecretBytes.alloc(lengthShown(bytes.length));
    try {
      layOut(bytes.expose(), text.expose());
      this.#device.write(text.expose());
    } finally {
      text.wipe();
    }
  }

  async #ask(question: string, echo: LineEcho, most: number): Promise<SecretBytes> {
    this.#device.discardTyped();
    const line = new TypedLine(echo, most);
    try {
      this.#device.write(question);
      for (;;) {
        const key = await this.#device.nextKey();
        if (key === CTRL_D) throw new TerminalEnded("interrupted");
        const pressed = line.press(key);
        if (pressed.kind === "done") return line.take();
        this.#device.write(pressed.write);
      }
    } finally {
      line.wipe();
      this.#endLine();
    }
  }

  #endLine(): void {
    try {
      this.#device.write("\n");
    } catch {
      // The terminal is gone, which is being said already.
    }
  }
}

/** Each digit, and what follows it: nothing, a blank after its group, a line end after its line. */
function lengthShown(length: number): number {
  const digits = length * 2;
  return digits + Math.ceil(digits / GROUP);
}

function layOut(bytes: Buffer, text: Buffer): void {
  let at = 0;
  for (let digit = 0; digit < bytes.length * 2; digit += 1) {
    const byte = bytes[digit >> 1] ?? 0;
    text[at++] = DIGITS[digit % 2 === 0 ? byte >> 4 : byte & 15] ?? 0;
    const isLast = digit === bytes.length * 2 - 1;
    if (!isLast && (digit + 1) % GROUP !== 0) continue;
    text[at++] = isLast || (digit + 1) % (GROUP * GROUPS_IN_LINE) === 0 ? 0x0a : 0x20;
  }
}
