import type { AuditPublicKey, CheckpointSigner } from "../../audit/index.js";
import { type Approval, checkApprovals } from "../approval.js";
import type { Officer, OfficerLookup } from "../officer.js";
import { OfficerError, type OfficerErrorCode } from "../officer-error.js";
import type { Statement } from "../statement.js";
import { concernedBy, type DirectoryChange } from "./change.js";
import { DirectoryFault, type DirectoryFaultCode } from "./directory-fault.js";
import {
  DIRECTORY_START,
  type DirectoryDraft,
  type DirectoryHead,
  draftStatement,
  entrySealMessage,
  hashEntry,
  writeEntryBody,
  writeEntryLine,
} from "./entry.js";
import { OfficerTable } from "./officer-table.js";
import type { ReadEntry } from "./parse-entry.js";

/** Two key managers approve each change; the two founders approve each other. */
const APPROVALS = 2;

/** What the directory was after each entry; index 0 is before the first. */
interface DirectoryState {
  readonly head: DirectoryHead;
  readonly table: OfficerTable;
}

/** An entry that was approved and sealed: the directory with it, and its line for the file. */
export interface AppendedEntry {
  readonly directory: OfficerDirectory;
  /** With its newline. */
  readonly line: string;
}

/**
 * Who is an officer: the verified entries of `officers.jsonl`, or those of a ceremony that are not written yet. Immutable: a change makes
 * another directory.
 */
export class OfficerDirectory implements OfficerLookup {
  readonly #states: readonly DirectoryState[];

  private constructor(states: readonly DirectoryState[]) {
    this.#states = states;
  }

  /** Without an entry: what a founding begins with. */
  static get EMPTY(): OfficerDirectory {
    return new OfficerDirectory([{ head: DIRECTORY_START, table: OfficerTable.EMPTY }]);
  }

  /** The last entry; number 0 when there is none. */
  get head(): DirectoryHead {
    return this.#last.head;
  }

  /** The active officers, in the order of their names. */
  get officers(): readonly Officer[] {
    return this.#last.table.list();
  }

  /** Only an active officer. */
  find(name: string): Officer | undefined {
    return this.#last.table.find(name);
  }

  /** Where the directory stood after entry `seq`; undefined when there is no such entry. */
  headAt(seq: number): DirectoryHead | undefined {
    return this.#states[seq]?.head;
  }

  /**
   * Who was an officer after entry `seq`, for approvals that were given then.
   * @returns undefined when there is no such entry
   */
  asOf(seq: number): OfficerLookup | undefined {
    return this.#states[seq]?.table;
  }

  /**
   * A change to be approved, at `milliseconds` since 1970.
   * @throws OfficerError when the rules do not allow it: see `OfficerTable.after`
   */
  draft(change: DirectoryChange, milliseconds: number): DirectoryDraft {
    this.#last.table.after(change);
    return { follows: this.head, at: new Date(milliseconds).toISOString(), change };
  }

  /** What the officers are shown and sign. */
  static statementOf(draft: DirectoryDraft): Statement {
    return draftStatement(draft);
  }

  /**
   * Adds an entry: approved by two active key managers whom it is not about (the founding entry: by both founders), then sealed by the
   * token. Nothing is written to a file.
   * @throws OfficerError the rules', the approvals'; DIRECTORY_CHANGED when the draft does not follow the last entry; the sealer's errors
   */
  async append(draft: DirectoryDraft, approvals: readonly Approval[], sealer: CheckpointSigner): Promise<AppendedEntry> {
    if (!isSameHead(draft.follows, this.head)) throw new OfficerError("DIRECTORY_CHANGED");
    const table = this.#last.table.after(draft.change);
    this.#checkApprovals(draft, approvals, table);
    const body = writeEntryBody(draft, approvals);
    const hash = hashEntry(this.head.hash, body);
    const seal = await sealer.sign(entrySealMessage(hash));
    const directory = this.#with({ head: { seq: this.head.seq + 1, hash }, table });
    return { directory, line: writeEntryLine(body, hash, seal) };
  }

  /**
   * Adds an entry that was read from a file, after checking everything about it.
   * @throws DirectoryFault
   */
  accept(entry: ReadEntry, key: AuditPublicKey): OfficerDirectory {
    const { draft, approvals, hash } = entry;
    const fault = findChainFault(this.head, entry);
    if (fault !== undefined) throw this.#fault(fault);
    const table = this.#holding("RULE", () => this.#last.table.after(draft.change));
    this.#holding("APPROVALS", () => this.#checkApprovals(draft, approvals, table));
    if (!key.signed(entrySealMessage(hash), entry.seal)) throw this.#fault("SEAL");
    return this.#with({ head: { seq: this.head.seq + 1, hash }, table });
  }

  get #last(): DirectoryState {
    const last = this.#states.at(-1);
    if (last === undefined) throw new TypeError("A directory has a state.");
    return last;
  }

  #with(state: DirectoryState): OfficerDirectory {
    return new OfficerDirectory([...this.#states, state]);
  }

  #checkApprovals(draft: DirectoryDraft, approvals: readonly Approval[], after: OfficerTable): void {
    const approvers = draft.change.kind === "founded" ? after : this.#last.table;
    const concerns = concernedBy(draft.change);
    checkApprovals(approvers, draftStatement(draft), approvals, { role: "keyManager", atLeast: APPROVALS, concerns });
  }

  #holding<T>(fault: DirectoryFaultCode, check: () => T): T {
    try {
      return check();
    } catch (error) {
      throw error instanceof OfficerError ? this.#fault(fault, error.code) : error;
    }
  }

  #fault(fault: DirectoryFaultCode, detail?: OfficerErrorCode): DirectoryFault {
    return new DirectoryFault(fault, this.head.seq + 1, detail);
  }
}

function findChainFault(head: DirectoryHead, { draft: { follows }, body, hash }: ReadEntry): DirectoryFaultCode | undefined {
  if (!hashEntry(follows.hash, body).equals(hash)) return "CHANGED";
  if (follows.seq !== head.seq) return "SEQUENCE";
  return follows.hash.equals(head.hash) ? undefined : "LINK";
}

function isSameHead(left: DirectoryHead, right: DirectoryHead): boolean {
  return left.seq === right.seq && left.hash.equals(right.hash);
}
