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
place. Which devices got their initial key, which keys callers keep, and what officers decided about keys is taken over from the register
that is there. A backup that lacks keys of it, or is older than the audit log knows, or a register from which not all can be taken over,
asks for a phrase; what is lost or undone is named, and the audit log records the restoration.
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

function confirmRollback({ backupChanges, reasons, lostKeys, undone }: Rollback): Promise<void> {
  return withScreen((terminal) => {
    terminal.show("The backup is OLDER than what it replaces, or nobody can tell:", ...reasons.map((reason) => `  ${reason}`));
    terminal.show("Lost:", ...lines(lostKeys, "no key"));
    terminal.show(
      "What officers decided and is UNDONE, so that these keys are as they were in the backup:",
      ...lines(undone, "nothing"),
    );
    return confirmPhrase(terminal, "To go back to it all the same, type", `go back to change ${backupChanges}`);
  });
}

function lines(items: readonly string[] | undefined, none: string): readonly string[] {
  if (items === undefined) return ["  that cannot be told: there is no register to compare with"];
  return items.length === 0 ? [`  ${none}`] : items.map((item) => `  ${item}`);
}

function describe({ keys, changes, kept, takenOver }: Restored): string {
  const { initialKeys, states, destroyed, keptKeys } = takenOver;
  const count = initialKeys.length + states.length + destroyed.length + keptKeys.length;
  const since =
    count === 0
      ? ""
      : `\nTaken over from the register that was there: ${states.length} decisions of officers, ${destroyed.length} destroyed keys, ` +
        `${initialKeys.length} devices with an initial key, ${keptKeys.length} keys that callers keep.`;
  const before = kept === undefined ? "" : `\nThe register that was there is kept: ${kept}`;
  return `The register is restored: ${keys} keys, after ${changes} changes.${since}${before}`;
}
