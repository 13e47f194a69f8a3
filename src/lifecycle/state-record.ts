import {
  type Approval,
  type ApprovalRecord,
  checkApprovals,
  OfficerError,
  type OfficerLookup,
  readApproval,
  type Statement,
} from "../officers/index.js";
import { LifecycleError } from "./lifecycle-error.js";

/** A record of a key's state as the register holds it. */
export interface StateRecord {
  /** Of the key: a UUID. */
  readonly keyId: string;
  /** What was signed. */
  readonly statement: Buffer;
  /** JSON: two or more of `ApprovalRecord`. */
  readonly approvals: string;
}

/** Two key managers decide about a key (PCI PIN 6, 12). */
const RULE = { role: "keyManager", atLeast: 2 } as const;
/** More than any change needs. */
export const MAX_APPROVALS = 16;

/**
 * The approvals of a record.
 * @throws LifecycleError APPROVALS_INVALID
 */
export function readApprovals(text: string): readonly Approval[] {
  try {
    const records: unknown = JSON.parse(text);
    if (!Array.isArray(records) || records.length > MAX_APPROVALS) throw new LifecycleError("APPROVALS_INVALID");
    return records.map((record: ApprovalRecord) =>
      readApproval({ officer: String(record.officer), signature: String(record.signature) }),
    );
  } catch (error) {
    throw error instanceof LifecycleError ? error : new LifecycleError("APPROVALS_INVALID", error);
  }
}

/** @throws LifecycleError APPROVALS_INVALID; its cause says what about them */
export function checkStateApprovals(
  officers: OfficerLookup | undefined,
  statement: Statement,
  approvals: readonly Approval[],
): void {
  if (officers === undefined) throw new LifecycleError("APPROVALS_INVALID");
  try {
    checkApprovals(officers, statement, approvals, RULE);
  } catch (error) {
    if (error instanceof OfficerError) throw new LifecycleError("APPROVALS_INVALID", error);
    throw error;
  }
}
