/**
 * `pinmac register …`: whether the key register is what was registered.
 * Only `program.ts` calls it.
 */
import { Command } from "commander";
import { createBackupCommand } from "./backup.js";
import { createRestoreCommand } from "./restore.js";
import { createSealCommand } from "./seal.js";
import { createVerifyCommand } from "./verify.js";

/** The group of commands about the register. */
export function createRegisterCommand(): Command {
  return new Command("register")
    .description("Look after the register of keys.")
    .addCommand(createVerifyCommand())
    .addCommand(createBackupCommand())
    .addCommand(createRestoreCommand())
    .addCommand(createSealCommand());
}
