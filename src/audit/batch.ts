import type { RecordContent } from "./audit-record.js";
import type { ChainHead } from "./parse-record.js";
import { writeRecord } from "./write-record.js";

/** What the next record depends on. */
export interface ChainState {
  readonly head: ChainHead;
  /** Calls by outcome since the last checkpoint or opening. */
  readonly counts: ReadonlyMap<string, number>;
  /** Records that no checkpoint follows; checkpoints and signatures do not count. */
  readonly unchecked: number;
}

/** Records that go to the disk in one write. The state before it stays as it is, for when the write fails. */
export class Batch {
  #head: ChainHead;
  #counts: Map<string, number>;
  #unchecked: number;
  #checkpoint: ChainHead | undefined;
  readonly #lines: string[] = [];

  constructor({ head, counts, unchecked }: ChainState) {
    this.#head = head;
    this.#counts = new Map(counts);
    this.#unchecked = unchecked;
  }

  /** @throws TypeError for a malformed entry, which leaves the batch as it was */
  add(content: RecordContent, at: number): void {
    const seq = this.#head.seq + 1;
    const { line, hash } = writeRecord({ seq, previous: this.#head.hash, at }, content);
    this.#lines.push(line);
    this.#head = { seq, hash };
    this.#count(content);
  }

  /** A checkpoint over everything up to here. */
  addCheckpoint(at: number): void {
    this.add({ kind: "checkpoint", counts: this.#counts }, at);
    this.#checkpoint = this.#head;
  }

  get state(): ChainState {
    return { head: this.#head, counts: this.#counts, unchecked: this.#unchecked };
  }

  /** The last checkpoint in this batch: it waits for a signature. */
  get checkpoint(): ChainHead | undefined {
    return this.#checkpoint;
  }

  toBytes(): Buffer {
    return Buffer.from(this.#lines.join(""), "utf8");
  }

  #count(content: RecordContent): void {
    if (content.kind === "signature") return;
    const isCheckpoint = content.kind === "checkpoint";
    this.#unchecked = isCheckpoint ? 0 : this.#unchecked + 1;
    if (isCheckpoint || content.kind === "opened") this.#counts = new Map();
    if (content.kind !== "call") return;
    const { outcome, count = 1 } = content.entry;
    this.#counts.set(outcome, (this.#counts.get(outcome) ?? 0) + count);
  }
}
