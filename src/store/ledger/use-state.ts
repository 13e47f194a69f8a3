/** One use of one device: where its counter stands and what came lately. Immutable. */
export interface UseState {
  /** The highest counter accepted; 0 when none was. */
  readonly counter: number;
  /** Bit i is set when the counter `counter − 1 − i` was used. 32 bits, unsigned. */
  readonly earlier: number;
  /** The digest of the request that had the highest counter. */
  readonly digest: Buffer;
  readonly spent: number;
  readonly replays: number;
}

/** How far below the mark used counters are remembered, whatever window is in force: a wider one may be configured later. */
export const REMEMBERED_COUNTERS = 32;

/** A use of which nothing was seen. */
export const UNUSED: UseState = { counter: 0, earlier: 0, digest: Buffer.alloc(0), spent: 0, replays: 0 };

/** The state after `counter`, which is above the mark, was accepted. */
export function raiseMark(state: UseState, counter: number, digest: Buffer): UseState {
  const earlier = shiftEarlier(state, counter - state.counter);
  return { ...state, counter, earlier, digest: Buffer.from(digest), spent: state.spent + 1 };
}

/** Whether `counter`, which is not above the mark, is remembered as used. */
export function wasUsed(state: UseState, counter: number): boolean {
  const bit = state.counter - counter - 1;
  return bit < 0 || bit >= REMEMBERED_COUNTERS || ((state.earlier >>> bit) & 1) === 1;
}

/** The state in which `counter`, at or below the mark, counts as used if it is near enough to be remembered. */
export function markUsed(state: UseState, counter: number): UseState {
  const bit = state.counter - counter - 1;
  if (bit < 0 || bit >= REMEMBERED_COUNTERS) return state;
  return { ...state, earlier: (state.earlier | (1 << bit)) >>> 0 };
}

/** The bits under a mark that is higher by `rise`: the old mark itself becomes one of them. */
function shiftEarlier({ counter, earlier }: UseState, rise: number): number {
  if (counter === 0 || rise > REMEMBERED_COUNTERS) return 0;
  // Shifts count modulo 32.
  const shifted = rise === REMEMBERED_COUNTERS ? 0 : earlier << rise;
  return (shifted | (1 << (rise - 1))) >>> 0;
}
