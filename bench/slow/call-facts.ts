/** What a translation asks of a slow token, with both keys at hand. */
export interface CallFacts {
  /** Calls in which the token works. */
  readonly calls: number;
  /** How long one took, in milliseconds: the delay, and what the system's timer adds. */
  readonly callTook: number;
}
