import type { AuditPublicKey } from "../../audit/index.js";
import { toWords } from "../../base/index.js";
import type { OfficerDirectory } from "../../officers/index.js";
import type { ReadPlan } from "../plan/parse-plan.js";
import type { Step } from "../plan/step.js";
import { checkRefusedTry } from "./check-refused-try.js";
import { checkStepLine } from "./check-step-line.js";
import { type OpenedTranscript, openTranscript } from "./opened-transcript.js";
import { assertLine, LineFault, TRANSCRIPT_FAULTS, type TranscriptFault } from "./transcript-fault.js";
import {
  type LineContent,
  type LineOf,
  type ReadLine,
  readLine,
  signedMessage,
  TRANSCRIPT_START,
  type TranscriptHead,
} from "./transcript-line.js";

/** What a transcript is verified with; none of it is secret. */
export interface VerificationKeys {
  /** The public audit key of the token that sealed it. */
  readonly auditPublicKey: AuditPublicKey;
  /** Verified. Not needed for a plan that names the officers' keys itself: founding, and restoring the master key. */
  readonly directory?: OfficerDirectory;
}

/** What was found to hold, up to the end or to the fault. */
export interface TranscriptReport {
  readonly plan: ReadPlan | undefined;
  /** The steps that the plan has. */
  readonly steps: readonly Step[];
  /** The lines that hold, in order. */
  readonly lines: readonly LineContent[];
  readonly head: TranscriptHead;
  /** Its hash in words, as they stand on the signed paper. */
  readonly headWords: string;
  /** Whether the token sealed the last line; of an aborted ceremony it may not have been able to. */
  readonly sealed: boolean;
}

/** Whether a transcript holds; that of an aborted ceremony can. */
export type TranscriptVerdict =
  | { readonly holds: true; readonly outcome: "completed" | "aborted"; readonly report: TranscriptReport }
  | { readonly holds: false; readonly fault: TranscriptFault; readonly report: TranscriptReport };

/**
 * Verifies a transcript from its text alone: chain, signatures, each officer's role, the steps against the plan inside, the plan's digest, the
 * seal. Names the first line that does not hold.
 */
export function verifyTranscript(text: string, keys: VerificationKeys): TranscriptVerdict {
  const lines = text.split("\n");
  const rest = lines.pop();
  const check = new TranscriptCheck(keys);
  try {
    for (const line of lines) check.take(line);
    assertLine(rest === "", "TORN");
    const outcome = check.outcome;
    assertLine(outcome !== undefined, "UNFINISHED");
    return { holds: true, outcome, report: check.report() };
  } catch (error) {
    if (!(error instanceof LineFault)) throw error;
    const { code } = error;
    const report = check.report();
    return { holds: false, fault: { code, why: TRANSCRIPT_FAULTS[code], line: report.head.line + 1 }, report };
  }
}

/** What is known so far; `take` goes one line further. */
class TranscriptCheck {
  readonly #keys: VerificationKeys;
  readonly #lines: LineContent[] = [];
  #head = TRANSCRIPT_START;
  #opened: OpenedTranscript | undefined;
  #done = 0;
  #isAborting = false;
  #sealed = false;
  #outcome: "completed" | "aborted" | undefined;

  constructor(keys: VerificationKeys) {
    this.#keys = keys;
  }

  get outcome(): "completed" | "aborted" | undefined {
    return this.#outcome;
  }

  report(): TranscriptReport {
    return {
      plan: this.#opened?.plan,
      steps: this.#opened?.steps ?? [],
      lines: this.#lines,
      head: this.#head,
      headWords: toWords(this.#head.hash),
      sealed: this.#sealed,
    };
  }

  /** @throws LineFault for a line that does not hold; nothing of it counts then */
  take(text: string): void {
    const read = readLine(text);
    assertLine(read !== undefined, "MALFORMED");
    const { content, hash, intact } = read;
    assertLine(intact, "CHANGED");
    assertLine(content.line === this.#head.line + 1, "NUMBER");
    assertLine(content.previous === this.#head.hash.toString("hex"), "LINK");
    assertLine(this.#outcome === undefined, "AFTER_ABORT");
    this.#takeContent(content, read);
    this.#lines.push(content);
    this.#head = { line: content.line, hash };
  }

  #takeContent(content: LineContent, read: ReadLine): void {
    if (content.kind === "opened") {
      assertLine(this.#opened === undefined && read.signature === undefined, "OPENING");
      this.#opened = openTranscript(content, this.#keys.directory);
      return;
    }
    assertLine(this.#opened !== undefined, "OPENING");
    if (content.kind === "step") this.#takeStep(this.#opened, content, read);
    else this.#takeEnd(this.#opened, content, read);
  }

  #takeStep(opened: OpenedTranscript, content: LineOf<"step">, read: ReadLine): void {
    assertLine(!this.#isAborting, "AFTER_ABORT");
    checkStepLine(opened, opened.steps[this.#done], content, read);
    checkRefusedTry(this.#lines.at(-1), content, read.signature !== undefined);
    if (content.outcome.result === "done") this.#done += 1;
    this.#isAborting = content.outcome.result === "aborted";
  }

  #takeEnd({ steps }: OpenedTranscript, content: LineOf<"completed" | "aborted">, read: ReadLine): void {
    if (content.kind === "completed") {
      assertLine(!this.#isAborting, "AFTER_ABORT");
      assertLine(this.#done === steps.length, "INCOMPLETE");
      assertLine(read.signature !== undefined, "SEAL");
    }
    const { auditPublicKey } = this.#keys;
    const sealed = read.signature !== undefined;
    if (read.signature !== undefined) assertLine(auditPublicKey.signed(signedMessage(content), read.signature), "SEAL");
    this.#sealed = sealed;
    this.#outcome = content.kind;
  }
}
