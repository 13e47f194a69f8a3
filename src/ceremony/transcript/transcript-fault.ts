/** In what way a line of a transcript does not hold. */
export const TRANSCRIPT_FAULTS = {
  MALFORMED: "the line is not a line of a transcript",
  TORN: "the last line is not whole: the ceremony was not finished",
  UNFINISHED: "there is no last line: the ceremony was not finished, or the transcript was cut off",
  CHANGED: "the line was changed: its hash is not that of its bytes",
  NUMBER: "the number does not follow: lines were removed, repeated, inserted or reordered",
  LINK: "the line does not follow the one before it: one of them was replaced",
  OPENING: "the first line, and only the first, opens the transcript",
  PLAN: "the plan inside is none, or has not the digest that is stated",
  TOKEN: "the token is not the plan's",
  DIRECTORY: "the officers' directory does not hold the entry that is stated, or none was given",
  STEP: "it is not the step that the plan has here",
  OFFICER: "the officer is not the one whose step it is, or the key is not theirs",
  ROLE: "the officer had not the role for this step",
  SIGNATURE: "the line is not signed by its officer",
  FACTS: "the step does not say what it must, or says something else than the plan",
  AFTER_ABORT: "something follows that must not: after an aborted step comes the end, after the end nothing",
  INCOMPLETE: "it is said to be completed, and steps are missing",
  SEAL: "the last line is not sealed by the token",
} as const;
export type TranscriptFaultCode = keyof typeof TRANSCRIPT_FAULTS;

/** The first line that does not hold. */
export interface TranscriptFault {
  readonly code: TranscriptFaultCode;
  readonly why: string;
  /** From 1; one more than there are when something is missing at the end. */
  readonly line: number;
}

/** Thrown inside of the verifier only. */
export class LineFault extends Error {
  override readonly name = "LineFault";
  readonly code: TranscriptFaultCode;

  constructor(code: TranscriptFaultCode) {
    super(TRANSCRIPT_FAULTS[code]);
    this.code = code;
  }
}

/** @throws LineFault unless it holds */
export function assertLine(holds: boolean, code: TranscriptFaultCode): asserts holds {
  if (!holds) throw new LineFault(code);
}
