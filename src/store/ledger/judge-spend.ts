import type { KsnSpend, SpendOutcome } from "./ksn-ledger.js";
import { markUsed, raiseMark, type UseState, wasUsed } from "./use-state.js";

/** An outcome, and the state that it leaves behind. */
export interface Judgement {
  readonly outcome: SpendOutcome;
  readonly next: UseState;
}

/**
 * Decides on one spend (X9.24-1: the receiver checks that the counter rose). Pure: no clock, no file.
 * @param window how far below the mark a counter may lie that was not used yet; 0 asks for strictly rising counters
 */
export function judgeSpend(state: UseState, spend: KsnSpend, window: number): Judgement {
  const { counter, requestDigest } = spend;
  if (counter > state.counter) return { outcome: "accepted", next: raiseMark(state, counter, requestDigest) };
  if (counter === state.counter && state.digest.equals(requestDigest)) return { outcome: "retry", next: state };
  if (state.counter - counter <= window && !wasUsed(state, counter)) {
    return { outcome: "accepted", next: { ...markUsed(state, counter), spent: state.spent + 1 } };
  }
  return { outcome: "replayed", next: replayedState(state, spend) };
}

/** A replay that is only detected was served all the same: its counter is used. One that is refused was not. */
function replayedState(state: UseState, { mode, counter }: KsnSpend): UseState {
  const counted = { ...state, replays: state.replays + 1 };
  return mode === "detect" ? markUsed(counted, counter) : counted;
}
