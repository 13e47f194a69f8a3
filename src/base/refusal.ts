import { REASONS, type Reason } from "./reasons.js";

/** What may accompany a refusal. None of it is the caller's data: both are names from the schema or the rule book. */
export interface RefusalDetails {
  /** The request field at fault, by its path in the schema, such as `source.pin_block`. */
  readonly field?: string;
  /** The rule that is enforced, such as `PCI PIN 3-3`. */
  readonly requirement?: string;
  /** For the operator's eyes; never leaves the process. */
  readonly cause?: unknown;
}

/** The service says no, for one documented reason. Every other error is a defect. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly reason: Reason;
  readonly field: string | undefined;
  readonly requirement: string | undefined;

  constructor(reason: Reason, details: RefusalDetails = {}) {
    super(REASONS[reason].message, details.cause === undefined ? undefined : { cause: details.cause });
    this.reason = reason;
    this.field = details.field;
    this.requirement = details.requirement;
  }
}
