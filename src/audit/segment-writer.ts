import { join } from "node:path";
import type { AppendFile, AuditDisk } from "./audit-disk.js";
import { segmentName } from "./segment-files.js";

/** The open segment: knows how much of it is on disk for good, and takes back what is not. */
export class SegmentWriter {
  readonly path: string;
  readonly openedAt: number;
  readonly #disk: AuditDisk;
  readonly #directory: string;
  readonly #file: AppendFile;
  #length: number;
  #named: boolean;
  /** Bytes beyond #length may be in the file. */
  #uncertain = false;

  private constructor(disk: AuditDisk, directory: string, path: string, file: AppendFile, length: number, openedAt: number) {
    this.#disk = disk;
    this.#directory = directory;
    this.path = path;
    this.#file = file;
    this.#length = length;
    this.#named = length > 0;
    this.openedAt = openedAt;
  }

  /** A new segment; its name is durable once its first bytes are. */
  static async create(disk: AuditDisk, directory: string, firstSeq: number, now: number): Promise<SegmentWriter> {
    const path = join(directory, segmentName(firstSeq));
    return new SegmentWriter(disk, directory, path, await disk.create(path), 0, now);
  }

  /** Goes on with a segment of this length; anything behind it is cut off. @param openedAt when the segment began */
  static async resume(
    disk: AuditDisk,
    directory: string,
    path: string,
    length: number,
    openedAt: number,
  ): Promise<SegmentWriter> {
    const writer = new SegmentWriter(disk, directory, path, await disk.open(path), length, openedAt);
    writer.#uncertain = true;
    try {
      await writer.cutUncertain();
    } catch (error) {
      await writer.close();
      throw error;
    }
    return writer;
  }

  /** Bytes on disk for good. */
  get length(): number {
    return this.#length;
  }

  /** Resolves when the bytes are on disk. When it rejects, they are not part of the segment, now or after a crash that is repaired. */
  async append(bytes: Buffer): Promise<void> {
    await this.cutUncertain();
    this.#uncertain = true;
    try {
      await this.#file.write(bytes);
      await this.#file.sync();
      if (!this.#named) await this.#disk.syncFolder(this.#directory);
    } catch (error) {
      // At once, so that a crash finds no record that was refused; if that fails too, before the next write.
      await this.cutUncertain().catch(() => undefined);
      throw error;
    }
    this.#named = true;
    this.#length += bytes.length;
    this.#uncertain = false;
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  /** Takes back what a failed write may have left. */
  async cutUncertain(): Promise<void> {
    if (!this.#uncertain) return;
    await this.#file.truncate(this.#length);
    await this.#file.sync();
    this.#uncertain = false;
  }
}
