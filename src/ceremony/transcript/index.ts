/**
 * Transcripts of ceremonies: lines that are chained, signed by each step's officer and sealed by the token; their verification offline; paper.
 * The runner writes them, the CLI verifies and prints them. What a line may say is the allow-list in `fact.ts`.
 */
export { digestOf, type Fact, type TranscriptDigest } from "./fact.js";
export { describeVerdict, makePaperForm, type PaperForm } from "./paper-form.js";
export { renderPaperHtml } from "./paper-html.js";
export { renderPaperText } from "./paper-text.js";
export { renderFact, renderOutcome, renderStep, renderStop } from "./render-line.js";
export { STOP_CODES, STOP_REASONS, type StopReason } from "./stop-reason.js";
export { TRANSCRIPT_ERRORS, TranscriptError, type TranscriptErrorCode } from "./transcript-error.js";
export { TRANSCRIPT_FAULTS, type TranscriptFault, type TranscriptFaultCode } from "./transcript-fault.js";
export type { StepOutcome, Stop, TranscriptHead } from "./transcript-line.js";
export { type TranscriptOpening, TranscriptWriter } from "./transcript-writer.js";
export {
  type TranscriptReport,
  type TranscriptVerdict,
  type VerificationKeys,
  verifyTranscript,
} from "./verify-transcript.js";
