import type { AuditLogSettings } from "./audit-log-options.js";
import { Compressor } from "./compressor.js";
import { SegmentWriter } from "./segment-writer.js";

type StoreSettings = Pick<
  AuditLogSettings,
  "directory" | "disk" | "now" | "maxSegmentBytes" | "maxSegmentSeconds" | "compress" | "onFault"
>;

/** The segment that is written to, and those that were. */
export class SegmentStore {
  readonly #settings: StoreSettings;
  readonly #compressor: Compressor;
  #writer: SegmentWriter | undefined;
  /** A new segment whose first write failed and that could not be removed. */
  #abandoned: string | undefined;

  constructor(settings: StoreSettings, writer: SegmentWriter | undefined, closed: readonly string[]) {
    this.#settings = settings;
    this.#writer = writer;
    this.#compressor = new Compressor(settings.onFault);
    this.#compress(closed);
  }

  /** Whether the next write begins a new segment, which then begins with a segment record. */
  get rotates(): boolean {
    const { maxSegmentBytes, maxSegmentSeconds, now } = this.#settings;
    const writer = this.#writer;
    return writer === undefined || writer.length >= maxSegmentBytes || now() - writer.openedAt >= maxSegmentSeconds * 1_000;
  }

  /** Resolves when the bytes are on disk; rejects with nothing of them in the log. @param newFrom first number of a new segment */
  async append(bytes: Buffer, newFrom: number | undefined): Promise<void> {
    const writer = this.#writer;
    if (newFrom !== undefined || writer === undefined) await this.#appendNew(bytes, newFrom ?? 1);
    else await writer.append(bytes);
  }

  /** Resolves when no closed segment waits for compression. */
  settled(): Promise<void> {
    return this.#compressor.settled();
  }

  async close(): Promise<void> {
    await this.#writer?.close();
    this.#writer = undefined;
    await this.#compressor.stop();
  }

  async #appendNew(bytes: Buffer, firstSeq: number): Promise<void> {
    const { disk, directory, now } = this.#settings;
    // A closed segment holds nothing that was refused.
    await this.#writer?.cutUncertain();
    if (this.#abandoned !== undefined) await disk.remove(this.#abandoned);
    this.#abandoned = undefined;
    const next = await SegmentWriter.create(disk, directory, firstSeq, now());
    try {
      await next.append(bytes);
    } catch (error) {
      await this.#discard(next);
      throw error;
    }
    const before = this.#writer;
    this.#writer = next;
    // All of it is on disk: what closing might still say changes nothing.
    await before?.close().catch(this.#settings.onFault);
    if (before !== undefined) this.#compress([before.path]);
  }

  async #discard(next: SegmentWriter): Promise<void> {
    this.#abandoned = next.path;
    await next.close().catch(() => undefined);
    await this.#settings.disk.remove(next.path).then(
      () => {
        this.#abandoned = undefined;
      },
      () => undefined,
    );
  }

  #compress(paths: readonly string[]): void {
    if (this.#settings.compress && paths.length > 0) this.#compressor.add(...paths);
  }
}
