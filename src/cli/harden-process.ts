/**
 * What every `pinmac` process does first: new files are the owner's only, and SIGUSR1 does not open the inspector, through which
 * anyone on this machine could read memory.
 */
export function hardenProcess(): void {
  process.title = "pinmac";
  process.umask(0o077);
  process.on("SIGUSR1", () => undefined);
}
