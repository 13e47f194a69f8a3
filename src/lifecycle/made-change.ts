import type { Approval, OfficerDirectory } from "../officers/index.js";
import type { RecordedLife } from "./key-lives.js";
import { checkStateApprovals } from "./state-record.js";
import { hashStateStatement, readStateStatement } from "./state-statement.js";

/**
 * Whether the key's last record is this very statement: the change is made, and somebody asks again, as after a lost answer. The approvals
 * must hold all the same, by the directory as it was when the statement was drafted.
 * @throws LifecycleError STATEMENT_INVALID, APPROVALS_INVALID
 */
export function isChangeMade(
  { head }: RecordedLife,
  bytes: Buffer,
  approvals: readonly Approval[],
  directory: OfficerDirectory,
): boolean {
  if (!hashStateStatement(bytes).equals(head)) return false;
  const { statement, stated } = readStateStatement(bytes);
  checkStateApprovals(directory.asOf(stated.directoryEntry), statement, approvals);
  return true;
}
