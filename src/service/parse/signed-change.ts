import { Refusal } from "../../base/index.js";
import type { ChangeKeyStateRequest } from "../../gen/pinmac/v1/key.js";
import { LifecycleError, MAX_APPROVALS, readStateStatement, type StateStatement } from "../../lifecycle/index.js";
import { type Approval, OfficerError, readApproval } from "../../officers/index.js";

/** A statement about a key's state with its signatures, none of which is checked yet. */
export interface SignedChange {
  readonly bytes: Buffer;
  readonly stated: StateStatement;
  readonly approvals: readonly Approval[];
}

/**
 * Reads a signed change.
 * @throws Refusal KEY_STATE_REFUSED: the statement is none (STATEMENT_INVALID), or the approvals have not the form of such
 * (APPROVALS_INVALID)
 */
export function parseSignedChange({ statement: bytes, approvals }: ChangeKeyStateRequest): SignedChange {
  try {
    if (approvals.length > MAX_APPROVALS) throw new LifecycleError("APPROVALS_INVALID");
    const { stated } = readStateStatement(bytes);
    return { bytes, stated, approvals: approvals.map(parseApproval) };
  } catch (error) {
    throw refusalOfChange(error);
  }
}

/** What a refused change is answered with; any other error is given back as it is. */
export function refusalOfChange(error: unknown): unknown {
  if (!(error instanceof LifecycleError)) return error;
  const field = error.code === "APPROVALS_INVALID" ? "approvals" : "statement";
  return new Refusal("KEY_STATE_REFUSED", { field, requirement: error.code, cause: error });
}

function parseApproval({ officer, signature }: ChangeKeyStateRequest["approvals"][number]): Approval {
  try {
    return readApproval({ officer, signature: signature.toString("hex") });
  } catch (error) {
    throw error instanceof OfficerError ? new LifecycleError("APPROVALS_INVALID", error) : error;
  }
}
