/** Why a transcript cannot be written. */
export const TRANSCRIPT_ERRORS = {
  EXISTS: "There is a file of the transcript's name already.",
  UNWRITABLE: "The transcript cannot be written.",
} as const;
export type TranscriptErrorCode = keyof typeof TRANSCRIPT_ERRORS;

/** A transcript cannot be written: nothing may happen that it would not say. */
export class TranscriptError extends Error {
  override readonly name = "TranscriptError";
  readonly code: TranscriptErrorCode;

  constructor(code: TranscriptErrorCode, cause: unknown) {
    super(TRANSCRIPT_ERRORS[code], { cause });
    this.code = code;
  }
}
