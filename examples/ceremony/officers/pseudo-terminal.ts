import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, writeSync } from "node:fs";
import { ReadStream } from "node:tty";
import { openPty } from "./native-pty.js";

/** How a program on a terminal ended, and everything it showed there and wrote elsewhere. */
export interface TerminalRun {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly screen: string;
  readonly out: string;
  readonly err: string;
}

export interface TerminalOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Hears what is shown, as it is shown. */
  readonly onShown?: (text: string) => void;
}

/** Longer than any step takes on a busy machine; a program that waits for something else fails by it. */
const PATIENCE_MS = 90_000;

/** A program with a terminal of its own as its controlling one, and somebody who looks at the screen and types. */
export class PseudoTerminal {
  readonly #master: number;
  readonly #stream: ReadStream;
  readonly #child: ChildProcess;
  readonly #ended: Promise<TerminalRun>;
  #screen = "";
  #seen = 0;
  #typedAt = 0;
  #out = "";
  #err = "";
  #isOver = false;
  #onChange: () => void = () => undefined;

  private constructor(command: readonly string[], { cwd, env, onShown }: TerminalOptions) {
    const { master, slave } = openPty();
    this.#master = master;
    this.#stream = new ReadStream(master);
    this.#stream.on("data", (chunk: Buffer) => {
      this.#screen += chunk.toString("utf8");
      onShown?.(chunk.toString("utf8"));
      this.#onChange();
    });
    // The other end is closed: an error of the device, on Linux.
    this.#stream.on("error", () => undefined);
    // The terminal is standard input, so that --ctty can take it; results and notes go elsewhere, to be looked at apart.
    this.#child = spawn("setsid", ["--ctty", "--wait", ...command], { cwd, env, stdio: [slave, "pipe", "pipe"] });
    closeSync(slave);
    this.#child.stdout?.on("data", (chunk: Buffer) => {
      this.#out += chunk.toString("utf8");
    });
    this.#child.stderr?.on("data", (chunk: Buffer) => {
      this.#err += chunk.toString("utf8");
    });
    this.#ended = new Promise((resolve) => {
      this.#child.once("close", (code, signal) => {
        this.#isOver = true;
        this.#onChange();
        this.hangUp();
        resolve({ code, signal, screen: this.#screen, out: this.#out, err: this.#err });
      });
    });
  }

  static start(command: readonly string[], options: TerminalOptions): PseudoTerminal {
    return new PseudoTerminal(command, options);
  }

  /** Everything that was shown so far. */
  get screen(): string {
    return this.#screen;
  }

  /** The program itself: setsid is replaced by it. */
  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get ended(): Promise<TerminalRun> {
    return this.#ended;
  }

  /**
   * Waits until the screen shows `text` after what was waited for before.
   * @returns what was shown from there to the end of `text`
   */
  async expect(text: string | RegExp): Promise<string> {
    const timer = setTimeout(() => this.kill(), PATIENCE_MS);
    try {
      for (;;) {
        const found = this.#find(text);
        if (found !== undefined) return found;
        if (this.#isOver) throw new Error(`It ended before it showed ${String(text)}:\n${this.#screen}\n${this.#err}`);
        await new Promise<void>((resolve) => {
          this.#onChange = resolve;
        });
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * Waits until what was shown after the last key that was typed satisfies `find`.
   * @returns what it found; nothing when the program ended first
   */
  async await<Found>(find: (screen: string) => Found | undefined): Promise<Found | undefined> {
    const timer = setTimeout(() => this.kill(), PATIENCE_MS);
    try {
      for (;;) {
        const found = this.#screen.length > this.#typedAt ? find(this.#screen) : undefined;
        if (found !== undefined) {
          this.#typedAt = this.#screen.length;
          return found;
        }
        if (this.#isOver) return undefined;
        await new Promise<void>((resolve) => {
          this.#onChange = resolve;
        });
      }
    } finally {
      clearTimeout(timer);
    }
  }

  type(keys: string): void {
    writeSync(this.#master, keys);
  }

  /** Waits for a question and answers it. */
  async answer(question: string | RegExp, answer: string): Promise<string> {
    const shown = await this.expect(question);
    this.type(`${answer}\r`);
    return shown;
  }

  /** As kill -9. */
  kill(): void {
    this.#child.kill("SIGKILL");
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** The terminal goes away, as when the line is cut. May be called twice. */
  hangUp(): void {
    this.#stream.destroy();
  }

  #find(text: string | RegExp): string | undefined {
    const rest = this.#screen.slice(this.#seen);
    const at = typeof text === "string" ? rest.indexOf(text) : rest.search(text);
    if (at < 0) return undefined;
    const length = typeof text === "string" ? text.length : (text.exec(rest)?.[0].length ?? 0);
    this.#seen += at + length;
    return rest.slice(0, at + length);
  }
}
