/**
 * `pinmac key …`: making, importing, exporting and looking at sealed keys. No command shows a clear key.
 * Only `program.ts` calls it.
 */
import { Command } from "commander";
import { createExportCommand } from "./export.js";
import { createGenerateCommand } from "./generate.js";
import { createImportCommand } from "./import.js";
import { createListCommand } from "./list.js";
import { createShowCommand } from "./show.js";

/** The group of commands about keys. */
export function createKeyCommand(): Command {
  return new Command("key")
    .description("Make, import, export and look at keys.")
    .addCommand(createGenerateCommand())
    .addCommand(createImportCommand())
    .addCommand(createExportCommand())
    .addCommand(createListCommand())
    .addCommand(createShowCommand());
}
