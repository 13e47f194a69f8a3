import { Refusal } from "../base/index.js";
import type { AuditEntry } from "./audit-entry.js";
import type { AuditLogSettings } from "./audit-log-options.js";
import type { RecordContent } from "./audit-record.js";
import { Batch, type ChainState } from "./batch.js";
import type { AuditPublicKey } from "./checkpoint-signer.js";
import type { DirectoryLock } from "./directory-lock.js";
import type { ChainHead } from "./parse-record.js";
import type { RegisterNote } from "./register-note.js";
import type { SegmentStore } from "./segment-store.js";
import { signCheckpoint } from "./sign-checkpoint.js";

/** More records than this wait for the next write: what is built in one go must not hold up the event loop. */
const MAX_BATCH = 1_024;

/** What `openAuditLog` puts together. */
export interface AuditLogParts {
  readonly settings: AuditLogSettings;
  readonly publicKey: AuditPublicKey;
  readonly segments: SegmentStore;
  readonly head: ChainHead;
  readonly lock: DirectoryLock;
}

interface Waiting {
  /** A probe is no record: it only has the log written. */
  readonly content:
    | Exclude<RecordContent, { kind: "checkpoint" }>
    | { readonly kind: "checkpoint" }
    | { readonly kind: "probe" };
  readonly at: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The audit log of calls: append-only, hash-chained, its checkpoints signed. Made by `openAuditLog`.
 * Entries that come while a write is under way go out together in the next one (group commit).
 */
export class AuditLog {
  readonly #settings: AuditLogSettings;
  readonly #publicKey: AuditPublicKey;
  readonly #segments: SegmentStore;
  readonly #lock: DirectoryLock;
  #chain: ChainState;
  #waiting: Waiting[] = [];
  #pump: Promise<void> | undefined;
  #outage: { readonly since: number; refused: number } | undefined;
  #signing: Promise<void> | undefined;
  /** A checkpoint has no signature: another one is due, even without new records. */
  #signatureOwed = false;
  /** When the oldest record was written that no checkpoint follows, and the oldest one that the checkpoint covers whose signature is awaited. */
  #uncheckedSince: number | undefined;
  #unsignedSince: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closing: Promise<void> | undefined;
  #registerNote: RegisterNote | undefined;

  constructor({ settings, publicKey, segments, head, lock }: AuditLogParts) {
    this.#settings = settings;
    this.#publicKey = publicKey;
    this.#segments = segments;
    this.#lock = lock;
    this.#chain = { head, counts: new Map(), unchecked: 0 };
  }

  /** False from the first write that failed to the next one that succeeds. */
  get available(): boolean {
    return this.#outage === undefined && this.#closing === undefined;
  }

  /** The last record that is on disk. */
  get head(): ChainHead {
    return this.#chain.head;
  }

  /** Since when there is a record that no signed checkpoint covers, in milliseconds since 1970; undefined when there is none. */
  get unsignedSince(): number | undefined {
    return this.#unsignedSince ?? this.#uncheckedSince;
  }

  /**
   * Resolves when the entry is on disk. An answer must not leave before.
   * Every entry tries anew, so the log recovers by itself when the disk does; how many were refused is noted then.
   * @throws Refusal AUDIT_UNAVAILABLE when it cannot be written; it then is not in the log
   * @throws TypeError when a field has not the form that it must have: a defect of the caller
   */
  append(entry: AuditEntry): Promise<void> {
    if (this.#closing !== undefined) return Promise.reject(new Refusal("AUDIT_UNAVAILABLE"));
    return this.enqueue({ kind: "call", entry }, entry.at);
  }

  /**
   * Notes where the key register stands; every new segment repeats the last note. Resolves when it is on disk.
   * @throws Refusal AUDIT_UNAVAILABLE
   */
  async noteRegister(note: RegisterNote): Promise<void> {
    await this.enqueue({ kind: "register", ...note });
    this.#registerNote = note;
  }

  /**
   * Resolves when the log can be written. After an outage that is tried, and its end noted, without a call that needs it.
   * @throws Refusal AUDIT_UNAVAILABLE
   */
  probe(): Promise<void> {
    if (this.#closing !== undefined) return Promise.reject(new Refusal("AUDIT_UNAVAILABLE"));
    return this.#outage === undefined ? Promise.resolve() : this.enqueue({ kind: "probe" });
  }

  /** For `openAuditLog`: the records about the log itself. */
  enqueue(content: Waiting["content"], at = this.#settings.now()): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ content, at, resolve, reject });
      this.#pump ??= this.#writeWaiting();
    });
  }

  /** Resolves when no closed segment waits for compression. */
  compressed(): Promise<void> {
    return this.#segments.settled();
  }

  /** Writes what waits, a last checkpoint and its signature. Further entries are refused. Never rejects. */
  close(): Promise<void> {
    this.#closing ??= this.#finish();
    return this.#closing;
  }

  async #finish(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#idle();
    if (this.#checkpointWanted) await this.#tryCheckpoint();
    await this.#idle();
    await this.#segments.close().catch(this.#settings.onFault);
    this.#lock.release();
  }

