const EXIT_INTERRUPTED = 130;

/** Ends the demo at Ctrl-C and SIGTERM, but not before the server has stopped, whenever the signal comes. */
export function stopOnSignal(stop: () => Promise<unknown>): void {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      void stop().finally(() => process.exit(EXIT_INTERRUPTED));
    });
  }
}
