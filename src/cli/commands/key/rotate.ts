import { Command } from "commander";
import { DEFAULT_WAITING_DAYS } from "../../../lifecycle/index.js";
import { loadConfig } from "../../config/index.js";
import { ConfigurationError } from "../../errors/index.js";
import { withRegister } from "../../keys/index.js";
import { type TokenCommandOptions, wholeNumber } from "../options.js";
import { settleAtTerminal, withSigners } from "./state-changes.js";

const HELP = `
The newest version, made before with \`key generate\` or \`key import\`, is activated, and the version before is retired: in one step, for which
two key managers sign both. In the overlap the version before still verifies and translates what comes in.

Example:
  $ pinmac key rotate issuer/zone-pin --overlap-days 30`;

type RotateOptions = TokenCommandOptions & {
  readonly officerKeys?: string;
  readonly overlapDays: number;
  readonly waitingDays: number;
};

/** `pinmac key rotate` */
export function createRotateCommand(): Command {
  return withSigners(new Command("rotate"))
    .description("Put the newest version of a name into use, and retire the one before.")
    .argument("<name>", "the name, without a version")
    .requiredOption("--overlap-days <days>", "how long the version before still serves what comes in", wholeNumber(0))
    .option("--waiting-days <days>", "how long it can be restored after that", wholeNumber(1), DEFAULT_WAITING_DAYS)
    .addHelpText("after", HELP)
    .action(rotate);
}

async function rotate(name: string, options: RotateOptions): Promise<void> {
  const { register: path } = loadConfig(options.config);
  const { header } = await withRegister(path, (register) => register.get(name));
  if (header.version === 1) throw new ConfigurationError(`${name} has one version only: make the next one first.`);
  const { overlapDays, waitingDays } = options;
  await settleAtTerminal(options, [
    { key: { name, version: header.version }, change: { kind: "activate" } },
    { key: { name, version: header.version - 1 }, change: { kind: "retire", overlapDays, waitingDays } },
  ]);
}
