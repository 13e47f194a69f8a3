/**
 * `pinmac token …`: what is in the token beside the keys in use.
 * Only `program.ts` calls it.
 */
import { Command } from "commander";
import { createQuarantineCommand } from "./quarantine.js";

/** The group of commands about the token. */
export function createTokenCommand(): Command {
  return new Command("token").description("Look after the token.").addCommand(createQuarantineCommand());
}
