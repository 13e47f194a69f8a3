import { closeSync, constants, openSync, readSync, writeSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { isatty, ReadStream } from "node:tty";
import { TerminalEnded } from "../../ceremony/terminal/terminal-ended.js";
import { ConfigurationError } from "../errors/configuration-error.js";

const CTRL_C = 0x03;

/** Between two looks at the keyboard. A person does not notice it. */
const POLL_MS = 15;

/** Nobody answers for so long: whoever had authenticated has left. */
const IDLE_LIMIT_MS = 15 * 60_000;

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const;

/**
 * /dev/tty in raw mode for the length of a ceremony: nothing is echoed, and Ctrl-C is a key.
 *
 * Keys are read one byte at a time into one buffer that is wiped, without blocking: what libuv reads lies in buffers that nobody can wipe, and
 * a read that blocks could not be given up when a signal comes or the terminal goes.
 */
export class TerminalDevice {
  readonly #input: number;
  readonly #output: number;
  readonly #mode: ReadStream;
  readonly #idleLimit: number;
  /** Those that are a terminal: afterwards, when it is gone, none looks like one. */
  readonly #standardStreams = [0, 1, 2].filter((stream) => isatty(stream));
  readonly #onSignal = () => {
    this.#signalled = true;
  };
  readonly #onHangUp = () => {
    this.#lost = true;
  };
  #signalled = false;
  #lost = false;
  #closed = false;

  private constructor(input: number, output: number, mode: ReadStream, idleLimit: number) {
    this.#input = input;
    this.#output = output;
    this.#mode = mode;
    this.#idleLimit = idleLimit;
    // What a terminal that goes makes of its stream is noticed by the next key.
    mode.on("error", this.#onHangUp);
    mode.setRawMode(true);
    for (const signal of SIGNALS) process.on(signal, signal === "SIGHUP" ? this.#onHangUp : this.#onSignal);
  }

  /** @throws ConfigurationError when there is no terminal */
  static open(idleLimit = IDLE_LIMIT_MS): TerminalDevice {
    try {
      const input = openSync("/dev/tty", constants.O_RDWR | constants.O_NONBLOCK);
      return new TerminalDevice(input, openSync("/dev/tty", "w"), new ReadStream(openSync("/dev/tty", "r+")), idleLimit);
    } catch {
      throw new ConfigurationError("There is no terminal: a ceremony is run by people at one.");
    }
  }

  /** @throws TerminalEnded */
  write(text: string | Buffer): void {
    try {
      if (typeof text === "string") writeSync(this.#output, text);
      else writeSync(this.#output, text);
    } catch {
      throw this.#loss();
    }
  }

  /** The next key, a byte. @throws TerminalEnded Ctrl-C, a signal, the terminal is gone, or nobody is there */
  async nextKey(): Promise<number> {
    const patience = Date.now() + this.#idleLimit;
    for (;;) {
      const key = this.#readKey();
      if (key !== undefined) return key;
      if (Date.now() > patience) throw new TerminalEnded("idle");
      await pause(POLL_MS);
    }
  }

  /** Forgets what was typed before it was asked for. @throws TerminalEnded also for a Ctrl-C in it */
  discardTyped(): void {
    while (this.#readKey() !== undefined);
  }

  /** Leaves the terminal as it was. May be called twice. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const signal of SIGNALS) process.off(signal, signal === "SIGHUP" ? this.#onHangUp : this.#onSignal);
    if (this.#lost) letGoOf(this.#standardStreams);
    else this.#mode.setRawMode(false);
    this.#mode.destroy();
    closeSync(this.#input);
    closeSync(this.#output);
  }

  /** @returns undefined: nobody has typed */
  #readKey(): number | undefined {
    if (this.#lost) throw new TerminalEnded("terminalLost");
    if (this.#signalled) throw new TerminalEnded("signalled");
    const key = Buffer.from(new ArrayBuffer(1));
    try {
      if (!this.#tryRead(key)) return undefined;
      const byte = key.readUInt8();
      if (byte === CTRL_C) throw new TerminalEnded("interrupted");
      return byte;
    } finally {
      key.fill(0);
    }
  }

  #tryRead(key: Buffer): boolean {
    try {
      if (readSync(this.#input, key, 0, 1, null) === 1) return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EAGAIN") return false;
    }
    // The end of the file, or an error of the device.
    throw this.#loss();
  }

  #loss(): TerminalEnded {
    this.#lost = true;
    return new TerminalEnded("terminalLost");
  }
}

/** Node aborts when it cannot set back, at its end, a terminal that it began with and that is gone. */
function letGoOf(standardStreams: readonly number[]): void {
  for (const stream of standardStreams) {
    closeSync(stream);
    openSync("/dev/null", "r+");
  }
}
