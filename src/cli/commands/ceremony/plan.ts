import { Command } from "commander";
import { listSteps, participantsOf, renderPlan } from "../../../ceremony/plan/index.js";
import { print, printJson } from "../../output/index.js";
import { readPlanFile } from "./plan-file.js";

const HELP = `
Reads the plan and prints its digest, who takes part, and every step. Touches no token and writes nothing. Note the digest of the plan that
was reviewed: the officers confirm it when the ceremony begins.

Example:
  $ pinmac ceremony plan load-bdk.yaml`;

/** `pinmac ceremony plan` */
export function createPlanCommand(): Command {
  return new Command("plan")
    .description("Check a ceremony's plan and list its steps; touches nothing.")
    .argument("<file>", "the plan (YAML)")
    .option("--json", "print JSON")
    .addHelpText("after", HELP)
    .action((file: string, options: { readonly json?: boolean }) => {
      const read = readPlanFile(file);
      const { plan, digest } = read;
      if (options.json === true) printJson({ digest, plan, participants: participantsOf(plan), steps: listSteps(plan) });
      else for (const line of renderPlan(read)) print(line);
    });
}
