import { Command } from "commander";
import { changeOfficerPassphrase, PASSPHRASE_LENGTHS, readOfficerKeyOwner } from "../../../officers/index.js";
import { askNewPassphrase } from "../../officers/index.js";
import { note } from "../../output/index.js";
import { withScreen } from "../../terminal/index.js";

/** `pinmac officer key passphrase` */
export function createKeyPassphraseCommand(): Command {
  return new Command("passphrase")
    .description("Put an officer's key under another passphrase. Copies of the old file still open with the old one.")
    .argument("<file>", "the key file")
    .action(changePassphrase);
}

async function changePassphrase(file: string): Promise<void> {
  const { name } = readOfficerKeyOwner(file);
  await withScreen(async (terminal) => {
    using old = await terminal.askHidden(`Passphrase of ${name}: `, PASSPHRASE_LENGTHS.most);
    using next = await askNewPassphrase(terminal);
    changeOfficerPassphrase(file, old, next);
  });
  note("The passphrase is changed. Destroy copies of the old file: they open with the old one.");
}
