import { TOKEN_START_ERRORS } from "../../hsm/token-start-error.js";

/**
 * Why a lane cannot serve: the closed list, with the constant text for the operator. The lane sends the code in its last frame; the
 * front adds LANE_ENDED for a process that went without a word, and LANE_SILENT for one that had to be killed.
 */
export const LANE_FAILURES = {
  ...TOKEN_START_ERRORS,
  PIN_INVALID: "The token refused its PIN. No lane tries again, so that the token is not locked.",
  PIN_FILE_UNREADABLE: "The PIN file is not a regular, readable, non-empty file.",
  PIN_FILE_EXPOSED: "The PIN file can be read or written by others than its owner.",
  LANE_DEFECT: "The lane failed for a reason of its own.",
  LANE_ENDED: "The lane's process ended before it was ready.",
  LANE_SILENT: "The lane's process did not get ready in time.",
} as const;

/** One of the reasons for which a lane cannot serve. */
export type LaneFailureCode = keyof typeof LANE_FAILURES;

/** A reason, and its text. */
export interface LaneFailure {
  readonly code: LaneFailureCode;
  readonly message: string;
}

/** A lane could not be started. The message is for the operator and holds no secret. */
export class LaneStartError extends Error {
  override readonly name = "LaneStartError";
  readonly code: LaneFailureCode;

  constructor(code: LaneFailureCode, message: string = LANE_FAILURES[code]) {
    super(message);
    this.code = code;
  }
}

/** Whether the text is one of the codes. */
export function isLaneFailureCode(text: unknown): text is LaneFailureCode {
  return typeof text === "string" && Object.hasOwn(LANE_FAILURES, text);
}

/** Whether trying again would bring the token nearer to locking its PIN. */
export function forbidsRetry(code: LaneFailureCode): boolean {
  return code === "PIN_INVALID" || code === "PIN_LOCKED";
}
