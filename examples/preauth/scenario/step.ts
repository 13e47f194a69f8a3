import type { TransactionResult } from "../parties/index.js";

/** What a step comes to. */
export interface Outcome {
  /** COMPLETED, MAC_MISMATCH or the reason of a refusal: of the service's first call. */
  readonly service: string;
  /** The rule that the refusal names. */
  readonly requirement?: string;
  /** Field 39 at the terminal. */
  readonly responseCode: string;
  /** Did the issuer get a message? */
  readonly reachedIssuer: boolean;
  /** Did the terminal find the response's MAC right? */
  readonly responseMacVerified: boolean;
}

/** One step of the story. */
export interface Step {
  readonly id: string;
  readonly title: string;
  /** One sentence: what is tried. */
  readonly story: string;
  readonly expected: Outcome;
  run(): Promise<TransactionResult>;
}
