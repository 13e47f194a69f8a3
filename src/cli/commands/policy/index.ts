/**
 * `pinmac policy …`: checking a policy file and explaining its decisions. Needs neither token nor register.
 * Only `program.ts` calls it.
 */
import { Command } from "commander";
import { createPolicyCheckCommand } from "./check.js";
import { createPolicyExplainCommand } from "./explain.js";

/** The group of commands about policies. */
export function createPolicyCommand(): Command {
  return new Command("policy")
    .description("Check a policy file, and ask it why it permits or denies.")
    .addCommand(createPolicyCheckCommand())
    .addCommand(createPolicyExplainCommand());
}
