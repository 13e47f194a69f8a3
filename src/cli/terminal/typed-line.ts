import type { SecretBytes } from "../../base/index.js";
import { HiddenLine } from "./hidden-line.js";

/** How a line that is typed looks: as it is, not at all, or as stars in groups. */
export type LineEcho = "plain" | "none" | "stars";

const GROUP = 4;
const BELL = "\x07";

function isHexDigit(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);
}

function isPrintable(byte: number): boolean {
  return byte >= 0x20;
}

/** What a key led to: what is to be written after the line, or over its end; or the line is done. */
export type TypedKey = { readonly kind: "more"; readonly write: string } | { readonly kind: "done" };

const ERASE = "\b \b";

/** A line being typed at the terminal, with its echo. The bytes are in one buffer, which `wipe` wipes. */
export class TypedLine {
  readonly #line: HiddenLine;
  readonly #echo: LineEcho;
  readonly #most: number;

  constructor(echo: LineEcho, most: number) {
    this.#line = new HiddenLine(most);
    this.#echo = echo;
    this.#most = most;
  }

  press(byte: number): TypedKey {
    // Groups may be typed with the blanks between them.
    if (this.#echo === "stars" && byte === 0x20) return { kind: "more", write: "" };
    if (this.#isRefused(byte)) return { kind: "more", write: BELL };
    const before = this.#look();
    if (this.#line.press(byte) !== "more") return { kind: "done" };
    return { kind: "more", write: difference(before, this.#look()) };
  }

  /** The bytes typed, the caller's to wipe. */
  take(): SecretBytes {
    return this.#line.take();
  }

  wipe(): void {
    this.#line.wipe();
  }

  #isRefused(byte: number): boolean {
    if (!isPrintable(byte) || byte === 0x7f) return false;
    return this.#line.length === this.#most || (this.#echo === "stars" && !isHexDigit(byte));
  }

  #look(): string {
    if (this.#echo === "none") return "";
    if (this.#echo === "stars") return stars(this.#line.length);
    const typed = this.#line.take();
    return typed.expose().toString("latin1");
  }
}

/** Of two looks of a line one begins with the other: keys add to its end or erase from it. */
function difference(before: string, after: string): string {
  return after.length >= before.length ? after.slice(before.length) : ERASE.repeat(before.length - after.length);
}

function stars(count: number): string {
  const groups = Array.from({ length: Math.ceil(count / GROUP) }, (_, index) =>
    "*".repeat(Math.min(GROUP, count - index * GROUP)),
  );
  return groups.join(" ");
}
