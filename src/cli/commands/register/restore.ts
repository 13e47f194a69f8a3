import { resolve } from "node:path";
import { Command } from "commander";
import { confirmPhrase } from "../../../ceremony/terminal/index.js";
import { loadConfig } from "../../config/index.js";
import { print } from "../../output/index.js";
import { type Restored, type Rollback, recordRestored, restoreRegister } from "../../register/index.js";
import { withScreen } from "../../terminal/index.js";
import { withTokenEngine } from "../../token/index.js";
import { type TokenCommandOptions, withToken } from "../options.js";

const HELP = `
Stop the service first. Verifies the backup with the token, keeps the register that is there under another name, and puts the backup in its
place. A backup that is older than the register, or than the audit log knows it, is restored only after its phrase was typed; the keys that
are lost are named, and the audit log records it. Which devices got their initial key is taken over from the register that is there.
The ledger of KSNs and the failure budgets stay as they are.

Example:
  $ pinmac register restore /backup/register-2026-05-01.sqlite`;

/** `pinmac register restore` */
export function createRestoreCommand(): Command {
  return withToken(new Command("restore"))
    .description("Put a backup in the place of the register.")
    .argument("<file>", "the backup; its manifest is beside it")
    .addHelpText("after", HELP)
    .action(restore);
}

async function restore(file: string, options: TokenCommandOptions): Promise<void> {
  const config = loadConfig(options.config);
  const restored = await withTokenEngine(config, options.pinFile, (engine) =>
    restoreRegister(config, resolve(file), {
      engine,
      confirmRollback,
      record: (head) => recordRestored(config, engine, head),
      now: Date.now(),
    }),
  );
  print(describe(restored));
}

function confirmRollback({ backupChanges, reasons, lostKeys }: Rollback): Promise<void> {
  const lost = lostKeys === undefined ? ["which keys are lost cannot be told: there is no register to compare with"] : lostKeys;
  return withScreen((terminal) => {
    terminal.show("The backup is OLDER than what it replaces:", ...reasons.map((reason) => `  ${reason}`), "Lost:");
    terminal.show(...(lost.length === 0 ? ["  no key"] : lost.map((key) => `  ${key}`)));
    return confirmPhrase(terminal, "To go back to it all the same, type", `go back to change ${backupChanges}`);
  });
}

function describe({ keys, changes, kept, devicesTakenOver }: Restored): string {
  const devices = devicesTakenOver === 0 ? "" : `\n${devicesTakenOver} devices that were noted since were taken over.`;
  const before = kept === undefined ? "" : `\nThe register that was there is kept: ${kept}`;
  return `The register is restored: ${keys} keys, after ${changes} changes.${devices}${before}`;
}
