import { closeSync, constants, fstatSync, openSync, type Stats, writeSync } from "node:fs";
import { isatty } from "node:tty";
import type { SecretBytes } from "../../base/index.js";
import { CeremonyRefused } from "../run/ceremony-refused.js";

/**
 * Without O_CREAT: what is not there is not made. Without waiting: a pipe that nobody reads is refused, and a printer that takes nothing does
 * not hold the ceremony. Links are followed, /dev/printer may be one: what counts is what was opened.
 */
const OPEN_FLAGS = constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

/** Linux's memory devices: null, mem, kmsg, which writes to the kernel's log. */
const MEMORY_DEVICES = 1;

/** A printer, open for the length of a ceremony: the device that was examined is the one that is written to. */
export class PaperPrinter {
  #descriptor: number | undefined;

  private constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  /**
   * Opens a character device or a FIFO that somebody reads. Files, folders, sockets, block devices, terminals and memory devices are refused.
   * @throws CeremonyRefused PRINTER_UNUSABLE
   */
  static open(path: string): PaperPrinter {
    const descriptor = openForWriting(path);
    if (isPrinter(descriptor, fstatSync(descriptor))) return new PaperPrinter(descriptor);
    closeSync(descriptor);
    throw new CeremonyRefused("PRINTER_UNUSABLE");
  }

  /**
   * Writes a paper, once and at once.
   * @param paper stays the caller's to wipe
   * @throws CeremonyRefused PRINTER_FAILED when not all of it was taken
   */
  print(paper: SecretBytes): void {
    if (this.#descriptor === undefined) throw new Error("The printer is closed.");
    if (written(this.#descriptor, paper) !== paper.length) throw new CeremonyRefused("PRINTER_FAILED");
  }

  /** May be called twice. */
  close(): void {
    if (this.#descriptor === undefined) return;
    closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }
}

function openForWriting(path: string): number {
  try {
    return openSync(path, OPEN_FLAGS);
  } catch {
    throw new CeremonyRefused("PRINTER_UNUSABLE");
  }
}

function isPrinter(descriptor: number, stats: Stats): boolean {
  if (stats.isFIFO()) return true;
  return stats.isCharacterDevice() && majorOf(stats) !== MEMORY_DEVICES && !isatty(descriptor);
}

/** As glibc's gnu_dev_major, for numbers of 12 bits. */
function majorOf({ rdev }: Stats): number {
  return (rdev >>> 8) & 0xfff;
}

/** How many bytes were taken. */
function written(descriptor: number, paper: SecretBytes): number {
  try {
    return writeSync(descriptor, paper.expose());
  } catch {
    return 0;
  }
}
