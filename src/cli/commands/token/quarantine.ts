import { Command } from "commander";
import { confirmPhrase } from "../../../ceremony/terminal/index.js";
import { loadConfig } from "../../config/index.js";
import { print } from "../../output/index.js";
import { withScreen } from "../../terminal/index.js";
import { obtainTokenPin, tokenAddress } from "../../token/index.js";
import { type TokenCommandOptions, withToken } from "../options.js";

const HELP = `
A process that is killed while it creates a key in the token may leave a half object: without label, identifier, value and check value. No
service uses it, and no key is made in such a token. This counts the half objects and, after a phrase, destroys them. A key that has only
one of those four may be somebody's, and is left.

Example:
  $ pinmac token quarantine`;

/** `pinmac token quarantine` */
export function createQuarantineCommand(): Command {
  return withToken(new Command("quarantine"))
    .description("Destroy what interrupted creations left in the token.")
    .addHelpText("after", HELP)
    .action(quarantine);
}

async function quarantine(options: TokenCommandOptions): Promise<void> {
  const config = loadConfig(options.config);
  const pin = await obtainTokenPin(config.hsm, options.pinFile);
  try {
    const { countHalfObjects, destroyHalfObjects } = await import("../../../hsm/index.js");
    const token = { ...tokenAddress(config.hsm), readPin: pin.read };
    const count = countHalfObjects(token);
    if (count === 0) {
      print(`Token ${config.hsm.tokenLabel} holds no half object.`);
      return;
    }
    const question = `Token ${config.hsm.tokenLabel} holds ${count} half objects. To destroy them, type`;
    await withScreen((terminal) => confirmPhrase(terminal, question, `destroy ${count} half objects`));
    destroyHalfObjects(token, count);
    print(`${count} half objects were destroyed.`);
  } finally {
    pin.wipe();
  }
}
