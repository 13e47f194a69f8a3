import type { RegisterHead } from "../../keyblock/index.js";
import type { Subject } from "./journal-entry.js";
import type { SealedRegisterHead } from "./journal-table.js";

/** In what way one row is not what the journal says of it. */
export const RECORD_FAULTS = {
  CHANGED: "holds something that never was registered",
  SWAPPED: "holds what belongs to another record",
  ROLLED_BACK: "holds what it held before a later change",
  DELETED: "is gone, and nothing in the journal took it away",
  SEAL: "has not this token's seal",
  NOT_JOURNALED: "is there, and nothing in the journal put it there",
} as const;
export type RecordFaultCode = keyof typeof RECORD_FAULTS;

/** In what way the journal itself does not hold. */
export const JOURNAL_FAULTS = {
  ENTRY_CHANGED: "the entry's hash is not that of the entry and the one before it",
  ENTRY_MISSING: "the number does not follow the one before: entries were taken out",
  HEAD_MISMATCH: "the journal does not end where its sealed head says",
  HEAD_SEAL: "the seal over the head is not this token's",
  NOT_SEALED: "there are keys and no journal: nobody vouches for them",
  OTHER_REGISTER: "this is not the register that was noted",
  OLDER: "the register is older than was noted: it was rolled back",
  FORKED: "the register had another history when it was noted",
} as const;
export type JournalFaultCode = keyof typeof JOURNAL_FAULTS;

/** One row that does not hold. Only it is to be refused. */
export interface RecordFault {
  readonly scope: "record";
  readonly code: RecordFaultCode;
  readonly subject: Subject;
  /** Of SWAPPED, whose it is. */
  readonly other?: Subject;
}

/** The journal does not hold: nothing in the register can be told from what somebody wrote into it. */
export interface JournalFault {
  readonly scope: "journal";
  readonly code: JournalFaultCode;
  /** Number of the entry, or where the register was noted to stand; 0 where there is none. */
  readonly seq: number;
}

export type RegisterFault = RecordFault | JournalFault;

/** Where the register stood when somebody noted it, elsewhere. */
export type RegisterAnchor = RegisterHead;

/** What was found. */
export interface RegisterVerdict {
  readonly keys: number;
  readonly initialKeys: number;
  readonly entries: number;
  /** Undefined: there is no journal. */
  readonly head: SealedRegisterHead | undefined;
  /** Nothing: all that was looked at holds. */
  readonly faults: readonly RegisterFault[];
}

/** Whether the journal can be relied on, and only single records cannot. */
export function isJournalSound({ faults }: Pick<RegisterVerdict, "faults">): boolean {
  return faults.every(({ scope }) => scope === "record");
}

/** A fault in words: the record or entry by name, and what is wrong with it. */
export function describeFault(fault: RegisterFault): string {
  if (fault.scope === "journal") {
    const place = fault.seq === 0 ? "the journal" : `entry ${fault.seq} of the journal`;
    return `${place}: ${fault.code}: ${JOURNAL_FAULTS[fault.code]}`;
  }
  const whose = fault.other === undefined ? "" : ` (${describeSubject(fault.other)})`;
  return `${describeSubject(fault.subject)}: ${fault.code}: it ${RECORD_FAULTS[fault.code]}${whose}`;
}

const SUBJECT_WORDS = {
  key: "key",
  initialKey: "initial key",
  keptKey: "key kept by a caller, digest",
  keyState: "state of the key with the id",
  keyDigest: "note that a key is known by the digest",
  destroyedKey: "what is left of the destroyed key",
} as const;

function describeSubject({ kind, name }: Subject): string {
  return `${SUBJECT_WORDS[kind]} ${name}`;
}
