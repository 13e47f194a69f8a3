import type { Deviation, Prompt } from "../../../examples/ceremony/officers/script.js";

/** Two at a time: each is a process that derives keys from passphrases. */
const AT_ONCE = 2;

/** How a ceremony is ended from outside, at which of its prompts. */
export interface Ending {
  readonly number: number;
  readonly isKilled: boolean;
}

/** Ctrl-C at every prompt; kill -9 at the last prompt of every step. */
export function listEndings(prompts: readonly Prompt[]): readonly Ending[] {
  const lastOfSteps = prompts.filter(({ step }, index) => step > 0 && prompts[index + 1]?.step !== step);
  return [
    ...prompts.map(({ number }) => ({ number, isKilled: false })),
    ...lastOfSteps.map(({ number }) => ({ number, isKilled: true })),
  ];
}

/** The officers' answers up to the ending. */
export function endAt({ number, isKilled }: Ending): Deviation {
  return (prompt, terminal) => {
    if (prompt.number !== number) return undefined;
    if (!isKilled) return "\x03";
    terminal.kill();
    return "end";
  };
}

/** All of them, so many at once. */
export async function inTurns<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const queue = [...items];
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
