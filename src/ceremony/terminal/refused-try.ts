/** What is asked three times: the closed list, with the words for the transcript's reader. */
export const TRIED_THINGS = {
  officerKey: "the officer's key",
  planWords: "the words of the plan's digest",
  phrase: "the words to confirm",
  component: "the entry from paper",
  typedBack: "typing back what was shown",
  shareNumber: "the share's number",
  checkValue: "the check value",
} as const;
export type TriedThing = keyof typeof TRIED_THINGS;

/** A question of which every wrong answer is told. */
export interface TriedQuestion {
  readonly what: TriedThing;
  /** Whose key is asked for. */
  readonly officer?: string;
}

/** An answer that did not do. Nothing of what was typed is in it. */
export interface RefusedTry extends TriedQuestion {
  /** From 1 to 3. */
  readonly number: number;
}
