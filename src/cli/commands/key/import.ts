import { Command } from "commander";
import { loadConfig, type ServerConfig } from "../../config/index.js";
import { ConfigurationError } from "../../errors/index.js";
import { makeKey } from "../../keys/index.js";
import { readHexFile } from "../../secrets/index.js";
import { type TokenCommandOptions, withToken } from "../options.js";
import { buildDraft } from "./draft.js";
import { type DraftOptions, withDraft } from "./draft-options.js";
import { reportMadeKey } from "./report-made-key.js";

const HELP = `
For development and tests only: whoever made the file knows the key. Refused in the production environment.

Example:
  $ pinmac key import --name pos/bdk --usage B0 --from-file bdk.hex`;

type ImportOptions = DraftOptions & TokenCommandOptions & { readonly fromFile: string; readonly json?: boolean };

/** `pinmac key import` */
export function createImportCommand(): Command {
  const command = new Command("import")
    .description("Seal and register a clear key from a file of hex digits (development).")
    .requiredOption("--from-file <file>", "the clear key in hex, in a file of mode 0600; its length is the key's")
    .option("--json", "print the new key's description as JSON");
  return withToken(withDraft(command)).addHelpText("after", HELP).action(importKey);
}

async function importKey(options: ImportOptions): Promise<void> {
  const config = loadConfig(options.config);
  refuseInProduction(config);
  const material = readHexFile(options.fromFile);
  try {
    const header = await makeKey(config, {
      draft: (version) => buildDraft(options, version, config.environment, material.length),
      make: (maker, draft) => maker.importClearKey(draft, material),
      ...(options.pinFile === undefined ? {} : { pinFile: options.pinFile }),
    });
    reportMadeKey(header, options.json === true);
  } finally {
    material.wipe();
  }
}

function refuseInProduction(config: ServerConfig): void {
  if (config.environment !== "production") return;
  throw new ConfigurationError(`${config.file}: environment: clear keys are not imported in production.`);
}
