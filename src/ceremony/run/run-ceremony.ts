import { listSteps, type ReadPlan, renderPlanPages, renderStepHead, type Step } from "../plan/index.js";
import type { CeremonyTerminal, RefusedTry } from "../terminal/index.js";
import type { TranscriptHead } from "../transcript/transcript-line.js";
import { TranscriptWriter } from "../transcript/transcript-writer.js";
import { CeremonyAborted } from "./ceremony-aborted.js";
import type { CeremonySite } from "./ceremony-site.js";
import type { CeremonyWork } from "./ceremony-work.js";
import { OfficerDesk } from "./officer-desk.js";
import { recordingTries, writeRefusedTry } from "./refused-tries.js";
import { stopOf } from "./stop-of.js";

/** Lines of a plan that are shown at once: a terminal has 24. */
const PAGE = 18;

/** What is run, where, and what its kind does. */
export interface CeremonyRun {
  readonly read: ReadPlan;
  readonly work: CeremonyWork;
  readonly site: CeremonySite;
  /** The version of this program, for the transcript. */
  readonly version: string;
}

/**
 * Runs a ceremony from its first step to its last. Nothing lasts unless every step is done, the transcript is complete, and the work is then
 * made real; whatever happens before that leaves nothing but the transcript, which says why.
 * @returns where the transcript ends: what is signed on paper
 * @throws CeremonyRefused, TokenStartError, TokenInitializationError before anything was written; CeremonyAborted afterwards
 */
export async function runCeremony(run: CeremonyRun): Promise<TranscriptHead> {
  const { work, site, read } = run;
  try {
    await work.prepare();
    const { serial, description } = await work.open();
    const { seq, hash } = work.directoryHead;
    const transcript = TranscriptWriter.create(site.resolve(read.plan.transcript), {
      plan: read,
      pinmac: run.version,
      token: { label: read.plan.token.label, serial, description },
      directory: { seq, hash },
    });
    try {
      return await conduct(run, transcript);
    } finally {
      transcript.close();
    }
  } finally {
    await work.close();
  }
}

async function conduct(run: CeremonyRun, transcript: TranscriptWriter): Promise<TranscriptHead> {
  const { work, site } = run;
  const open = (name: Step["officer"]) => site.openOfficerKey(name);
  const onRefused = (tried: RefusedTry) => writeRefusedTry(transcript, tried, desk.signer);
  const terminal = recordingTries(site.terminal, onRefused);
  const desk: OfficerDesk = new OfficerDesk({ terminal, open, isKeyOf: (name, key) => work.isKeyOf(name, key) });
  let isComplete = false;
  try {
    await showPlan(terminal, run.read);
    await takeSteps(run, transcript, desk, terminal);
    const head = await complete(work, transcript);
    isComplete = true;
    await work.commit();
    return head;
  } catch (error) {
    await work.abandon();
    const stop = stopOf(error);
    if (!isComplete) await sayWhy(transcript, stop, work);
    throw new CeremonyAborted(stop, { isTranscriptComplete: isComplete, cause: error });
  } finally {
    desk.close();
  }
}

async function takeSteps(
  { read, work }: CeremonyRun,
  transcript: TranscriptWriter,
  desk: OfficerDesk,
  terminal: CeremonyTerminal,
): Promise<void> {
  const steps = listSteps(read.plan);
  for (const step of steps) {
    const progress = renderStepHead(step, steps.length);
    terminal.clear(progress);
    const signer = await desk.authenticate(step.officer);
    const authenticateAlso = (name: Step["officer"]) => desk.authenticateAlso(name);
    const facts = await work.perform({ step, progress, terminal, signer, authenticateAlso });
    await transcript.record({ result: "done" }, facts, signer);
  }
}

async function complete(work: CeremonyWork, transcript: TranscriptWriter): Promise<TranscriptHead> {
  if (work.sealer === undefined) throw new Error("A ceremony that is done has a token.");
  return transcript.complete(work.sealer);
}

/** A disk that is full keeps the transcript from saying more; without its last line it says that the ceremony was not finished. */
async function sayWhy(transcript: TranscriptWriter, stop: CeremonyAborted["stop"], work: CeremonyWork): Promise<void> {
  try {
    if (transcript.nextStep !== undefined) await transcript.record({ result: "aborted", ...stop }, []);
    await transcript.abort(stop, work.sealer);
  } catch {
    // What stopped the ceremony is reported in any case.
  }
}

async function showPlan(terminal: CeremonyTerminal, read: ReadPlan): Promise<void> {
  for (const page of renderPlanPages(read, PAGE)) {
    terminal.clear([`${read.plan.ceremony}: the plan`]);
    terminal.show(...page, "");
    await terminal.askLine("Press Enter to go on, Ctrl-C to end. ", 1);
  }
}
