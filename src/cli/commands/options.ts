import { type Command, InvalidArgumentError } from "commander";

/** The option of every command that works on a token or register. */
export interface ConfigOption {
  readonly config?: string;
}

/** The options of every command that logs in to the token. */
export interface TokenCommandOptions extends ConfigOption {
  readonly pinFile?: string;
}

/** `--config` */
export function withConfig(command: Command): Command {
  return command.option("--config <file>", "server configuration (default: $PINMAC_CONFIG, or the checkout's development one)");
}

/** `--config` and `--pin-file`. The PIN itself is never an argument nor in the environment. */
export function withToken(command: Command): Command {
  return withConfig(command).option(
    "--pin-file <file>",
    "file with the token PIN, mode 0600 (default: the HSM profile's pinFile, else asked on the terminal)",
  );
}

/** A whole number of at least `least`. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    if (!/^[0-9]{1,9}$/.test(text) || Number(text) < least) throw new InvalidArgumentError(`a whole number from ${least}.`);
    return Number(text);
  };
}

/** An ISO 8601 instant or day in UTC, as seconds since 1970. */
export function instant(text: string): number {
  const seconds = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}Z)?$/.test(text) ? Date.parse(text) / 1000 : Number.NaN;
  if (!Number.isInteger(seconds)) throw new InvalidArgumentError("2026-12-31 or 2026-12-31T23:59:59Z, in UTC.");
  return seconds;
}
