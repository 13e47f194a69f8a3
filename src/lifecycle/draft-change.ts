import type { KeyHeader } from "../keyblock/index.js";
import { type Approval, type OfficerDirectory, type Statement, writeApproval } from "../officers/index.js";
import { applyChange, type KeyChange } from "./key-change.js";
import type { RecordedLife } from "./key-lives.js";
import type { KeyLife } from "./key-state.js";
import { LifecycleError } from "./lifecycle-error.js";
import { checkStateApprovals, type StateRecord } from "./state-record.js";
import { readStateStatement, type StateStatement, writeStateStatement } from "./state-statement.js";

/** How long officers may take to sign, and how far clocks may be apart, in seconds. */
const MAX_AGE = 86_400;
const MAX_AHEAD = 300;

/** A change that is allowed now, and the statement that two officers must sign. */
export interface StateDraft {
  readonly statement: Statement;
  readonly after: KeyLife;
}

/**
 * Drafts a change of a key's state at `at` (seconds since 1970).
 * @throws LifecycleError as `applyChange`
 */
export function draftChange(
  header: KeyHeader,
  { life, head }: RecordedLife,
  change: KeyChange,
  directory: OfficerDirectory,
  at: number,
): StateDraft {
  const after = applyChange(life, change, at);
  const { id, name, version, environment } = header;
  const key = { id, name, version, environment };
  const stated = { key, change, from: life.state, at, follows: head, directoryEntry: directory.head.seq };
  return { statement: writeStateStatement(stated), after };
}

/** A change that was approved, ready for the register. */
export interface ApprovedChange {
  readonly record: StateRecord & { readonly follows: Buffer };
  readonly stated: StateStatement;
  readonly after: KeyLife;
}

/**
 * Checks a signed statement against the key as it is now: the key, its last record, the directory's last entry, the clock of this
 * host, the approvals, and that the change is allowed both at the time that was signed and now.
 * @param now seconds since 1970
 * @throws LifecycleError
 */
export function acceptChange(
  header: KeyHeader,
  { life, head }: RecordedLife,
  bytes: Buffer,
  approvals: readonly Approval[],
  directory: OfficerDirectory,
  now: number,
): ApprovedChange {
  const { statement, stated } = readStateStatement(bytes);
  const { key, follows, from, directoryEntry, change, at } = stated;
  const isOfKey = key.id === header.id && key.name === header.name && key.version === header.version;
  if (!isOfKey || key.environment !== header.environment) throw new LifecycleError("STATEMENT_FOREIGN");
  if (!follows.equals(head) || from !== life.state || directoryEntry !== directory.head.seq)
    throw new LifecycleError("STATEMENT_STALE");
  if (at < now - MAX_AGE) throw new LifecycleError("STATEMENT_STALE");
  if (at > now + MAX_AHEAD) throw new LifecycleError("CLOCK_WENT_BACK");
  checkStateApprovals(directory, statement, approvals);
  const after = applyChange(life, change, at);
  // A clock that was ahead at the drafting must not shorten a waiting time.
  if (change.kind === "destroy" && now < (life.destroyAfter ?? 0)) throw new LifecycleError("WAITING_TIME");
  const record = { keyId: key.id, follows, statement: bytes, approvals: JSON.stringify(approvals.map(writeApproval)) };
  return { record, stated, after };
}
