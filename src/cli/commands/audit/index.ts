/**
 * `pinmac audit …`: reads and verifies the log of calls, without the service and without the token.
 * Only `program.ts` calls it.
 */
import { Command } from "commander";
import { createExportCommand } from "./export.js";
import { createTailCommand } from "./tail.js";
import { createVerifyCommand } from "./verify.js";

/** The group of commands about the audit log. */
export function createAuditCommand(): Command {
  return new Command("audit")
    .description("Verify and read the log of calls; needs neither the service nor the token.")
    .addCommand(createVerifyCommand())
    .addCommand(createTailCommand())
    .addCommand(createExportCommand());
}
