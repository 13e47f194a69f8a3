import { Command, Option } from "commander";
import { type OfficerName, REVOCATION_REASONS, type RevocationReason } from "../../../officers/index.js";
import { type ChangeOptions, changeDirectory } from "../../officers/index.js";
import { note } from "../../output/index.js";
import { withToken } from "../options.js";
import { assertTwo, officerName, withApprovers } from "./options.js";

const HELP = `
The name is never given to anyone again, nor is the key. Two key managers must remain: enrol another one first.

Example:
  $ pinmac officer revoke dora --reason left --by anna.key --by ben.key`;

/** `pinmac officer revoke` */
export function createRevokeCommand(): Command {
  return withApprovers(withToken(new Command("revoke")))
    .description("End someone's being an officer, for good; two other key managers approve.")
    .argument("<name>", "the officer", officerName)
    .addOption(new Option("--reason <reason>", "why").choices(REVOCATION_REASONS).makeOptionMandatory())
    .addHelpText("after", HELP)
    .action(revoke);
}

async function revoke(name: OfficerName, options: ChangeOptions & { readonly reason: RevocationReason }): Promise<void> {
  assertTwo(options.by);
  const { head } = await changeDirectory({ kind: "revoked", name, reason: options.reason }, options);
  note(`${name} is no officer any more: entry ${head.seq} of the directory.`);
}
