import { Command } from "commander";
import { confirmPhrase } from "../../../ceremony/terminal/index.js";
import { registerSealer } from "../../../engine/register-sealer.js";
import { describeFault } from "../../../store/index.js";
import { loadConfig } from "../../config/index.js";
import { ConfigurationError, VerificationFailed } from "../../errors/index.js";
import { withRegister } from "../../keys/index.js";
import { print } from "../../output/index.js";
import { examineRegister, readAnchor } from "../../register/index.js";
import { withScreen } from "../../terminal/index.js";
import { withTokenEngine } from "../../token/index.js";
import { type TokenCommandOptions, withToken } from "../options.js";

const HELP = `
Registers that were written before there was a journal have none, and the service does not start on them. This command has the token check
the seal of every key and then takes every record as it stands into a new journal. What was taken out of the register before, nobody can
tell: compare \`pinmac key list\` with your own papers first. The number of records is to be typed as a phrase.

Example:
  $ pinmac register seal`;

/** `pinmac register seal` */
export function createSealCommand(): Command {
  return withToken(new Command("seal"))
    .description("Begin the journal of a register that was written before there was one.")
    .addHelpText("after", HELP)
    .action(seal);
}

async function seal(options: TokenCommandOptions): Promise<void> {
  const config = loadConfig(options.config);
  if ((await readAnchor(config)) !== undefined) {
    throw new VerificationFailed("The audit log knows this register to have had a journal: it was removed. Restore a backup.");
  }
  await withTokenEngine(config, options.pinFile, async (engine) => {
    // Opened once, so that a register of an earlier version has its tables.
    await withRegister(config.register, async () => undefined);
    const { keys, initialKeys, head, faults } = await examineRegister(config.register, { engine });
    if (head !== undefined) throw new ConfigurationError("The register has a journal already: see `pinmac register verify`.");
    const bad = faults.filter(({ scope }) => scope === "record");
    if (bad.length > 0) throw new VerificationFailed("Keys that have not this token's seal:", ...bad.map(describeFault));
    const phrase = `seal ${keys} keys and ${initialKeys} devices`;
    await withScreen((terminal) =>
      confirmPhrase(terminal, "The journal will vouch for every record as it stands. To go on, type", phrase),
    );
    const count = await withRegister(config.register, (register) => register.sealExisting(), registerSealer(engine));
    print(`${count} records are in the journal, and its head is sealed.`);
  });
}
