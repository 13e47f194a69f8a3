import { readFileSync } from "node:fs";
import { Command } from "commander";
import { Statement, writeApproval } from "../../../officers/index.js";
import { ConfigurationError } from "../../errors/index.js";
import { collectApprovals } from "../../officers/index.js";
import { printJson } from "../../output/index.js";
import { withScreen } from "../../terminal/index.js";

const HELP = `
Shows the statement and prints the approval as JSON, to be taken back to where the statement came from. Needs no token of pinmac's and no
configuration: it can run on the officer's own machine.

Example:
  $ pinmac officer sign retire.statement --by anna.key > anna.approval`;

/** `pinmac officer sign` */
export function createSignCommand(): Command {
  return new Command("sign")
    .description("Sign a statement from a file.")
    .argument("<statement>", "the statement's file")
    .requiredOption("--by <file>", "the officer's key file")
    .addHelpText("after", HELP)
    .action(sign);
}

async function sign(file: string, options: { readonly by: string }): Promise<void> {
  const statement = Statement.parse(readStatement(file));
  const [approval] = await withScreen((terminal) => collectApprovals(terminal, statement, [options.by]));
  if (approval !== undefined) printJson({ format: "pinmac approval v1", ...writeApproval(approval) });
}

function readStatement(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new ConfigurationError(`${file}: cannot be read (${(cause as NodeJS.ErrnoException).code ?? "unknown error"}).`);
  }
}
