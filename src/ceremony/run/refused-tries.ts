import type { OfficerSigner } from "../../officers/index.js";
import type { CeremonyTerminal, RefusedTry, TriedThing } from "../terminal/index.js";
import type { StopReason } from "../transcript/stop-reason.js";
import type { TranscriptWriter } from "../transcript/transcript-writer.js";

/** What the transcript gives as the reason. */
const REASONS = {
  officerKey: "officerRefused",
  planWords: "planNotConfirmed",
  phrase: "entryRefused",
  component: "entryRefused",
  typedBack: "entryRefused",
  shareNumber: "entryRefused",
  checkValue: "checkValueDiffers",
} as const satisfies Record<TriedThing, StopReason>;

/**
 * Writes an answer that did not do to the transcript, before the question is asked again: a process that is killed then has told of it.
 * @param signer who is at the desk; not given: nobody has shown who they are
 * @throws TranscriptError UNWRITABLE
 */
export async function writeRefusedTry(
  transcript: TranscriptWriter,
  tried: RefusedTry,
  signer: OfficerSigner | undefined,
): Promise<void> {
  await transcript.record({ result: "refused", reason: REASONS[tried.what] }, [{ fact: "refusedTry", ...tried }], signer);
}

/** The terminal of a ceremony: `onRefused` hears of every answer that does not do. */
export function recordingTries(terminal: CeremonyTerminal, onRefused: (tried: RefusedTry) => Promise<void>): CeremonyTerminal {
  return {
    clear: (progress) => terminal.clear(progress),
    show: (...lines) => terminal.show(...lines),
    askLine: (question, most) => terminal.askLine(question, most),
    askHidden: (question, most) => terminal.askHidden(question, most),
    askHex: (question, most) => terminal.askHex(question, most),
    showHex: (bytes) => terminal.showHex(bytes),
    onRefused,
  };
}
