import { Command } from "commander";
import { createClearCommand } from "./clear.js";

/** `pinmac ceremony` */
export function createCeremonyCommand(): Command {
  return new Command("ceremony")
    .description("What officers do together: the token's founding, and keys that no one person ever has.")
    .addCommand(createClearCommand());
}
