/**
 * `pinmac key …`: making, importing and looking at sealed keys. No command shows a clear key.
 * Only `program.ts` calls it.
 */
import { Command } from "commander";
import { createGenerateCommand } from "./generate.js";
import { createImportCommand } from "./import.js";
import { createListCommand } from "./list.js";
import { createShowCommand } from "./show.js";

/** The group of commands about keys. */
export function createKeyCommand(): Command {
  return new Command("key")
    .description("Make, import and look at keys.")
    .addCommand(createGenerateCommand())
    .addCommand(createImportCommand())
    .addCommand(createListCommand())
    .addCommand(createShowCommand());
}
