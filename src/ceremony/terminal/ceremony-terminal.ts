import type { SecretBytes } from "../../base/index.js";
import type { RefusedTry } from "./refused-try.js";

/**
 * The terminal as a ceremony sees it. Every method may throw `TerminalEnded`. Lines have at most 80 characters. What the officers are
 * asked begins with nothing typed: keys pressed before do not count.
 */
export interface CeremonyTerminal {
  /** An empty screen, its scroll-back forgotten, with the lines that say how far the ceremony is, and whose turn it is. */
  clear(progress: readonly string[]): void;
  show(...lines: readonly string[]): void;
  /** A line that everyone may see, without blanks around it. Printable ASCII, at most `most` characters. */
  askLine(question: string, most: number): Promise<string>;
  /** A line that nobody sees; the caller wipes it. At most `most` bytes. */
  askHidden(question: string, most: number): Promise<SecretBytes>;
  /**
   * Hex digits, at most `most`, shown as stars in groups of four.
   * @returns the bytes, the caller's to wipe; nothing when no digits were typed, or an odd number of them
   */
  askHex(question: string, most: number): Promise<SecretBytes | undefined>;
  /** Upper-case hex digits in groups of four, eight groups a line. No string is made of them. The bytes stay the caller's to wipe. */
  showHex(bytes: SecretBytes): void;
  /** Hears of an answer that does not do, before the question is asked again. A ceremony writes it to its transcript. */
  onRefused?(tried: RefusedTry): Promise<void>;
}
