import { timingSafeEqual } from "node:crypto";
import type { SecretBytes } from "../../base/index.js";
import type { CeremonyTerminal } from "./ceremony-terminal.js";
import type { TriedQuestion } from "./refused-try.js";
import { MAX_TRIES, TriesExhausted } from "./tries-exhausted.js";

/** One try at a question: what was answered, or the sentence that says why it does not do. */
export type Try<Answer> =
  | { readonly kind: "answer"; readonly answer: Answer }
  | { readonly kind: "again"; readonly why: string };

/**
 * Asks until the answer does, three times at most.
 * @throws TriesExhausted, TerminalEnded, what `attempt` throws
 */
export async function askThrice<Answer>(
  terminal: CeremonyTerminal,
  question: TriedQuestion,
  attempt: () => Promise<Try<Answer>>,
): Promise<Answer> {
  for (let tries = 1; tries <= MAX_TRIES; tries += 1) {
    const tried = await attempt();
    if (tried.kind === "answer") return tried.answer;
    await terminal.onRefused?.({ ...question, number: tries });
    const left = MAX_TRIES - tries;
    terminal.show(`${tried.why} ${left === 0 ? "That was the third try." : `${left} more ${left === 1 ? "try" : "tries"}.`}`);
  }
  throw new TriesExhausted();
}

/** Has a phrase typed exactly: the key's name before what cannot be undone. @throws TriesExhausted, TerminalEnded */
export async function confirmPhrase(terminal: CeremonyTerminal, question: string, phrase: string): Promise<void> {
  terminal.show(question, `  ${phrase}`);
  await askThrice(terminal, { what: "phrase" }, async () => {
    const typed = await terminal.askLine("> ", phrase.length + 16);
    return typed === phrase ? { kind: "answer", answer: undefined } : { kind: "again", why: "That is something else." };
  });
}

/** Whether two secrets are the same, in constant time. */
export function isSameSecret(left: SecretBytes, right: SecretBytes): boolean {
  return left.length === right.length && timingSafeEqual(left.expose(), right.expose());
}
