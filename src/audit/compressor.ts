import { compressSegment } from "./compress-segment.js";

/** Compresses closed segments one after the other, beside the appends. What fails stays plain and is tried again with the next. */
export class Compressor {
  readonly #onFault: (error: unknown) => void;
  #waiting: string[] = [];
  #work: Promise<void> | undefined;
  #stopped = false;

  constructor(onFault: (error: unknown) => void) {
    this.#onFault = onFault;
  }

  add(...paths: readonly string[]): void {
    this.#waiting.push(...paths);
    this.#work ??= this.#compressAll();
  }

  /** Finishes the segment in work and begins no other; the next opening of the log finds the rest. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#work;
  }

  /** Resolves when nothing is left to do. */
  async settled(): Promise<void> {
    await this.#work;
  }

  async #compressAll(): Promise<void> {
    // Not before `add` has kept the promise of this run.
    await Promise.resolve();
    const failed: string[] = [];
    for (let path = this.#waiting.shift(); path !== undefined && !this.#stopped; path = this.#waiting.shift()) {
      try {
        await compressSegment(path);
      } catch (error) {
        failed.push(path);
        this.#onFault(error);
      }
    }
    this.#waiting.push(...failed);
    this.#work = undefined;
  }
}
