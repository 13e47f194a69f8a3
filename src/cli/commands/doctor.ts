import { Command } from "commander";
import { loadConfig } from "../config/index.js";
import { EXIT } from "../exit-codes.js";
import { print, printJson } from "../output/index.js";
import { obtainTokenPin } from "../token/index.js";
import { type TokenCommandOptions, withToken } from "./options.js";

const HELP = `
Changes nothing. Ends with 0 when everything is there, with 3 when something that pinmac needs is missing.

Example:
  $ pinmac doctor --json`;

/** `pinmac doctor` */
export function createDoctorCommand(): Command {
  return withToken(new Command("doctor"))
    .description("Say what the token is and can do, what is missing, and what each operation leaves inside it.")
    .option("--json", "print JSON")
    .addHelpText("after", HELP)
    .action(diagnose);
}

async function diagnose(options: TokenCommandOptions & { readonly json?: boolean }): Promise<void> {
  const config = loadConfig(options.config);
  const pin = await obtainTokenPin(config.hsm, options.pinFile);
  try {
    const { examineToken, renderDiagnosis } = await import("../doctor/index.js");
    const diagnosis = examineToken(config, pin);
    if (options.json === true) printJson(diagnosis);
    else print(renderDiagnosis(diagnosis));
    process.exitCode = diagnosis.healthy ? EXIT.DONE : EXIT.HSM;
  } finally {
    pin.wipe();
  }
}
