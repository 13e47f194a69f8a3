/**
 * `pinmac ceremony …`: what officers do together, by a plan that was reviewed, and what came of it.
 * Only `program.ts` calls it.
 */
import { Command } from "commander";
import { createClearCommand } from "./clear.js";
import { createPaperCommand } from "./paper.js";
import { createPlanCommand } from "./plan.js";
import { createRunCommand } from "./run.js";
import { createVerifyCommand } from "./verify.js";

/** `pinmac ceremony` */
export function createCeremonyCommand(): Command {
  return new Command("ceremony")
    .description("What officers do together: the token's founding, and keys that no one person ever has.")
    .addCommand(createPlanCommand())
    .addCommand(createRunCommand())
    .addCommand(createVerifyCommand())
    .addCommand(createPaperCommand())
    .addCommand(createClearCommand());
}
