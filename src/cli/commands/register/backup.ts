import { resolve } from "node:path";
import { Command } from "commander";
import { loadConfig } from "../../config/index.js";
import { print } from "../../output/index.js";
import { backUpRegister } from "../../register/index.js";
import { type ConfigOption, withConfig } from "../options.js";

const HELP = `
Writes one consistent state of the register into FILE, and its manifest into FILE.json, both of mode 0600; the service may run meanwhile and
the token is not needed. The keys in it are sealed as in the register: only a token with the same storage master key opens them.
The ledger of KSNs and the failure budgets are not in it, and must never be restored: an old ledger takes used KSNs again.

Example:
  $ pinmac register backup /backup/register-2026-05-01.sqlite`;

/** `pinmac register backup` */
export function createBackupCommand(): Command {
  return withConfig(new Command("backup"))
    .description("Write a backup of the register into a new file.")
    .argument("<file>", "a file that is not there yet")
    .addHelpText("after", HELP)
    .action(async (file: string, options: ConfigOption) => {
      const { keys, changes, sha256 } = await backUpRegister(loadConfig(options.config).register, resolve(file));
      print(`The backup holds ${keys} keys, after ${changes} changes.\nSHA-256  ${sha256}`);
    });
}
