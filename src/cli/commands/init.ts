import { Command } from "commander";
import { loadConfig, type ServerConfig } from "../config/index.js";
import { ConfigurationError } from "../errors/index.js";
import { requireCeremony } from "../keys/index.js";
import { print, printJson } from "../output/index.js";
import { obtainPin, obtainTokenPin, type TokenPin, tokenAddress } from "../token/index.js";
import { type TokenCommandOptions, withToken } from "./options.js";

const HELP = `
Makes keys inside the token: two of AES-256, the storage master key (wraps every payment key) and the seal key (authenticates them), and
the audit key (ECDSA on P-256, signs the audit log). None can ever be read or changed. A token that has the first two gets the audit key
alone; one that has all, or something in between, is left as it is (exit code 1).
With --create-token a free slot is initialised first, when no token of the profile's label exists; the token PIN becomes its user
PIN.

Examples:
  $ pinmac init
  $ pinmac init --create-token --so-pin-file so-pin --pin-file token-pin`;

interface InitOptions extends TokenCommandOptions {
  readonly createToken?: boolean;
  readonly soPinFile?: string;
  readonly json?: boolean;
}

/** `pinmac init` */
export function createInitCommand(): Command {
  return withToken(new Command("init"))
    .description("Make a token ready for pinmac, once.")
    .option("--create-token", "initialise a free slot if there is no token of that label")
    .option("--so-pin-file <file>", "file with the PIN of the security officer, mode 0600 (default: asked on the terminal)")
    .option("--json", "print JSON")
    .addHelpText("after", HELP)
    .action(initialise);
}

async function initialise(options: InitOptions): Promise<void> {
  const config = loadConfig(options.config);
  requireCeremony(config, "found");
  if (options.createToken !== true && options.soPinFile !== undefined) {
    throw new ConfigurationError("--so-pin-file is for --create-token.");
  }
  const pin = await obtainTokenPin(config.hsm, options.pinFile);
  const officer = await obtainOfficerPin(config, options).catch((error: unknown) => {
    pin.wipe();
    throw error;
  });
  try {
    const { initializeToken } = await import("../../hsm/index.js");
    const made = initializeToken({
      ...tokenAddress(config.hsm),
      readPin: pin.read,
      ...(officer === undefined ? {} : { readSecurityOfficerPin: officer.read }),
    });
    if (options.json === true) printJson(made);
    else {
      const keys = made.keysMade.join(", ");
      print(`Token ${config.hsm.tokenLabel} is ready (${made.description}, serial ${made.serial}); made: ${keys}.`);
    }
  } finally {
    pin.wipe();
    officer?.wipe();
  }
}

async function obtainOfficerPin(config: ServerConfig, options: InitOptions): Promise<TokenPin | undefined> {
  if (options.createToken !== true) return undefined;
  return obtainPin(options.soPinFile, `Security officer's PIN for token ${config.hsm.tokenLabel}: `);
}
