import { Command } from "commander";
import { type OfficerRole, parseOfficerCard, parseOfficerRoles } from "../../../officers/index.js";
import { readGivenFile } from "../../files/index.js";
import { type ChangeOptions, changeDirectory } from "../../officers/index.js";
import { note } from "../../output/index.js";
import { withToken } from "../options.js";
import { assertTwo, collectRole, withApprovers } from "./options.js";

const HELP = `
Two key managers come to the terminal one after the other, compare the fingerprint on the screen with the one that the new officer told them
in person, and sign. The first two officers are enrolled by the founding ceremony.

Example:
  $ pinmac officer enrol cleo.key.card --role custodian --by anna.key --by ben.key`;

/** `pinmac officer enrol` */
export function createEnrolCommand(): Command {
  return withApprovers(withToken(new Command("enrol")))
    .description("Make someone an officer; two key managers approve.")
    .argument("<card>", "the card that `pinmac officer key create` made")
    .requiredOption("--role <role>", "custodian, keyManager or auditor; may be given again", collectRole)
    .addHelpText("after", HELP)
    .action(enrol);
}

async function enrol(file: string, options: ChangeOptions & { readonly role: readonly OfficerRole[] }): Promise<void> {
  assertTwo(options.by);
  const card = parseOfficerCard(readGivenFile(file).toString("utf8"));
  const officer = { card, roles: parseOfficerRoles(options.role) };
  const { head } = await changeDirectory({ kind: "enrolled", officer }, options);
  note(`${card.name} is an officer: entry ${head.seq} of the directory.`);
}
