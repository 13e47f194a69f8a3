import { type Command, InvalidArgumentError } from "commander";
import type { ChainHead } from "../../audit/index.js";
import { fromWords, parseInstantOrDay } from "../../base/index.js";

/** SHA-256, in bytes. */
const HASH_LENGTH = 32;

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
  const seconds = parseInstantOrDay(text);
  if (seconds === undefined)
    throw new InvalidArgumentError("a time of the calendar, as 2026-12-31 or 2026-12-31T23:59:59Z, in UTC.");
  return seconds;
}

/** A record or entry of a hash chain that was noted elsewhere: NUMBER:HASH, the hash in hex or in words. */
export function chainReference(text: string): ChainHead {
  const [, seq, written = ""] = /^(\d{1,15}):([0-9a-z-]+)$/.exec(text) ?? [];
  const hash = /^[0-9a-f]{64}$/.test(written) ? Buffer.from(written, "hex") : fromWords(written);
  if (hash?.length !== HASH_LENGTH) throw new InvalidArgumentError("NUMBER:HASH, the hash in 64 hex digits or 16 words.");
  return { seq: Number(seq), hash };
}
