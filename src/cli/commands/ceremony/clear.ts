import { Command } from "commander";
import { confirmPhrase } from "../../../ceremony/terminal/index.js";
import { loadConfig } from "../../config/index.js";
import { print } from "../../output/index.js";
import { withScreen } from "../../terminal/index.js";
import { obtainTokenPin, tokenAddress } from "../../token/index.js";
import { type TokenCommandOptions, withToken } from "../options.js";

const HELP = `
A founding that was killed leaves a mark on the token, and perhaps keys that nobody may use: no command and no server opens such a token.
This destroys those keys, then the mark; the founding is then begun anew. It asks for the token's label to be typed. A token whose founding
was finished is left as it is (exit code 3).`;

/** `pinmac ceremony clear` */
export function createClearCommand(): Command {
  return withToken(new Command("clear"))
    .description("Empty a token whose founding was not finished.")
    .addHelpText("after", HELP)
    .action(clearToken);
}

async function clearToken(options: TokenCommandOptions): Promise<void> {
  const config = loadConfig(options.config);
  const label = config.hsm.tokenLabel;
  const pin = await obtainTokenPin(config.hsm, options.pinFile);
  try {
    await withScreen((terminal) =>
      confirmPhrase(terminal, "Every key of the unfinished founding is destroyed. Type the token's label:", label),
    );
    const { clearUnfinishedFounding } = await import("../../../hsm/index.js");
    const count = clearUnfinishedFounding({ ...tokenAddress(config.hsm), readPin: pin.read });
    print(`Token ${label} is empty again: ${count} objects were destroyed.`);
  } finally {
    pin.wipe();
  }
}
