/**
 * `pinmac officer …`: officers' keys, who is an officer, and signatures of statements.
 * Only `program.ts` calls it.
 */
import { Command } from "commander";
import { createEnrolCommand } from "./enrol.js";
import { createKeyCreateCommand } from "./key-create.js";
import { createKeyPassphraseCommand } from "./key-passphrase.js";
import { createListCommand } from "./list.js";
import { createRevokeCommand } from "./revoke.js";
import { createRolesCommand } from "./roles.js";
import { createSignCommand } from "./sign.js";

/** The group of commands about officers. */
export function createOfficerCommand(): Command {
  const key = new Command("key")
    .description("An officer's own key.")
    .addCommand(createKeyCreateCommand())
    .addCommand(createKeyPassphraseCommand());
  return new Command("officer")
    .description("The security officers: their keys, and who is one.")
    .addCommand(key)
    .addCommand(createEnrolCommand())
    .addCommand(createRolesCommand())
    .addCommand(createRevokeCommand())
    .addCommand(createListCommand())
    .addCommand(createSignCommand());
}
