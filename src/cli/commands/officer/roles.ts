import { Command } from "commander";
import { type OfficerName, type OfficerRole, parseOfficerRoles } from "../../../officers/index.js";
import { type ChangeOptions, changeDirectory } from "../../officers/index.js";
import { note } from "../../output/index.js";
import { withToken } from "../options.js";
import { assertTwo, collectRole, officerName, withApprovers } from "./options.js";

/** `pinmac officer roles` */
export function createRolesCommand(): Command {
  return withApprovers(withToken(new Command("roles")))
    .description("Give an officer other roles; two other key managers approve.")
    .argument("<name>", "the officer", officerName)
    .requiredOption("--role <role>", "custodian, keyManager or auditor; may be given again", collectRole)
    .action(changeRoles);
}

async function changeRoles(
  name: OfficerName,
  options: ChangeOptions & { readonly role: readonly OfficerRole[] },
): Promise<void> {
  assertTwo(options.by);
  const roles = parseOfficerRoles(options.role);
  const { head } = await changeDirectory({ kind: "rolesChanged", name, roles }, options);
  note(`${name} is now ${roles.join(", ")}: entry ${head.seq} of the directory.`);
}
