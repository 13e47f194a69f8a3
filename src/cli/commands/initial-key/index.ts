/**
 * `pinmac initial-key …`: which devices got their initial DUKPT key.
 * Only `program.ts` calls it.
 */
import { Command } from "commander";
import { createReleaseCommand } from "./release.js";

/** The group of commands about initial keys. */
export function createInitialKeyCommand(): Command {
  return new Command("initial-key")
    .description("Look after which devices got their initial DUKPT key.")
    .addCommand(createReleaseCommand());
}
