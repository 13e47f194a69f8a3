import { closeSync, openSync, read, writeSync } from "node:fs";
import { ReadStream } from "node:tty";
import { promisify } from "node:util";
import type { SecretBytes } from "../../base/index.js";
import { Aborted } from "../errors/aborted.js";
import { ConfigurationError } from "../errors/configuration-error.js";
import { HiddenLine } from "./hidden-line.js";

const readBytes = promisify(read);

/**
 * Asks on the terminal itself, whatever standard input is, and reads without an echo, one byte at a time.
 * @param question shown as it is
 * @param most bytes taken
 * @throws Aborted; ConfigurationError when there is no terminal
 */
export async function promptHidden(question: string, most: number): Promise<SecretBytes> {
  const terminal = openTerminal();
  const line = new HiddenLine(most);
  try {
    return await withoutEcho(async () => {
      writeSync(terminal, question);
      await readLine(terminal, line);
      return line.take();
    });
  } finally {
    line.wipe();
    writeSync(terminal, "\n");
    closeSync(terminal);
  }
}

function openTerminal(): number {
  try {
    return openSync("/dev/tty", "r+");
  } catch {
    throw new ConfigurationError("There is no terminal to ask on: give a file with --pin-file.");
  }
}

async function readLine(terminal: number, line: HiddenLine): Promise<void> {
  const byte = Buffer.alloc(1);
  try {
    for (;;) {
      const { bytesRead } = await readBytes(terminal, byte, 0, 1, null);
      const result = bytesRead === 0 ? "aborted" : line.press(byte.readUInt8());
      if (result === "aborted") throw new Aborted();
      if (result === "done") return;
    }
  } finally {
    byte.fill(0);
  }
}

/** Raw mode for the time of `work`; a signal that ends the process restores the terminal first. */
async function withoutEcho<T>(work: () => Promise<T>): Promise<T> {
  const mode = new ReadStream(openSync("/dev/tty", "r+"));
  const restoreAndEnd = (signal: NodeJS.Signals) => {
    mode.setRawMode(false);
    process.kill(process.pid, signal);
  };
  mode.setRawMode(true);
  for (const signal of ["SIGTERM", "SIGHUP"] as const) process.once(signal, restoreAndEnd);
  try {
    return await work();
  } finally {
    for (const signal of ["SIGTERM", "SIGHUP"] as const) process.off(signal, restoreAndEnd);
    mode.setRawMode(false);
    mode.destroy();
  }
}
