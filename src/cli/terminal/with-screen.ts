import type { CeremonyTerminal } from "../../ceremony/terminal/index.js";
import { TerminalDevice } from "./terminal-device.js";
import { TerminalScreen } from "./terminal-screen.js";

/**
 * The terminal for the time of `work`. Afterwards it is as it was before.
 * @throws ConfigurationError when there is none; TerminalEnded; what `work` throws
 */
export async function withScreen<Result>(work: (terminal: CeremonyTerminal) => Promise<Result>): Promise<Result> {
  const device = TerminalDevice.open();
  try {
    return await work(new TerminalScreen(device));
  } finally {
    device.close();
  }
}
