/** The person at the terminal ended the command (Ctrl-C, Ctrl-D). Exit code 1. */
export class Aborted extends Error {
  override readonly name = "Aborted";

  constructor() {
    super("Aborted; nothing was changed.");
  }
}
