import type { TransactionResult } from "../parties/index.js";

/** What a step comes to. */
export interface Outcome {
  /** COMPLETED, MAC_MISMATCH or the reason of a refusal: of the service's first call. */
  readonly service: string;
  /** The rule that the refusal names. */
  readonly requirement?: string;
  /** The rest is of transactions only. Field 39 at the terminal. */
  readonly responseCode?: string;
  /** Did the issuer get a message? */
  readonly reachedIssuer?: boolean;
  /** Did the terminal find the response's MAC right? */
  readonly responseMacVerified?: boolean;
  /** Of a burst: how many were answered, each once, and how many of them the issuer approved. */
  readonly burst?: { readonly answered: number; readonly approved: number };
}

/** One step of the story. */
export interface Step {
  readonly id: string;
  readonly title: string;
  /** One sentence: what is tried. */
  readonly story: string;
  readonly expected: Outcome;
  /** Plays it: a transaction, whose calls are judged from the journal, or something else, which gives its own outcome. */
  run(): Promise<TransactionResult | Outcome>;
}
