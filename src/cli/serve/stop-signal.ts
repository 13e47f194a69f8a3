import { EXIT } from "../exit-codes.js";

/** Resolves at the first SIGINT or SIGTERM. The second one ends the process at once: a person who presses Ctrl-C twice means it. */
export function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let first = true;
    const receive = (signal: NodeJS.Signals) => {
      if (!first) process.exit(EXIT.REFUSED);
      first = false;
      resolve(signal);
    };
    process.on("SIGINT", receive);
    process.on("SIGTERM", receive);
  });
}
