import type { CheckpointSigner } from "../../audit/index.js";
import type { DirectoryHead, OfficerSigner } from "../../officers/index.js";
import { listSteps } from "../plan/list-steps.js";
import type { ReadPlan } from "../plan/parse-plan.js";
import type { Step } from "../plan/step.js";
import type { Fact } from "./fact.js";
import { findFactFault } from "./required-facts.js";
import { TranscriptFile } from "./transcript-file.js";
import {
  type LineContent,
  type LineOf,
  type StepOutcome,
  type Stop,
  signedMessage,
  TRANSCRIPT_FORMAT,
  TRANSCRIPT_START,
  type TranscriptHead,
  writeLine,
} from "./transcript-line.js";

/** What the first line says. */
export interface TranscriptOpening {
  readonly plan: ReadPlan;
  /** The version of this program. */
  readonly pinmac: string;
  readonly token: LineOf<"opened">["token"];
  /** The last entry of the officers' directory: who is an officer in this ceremony. */
  readonly directory: DirectoryHead;
}

/**
 * The transcript of one ceremony, written as it happens. Steps come in the plan's order; what is out of order, or lacks what its step must
 * say, is a defect of the caller.
 */
export class TranscriptWriter {
  readonly #file: TranscriptFile;
  readonly #steps: readonly Step[];
  readonly #clock: () => number;
  #head = TRANSCRIPT_START;
  #done = 0;
  #state: "open" | "aborting" | "ended" = "open";

  private constructor(file: TranscriptFile, steps: readonly Step[], clock: () => number) {
    this.#file = file;
    this.#steps = steps;
    this.#clock = clock;
  }

  /**
   * Makes the file, mode 0600, and writes its first line.
   * @param clock milliseconds since 1970
   * @throws TranscriptError EXISTS, UNWRITABLE
   */
  static create(path: string, opening: TranscriptOpening, clock: () => number = Date.now): TranscriptWriter {
    const { plan, pinmac, token, directory } = opening;
    const writer = new TranscriptWriter(new TranscriptFile(path), listSteps(plan.plan), clock);
    writer.#append({
      ...writer.#place(),
      kind: "opened",
      format: TRANSCRIPT_FORMAT,
      pinmac,
      plan: { digest: plan.digest.hex, text: plan.text },
      token,
      directory: { entry: directory.seq, hash: directory.hash.toString("hex") },
    });
    return writer;
  }

  /** The last line: its hash is what is read aloud and signed on paper. */
  get head(): TranscriptHead {
    return this.#head;
  }

  /** The step that comes next; undefined when all are done. */
  get nextStep(): Step | undefined {
    return this.#steps[this.#done];
  }

  /**
   * Writes how the next step went. One that is done is signed by its officer; one that is refused may come again; after one that is
   * aborted only `abort` can follow.
   * @param signer the step's officer; not given: nobody had shown who they are
   * @throws TranscriptError UNWRITABLE; the signer's errors; TypeError for what is no step of the plan
   */
  async record(outcome: StepOutcome, facts: readonly Fact[], signer?: OfficerSigner): Promise<void> {
    const step = this.nextStep;
    if (step === undefined || this.#state !== "open") throw new TypeError("No step is to come.");
    if (outcome.result === "done") checkDone(step, facts, signer);
    const { number, kind: work, title, part, component, officer } = step;
    const publicKey = signer?.officer.publicKey.hex ?? null;
    const who = { part, ...(component !== undefined && { component }), officer, publicKey };
    const line: LineContent = {
      ...this.#place(),
      kind: "step",
      ...{ step: number, work, title, ...who, outcome, facts: [...facts] },
    };
    this.#append(line, await signer?.sign(signedMessage(line)));
    if (outcome.result === "done") this.#done += 1;
    if (outcome.result === "aborted") this.#state = "aborting";
  }

  /**
   * The last line of a ceremony whose steps are all done, sealed by the token. Closes the file.
   * @throws TranscriptError UNWRITABLE; the sealer's errors
   */
  async complete(sealer: CheckpointSigner): Promise<TranscriptHead> {
    if (this.nextStep !== undefined || this.#state !== "open") throw new TypeError("Steps are missing.");
    const line: LineContent = { ...this.#place(), kind: "completed" };
    return this.#end(line, await sealer.sign(signedMessage(line)));
  }

  /**
   * The last line of a ceremony that ended before its end. Closes the file.
   * @param sealer not given: the token cannot be asked
   * @throws TranscriptError UNWRITABLE
   */
  async abort(stop: Stop, sealer?: CheckpointSigner): Promise<TranscriptHead> {
    if (this.#state === "ended") throw new TypeError("The transcript has its last line.");
    const line: LineContent = { ...this.#place(), kind: "aborted", ...stop };
    // A token that fails must not keep the transcript from saying why.
    const seal = await sealer?.sign(signedMessage(line)).catch(() => undefined);
    return this.#end(line, seal);
  }

  /** Without a last line: the verifier says that the ceremony is not finished. May be called twice. */
  close(): void {
    this.#file.close();
  }

  #end(line: LineContent, seal: Buffer | undefined): TranscriptHead {
    this.#append(line, seal);
    this.#state = "ended";
    this.close();
    return this.#head;
  }

  #place() {
    return {
      line: this.#head.line + 1,
      at: new Date(this.#clock()).toISOString(),
      previous: this.#head.hash.toString("hex"),
    };
  }

  #append(line: LineContent, signature?: Buffer): void {
    const { text, hash } = writeLine(line, signature);
    this.#file.append(text);
    this.#head = { line: line.line, hash };
  }
}

function checkDone(step: Step, facts: readonly Fact[], signer: OfficerSigner | undefined): void {
  if (signer?.officer.name !== step.officer) throw new TypeError("A step that is done is signed by its officer.");
  const fault = findFactFault(step, facts);
  if (fault !== undefined) throw new TypeError(`The step does not say what it must: ${fault}.`);
}
