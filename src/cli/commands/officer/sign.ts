import { Command } from "commander";
import { collectApprovals, readStatementFile, writeApprovalFile } from "../../officers/index.js";
import { note } from "../../output/index.js";
import { withScreen } from "../../terminal/index.js";

const HELP = `
Shows the statement, asks the officer to confirm it, and writes their approval, to be taken back to where the statement came from
(pinmac key apply). Needs no token of pinmac's, no configuration and no network: it can run on the officer's own machine.

Example:
  $ pinmac officer sign retire.statement --by anna.key --out anna.approval`;

interface SignOptions {
  readonly by: string;
  readonly out: string;
}

/** `pinmac officer sign` */
export function createSignCommand(): Command {
  return new Command("sign")
    .description("Sign a statement from a file.")
    .argument("<statement>", "the statement's file")
    .requiredOption("--by <file>", "the officer's key file")
    .requiredOption("--out <file>", "a new file for the approval; it holds no secret")
    .addHelpText("after", HELP)
    .action(sign);
}

async function sign(file: string, { by, out }: SignOptions): Promise<void> {
  const statement = readStatementFile(file);
  for (const approval of await withScreen((terminal) => collectApprovals(terminal, statement, [by]))) {
    writeApprovalFile(out, approval);
    note(`The approval of ${approval.officer} is in ${out}.`);
  }
}
