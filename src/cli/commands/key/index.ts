/**
 * `pinmac key …`: making, importing, exporting and looking at sealed keys. No command shows a clear key.
 * Only `program.ts` calls it.
 */
import { Command } from "commander";
import { createCompromisedCommand } from "./compromised.js";
import { createApplyCommand, createStatementCommand } from "./detached.js";
import { createExportCommand } from "./export.js";
import { createGenerateCommand } from "./generate.js";
import { createImportCommand } from "./import.js";
import { createListCommand } from "./list.js";
import { createRotateCommand } from "./rotate.js";
import { createShowCommand } from "./show.js";
import { createStateCommands } from "./state-changes.js";
import { createUsageCommand } from "./usage.js";

/** The group of commands about keys. */
export function createKeyCommand(): Command {
  const group = new Command("key")
    .description("Make, import, export and look at keys, and decide about their lives.")
    .addCommand(createGenerateCommand())
    .addCommand(createImportCommand())
    .addCommand(createExportCommand())
    .addCommand(createListCommand())
    .addCommand(createShowCommand());
  for (const change of createStateCommands()) group.addCommand(change);
  return group
    .addCommand(createRotateCommand())
    .addCommand(createStatementCommand())
    .addCommand(createApplyCommand())
    .addCommand(createUsageCommand())
    .addCommand(createCompromisedCommand());
}
