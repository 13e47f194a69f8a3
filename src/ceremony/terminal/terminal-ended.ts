/** Why nobody answers any more: the closed list, with the sentence for the transcript's reader. */
export const TERMINAL_ENDS = {
  interrupted: "It was ended with Ctrl-C.",
  signalled: "The process was told to end.",
  terminalLost: "The terminal was lost.",
  idle: "Nobody answered for a quarter of an hour.",
} as const;
export type TerminalEnd = keyof typeof TERMINAL_ENDS;

/** The conversation at the terminal is over before its end. */
export class TerminalEnded extends Error {
  override readonly name = "TerminalEnded";
  readonly end: TerminalEnd;

  constructor(end: TerminalEnd) {
    super(TERMINAL_ENDS[end]);
    this.end = end;
  }
}