  async #idle(): Promise<void> {
    while (this.#pump !== undefined || this.#signing !== undefined) {
      await this.#pump;
      await this.#signing;
    }
  }

  async #writeWaiting(): Promise<void> {
    // Entries of the same turn of the event loop share the first write.
    await Promise.resolve();
    while (this.#waiting.length > 0) await this.#commit(this.#waiting.splice(0, MAX_BATCH));
    // In one step with the look at what waits: an entry that comes later must start the next run.
    this.#pump = undefined;
  }

  async #commit(requests: readonly Waiting[]): Promise<void> {
    const batch = new Batch(this.#chain);
    const newFrom = this.#segments.rotates ? this.#chain.head.seq + 1 : undefined;
    this.#addOwnRecords(batch, newFrom !== undefined);
    const accepted = requests.filter((request) => this.#addRequest(batch, request));
    if (accepted.length === 0) return;
    const due = batch.state.unchecked >= this.#settings.checkpointRecords && this.#signing === undefined;
    if (due) batch.addCheckpoint(this.#settings.now());
    const startedAt = performance.now();
    try {
      await this.#segments.append(batch.toBytes(), newFrom);
      this.#settings.onWrite(batch.state.head.seq - this.#chain.head.seq, (performance.now() - startedAt) / 1_000);
    } catch (cause) {
      this.#refuse(accepted, cause);
      return;
    }
    this.#accept(batch, accepted);
  }

  #addOwnRecords(batch: Batch, rotates: boolean): void {
    const now = this.#settings.now();
    if (rotates) batch.add({ kind: "segment", keyFingerprint: this.#publicKey.fingerprint }, now);
    if (rotates && this.#registerNote !== undefined) batch.add({ kind: "register", ...this.#registerNote }, now);
    if (this.#outage !== undefined) batch.add({ kind: "resumed", ...this.#outage }, now);
  }

  /** @returns false for a request that is settled without a record */
  #addRequest(batch: Batch, { content, at, resolve, reject }: Waiting): boolean {
    if (content.kind === "checkpoint" && this.#signing !== undefined) {
      resolve();
      return false;
    }
    try {
      if (content.kind === "checkpoint") batch.addCheckpoint(at);
      else if (content.kind !== "probe") batch.add(content, at);
      return true;
    } catch (error) {
      reject(error);
      return false;
    }
  }

  #accept(batch: Batch, accepted: readonly Waiting[]): void {
    this.#chain = batch.state;
    if (this.#outage !== undefined) {
      this.#outage = undefined;
      this.#settings.onAvailability(true);
    }
    for (const { resolve } of accepted) resolve();
    if (this.#chain.unchecked > 0 || batch.checkpoint !== undefined) this.#uncheckedSince ??= this.#settings.now();
    if (batch.checkpoint !== undefined) this.#sign(batch.checkpoint);
    this.#planCheckpoint();
  }

  #refuse(accepted: readonly Waiting[], cause: unknown): void {
    const begins = this.#outage === undefined;
    this.#outage ??= { since: this.#settings.now(), refused: 0 };
    this.#outage.refused += accepted.filter(({ content }) => content.kind === "call").length;
    if (begins) this.#settings.onAvailability(false, cause);
    for (const { reject } of accepted) reject(new Refusal("AUDIT_UNAVAILABLE", { cause }));
    this.#planCheckpoint();
  }

  get #checkpointWanted(): boolean {
    return this.#chain.unchecked > 0 || this.#signatureOwed;
  }

  #planCheckpoint(): void {
    if (this.#timer !== undefined || this.#closing !== undefined || !this.#checkpointWanted) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#closing === undefined) void this.#tryCheckpoint();
    }, this.#settings.checkpointSeconds * 1_000);
    this.#timer.unref();
  }

  /** While a signature is awaited, the next checkpoint waits too: at most one is open. */
  async #tryCheckpoint(): Promise<void> {
    if (this.#signing !== undefined || !this.#checkpointWanted) return this.#planCheckpoint();
    await this.enqueue({ kind: "checkpoint" }).catch(this.#settings.onFault);
  }

  #sign(checkpoint: ChainHead): void {
    this.#signatureOwed = true;
    // A checkpoint covers those before it too, whose signature may have failed.
    this.#unsignedSince ??= this.#uncheckedSince;
    this.#uncheckedSince = this.#chain.unchecked > 0 ? this.#settings.now() : undefined;
    this.#signing = this.#writeSignature(checkpoint)
      .catch(this.#settings.onFault)
      .finally(() => {
        this.#signing = undefined;
      });
  }

  async #writeSignature(checkpoint: ChainHead): Promise<void> {
    const { signer, signSeconds } = this.#settings;
    const content = await signCheckpoint(signer, this.#publicKey, checkpoint, signSeconds);
    await this.enqueue(content);
    this.#signatureOwed = false;
    this.#unsignedSince = undefined;
  }
}
