import { STOP_REASONS, type StopReason } from "../transcript/stop-reason.js";

/** Why a ceremony ended before its end, as its transcript says it. */
export interface CeremonyStop {
  readonly reason: StopReason;
  readonly code?: string;
}

/** A ceremony that had begun was ended: nothing of it lasts but its transcript. */
export class CeremonyAborted extends Error {
  override readonly name = "CeremonyAborted";
  readonly stop: CeremonyStop;
  /** The transcript was complete already when what it says could not be made real. */
  readonly isTranscriptComplete: boolean;

  constructor(stop: CeremonyStop, { isTranscriptComplete, cause }: { isTranscriptComplete: boolean; cause: unknown }) {
    const code = stop.code === undefined ? "" : ` (${stop.code})`;
    const more = isTranscriptComplete ? " The transcript is complete all the same: it does not count." : "";
    super(`The ceremony was aborted: ${STOP_REASONS[stop.reason]}${code} Nothing was changed.${more}`, { cause });
    this.stop = stop;
    this.isTranscriptComplete = isTranscriptComplete;
  }
}
