import { shapeOfError } from "../../base/index.js";
import { isJournalSound, type KeyRegister, type SealedRegisterHead } from "../../store/index.js";
import type { ServerConfig } from "../config/index.js";
import { examineRows, sweepSeals } from "../register/index.js";
import type { OpenAudit } from "./audit.js";
import { condemn, isRecordFault, type RegisterSurroundings } from "./register.js";

/** How often the audit log is told where the register stands, if it moved: also when the command line moved it. */
const NOTE_EVERY_MS = 1_000;

/** How often everything is verified anew while the service runs, unless it is told otherwise. */
const VERIFY_EVERY_MS = 3_600_000;

/**
 * Looks after an open register: notes in the audit log where it stands, has the token check the seal of every key once and verifies
 * everything anew each hour, between calls. Nothing waits for it. When the journal does not hold any more, nothing is served, as at a start.
 */
export class RegisterWatch {
  readonly #path: string;
  readonly #register: KeyRegister;
  readonly #audit: Pick<OpenAudit, "noteRegister"> | undefined;
  readonly #surroundings: RegisterSurroundings;
  readonly #timers: readonly NodeJS.Timeout[];
  #noted: SealedRegisterHead | undefined;
  #noting = false;
  #stopped = false;

  constructor(
    { register: path }: Pick<ServerConfig, "register">,
    register: KeyRegister,
    audit: Pick<OpenAudit, "noteRegister"> | undefined,
    surroundings: RegisterSurroundings,
    verifyEveryMs: number = VERIFY_EVERY_MS,
  ) {
    this.#path = path;
    this.#register = register;
    this.#audit = audit;
    this.#surroundings = surroundings;
    this.#timers = [
      setInterval(() => void this.note(), NOTE_EVERY_MS),
      setInterval(() => void this.#attempt(() => this.#verify()), verifyEveryMs),
    ];
    for (const timer of this.#timers) timer.unref();
    void this.#attempt(() => this.#sweep());
  }

  /** Notes where the register stands, unless that was noted. A log that cannot be written is tried again. */
  async note(): Promise<void> {
    const { head } = this.#register;
    if (this.#audit === undefined || this.#noting || head === undefined || head.seq === this.#noted?.seq) return;
    this.#noting = true;
    try {
      await this.#audit.noteRegister(head);
      this.#noted = head;
    } catch {
      // The audit log reports by itself that it cannot be written.
    } finally {
      this.#noting = false;
    }
  }

  /** Ends it, with a last note. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const timer of this.#timers) clearInterval(timer);
    await this.note();
  }

  async #sweep(): Promise<void> {
    const faults = await sweepSeals(this.#path, this.#surroundings.engine, () => !this.#stopped);
    if (this.#stopped) return;
    this.#surroundings.logger.info({ faults: faults.length }, "the seals of all registered keys are checked");
    condemn(this.#register, faults, this.#surroundings);
  }

  async #verify(): Promise<void> {
    const verdict = await examineRows(this.#path, { engine: this.#surroundings.engine, anchor: this.#noted });
    if (this.#stopped) return;
    if (!isJournalSound(verdict)) {
      this.#register.condemnWhole();
      this.#surroundings.logger.error(
        { faults: verdict.faults.length },
        "the register's journal does not hold: nothing is served",
      );
      this.#surroundings.alarms.raise("KEY_RECORD_CORRUPT");
      return;
    }
    condemn(this.#register, verdict.faults.filter(isRecordFault), this.#surroundings);
  }

  /** What could not be verified, as when the token is away, is said and not held against any key. */
  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!this.#stopped) this.#surroundings.logger.warn({ error: shapeOfError(error) }, "the register could not be verified");
    }
  }
}
