import type { Officer, OfficerLookup } from "./officer.js";
import { OfficerError } from "./officer-error.js";
import { isOfficerName, type OfficerName } from "./officer-name.js";
import type { OfficerRole } from "./officer-role.js";
import type { OfficerSigner } from "./officer-signer.js";
import type { Statement } from "./statement.js";

/** An officer's signature over a statement. */
export interface Approval {
  readonly officer: OfficerName;
  /** Ed25519, 64 bytes, over the statement's bytes. */
  readonly signature: Buffer;
}

/** As files hold it: the signature in hex. */
export interface ApprovalRecord {
  readonly officer: string;
  readonly signature: string;
}

/** Who must have approved. */
export interface ApprovalRule {
  readonly role: OfficerRole;
  readonly atLeast: number;
  /** Whom the statement is about: they have no say in it. */
  readonly concerns?: readonly OfficerName[];
}

const SIGNATURE = /^[0-9a-f]{128}$/;

/** Has an officer sign a statement. Whoever calls has shown it to them. */
export async function approve(signer: OfficerSigner, statement: Statement): Promise<Approval> {
  return { officer: signer.officer.name, signature: await signer.sign(statement.bytes) };
}

/**
 * Checks that enough active officers of the role approved: all of them distinct, none concerned, and every signature holds, also those
 * beyond the number.
 * @returns the officers, in the order of the approvals
 * @throws OfficerError APPROVALS_TOO_FEW, APPROVER_TWICE, APPROVER_UNKNOWN, APPROVER_ROLE, APPROVER_CONCERNED, APPROVAL_FALSE
 */
export function checkApprovals(
  officers: OfficerLookup,
  statement: Statement,
  approvals: readonly Approval[],
  rule: ApprovalRule,
): readonly Officer[] {
  if (approvals.length < Math.max(1, rule.atLeast)) throw new OfficerError("APPROVALS_TOO_FEW");
  if (new Set(approvals.map(({ officer }) => officer)).size < approvals.length) throw new OfficerError("APPROVER_TWICE");
  return approvals.map((approval) => checkApproval(officers, statement, approval, rule));
}

function checkApproval(officers: OfficerLookup, statement: Statement, approval: Approval, rule: ApprovalRule): Officer {
  const officer = officers.find(approval.officer);
  if (officer === undefined) throw new OfficerError("APPROVER_UNKNOWN");
  if (!officer.roles.includes(rule.role)) throw new OfficerError("APPROVER_ROLE");
  if (rule.concerns?.includes(officer.name)) throw new OfficerError("APPROVER_CONCERNED");
  if (!officer.publicKey.signed(statement.bytes, approval.signature)) throw new OfficerError("APPROVAL_FALSE");
  return officer;
}

/** For a file. */
export function writeApproval({ officer, signature }: Approval): ApprovalRecord {
  return { officer, signature: signature.toString("hex") };
}

/** @throws OfficerError APPROVAL_FALSE when it has not the form of one */
export function readApproval({ officer, signature }: ApprovalRecord): Approval {
  if (!isOfficerName(officer) || !SIGNATURE.test(signature)) throw new OfficerError("APPROVAL_FALSE");
  return { officer, signature: Buffer.from(signature, "hex") };
}
