import { Command } from "commander";
import { loadConfig } from "../../config/index.js";
import { ConfigurationError } from "../../errors/index.js";
import { makeKey, requireCeremony } from "../../keys/index.js";
import { type TokenCommandOptions, wholeNumber, withToken } from "../options.js";
import { buildDraft } from "./draft.js";
import { DRAFT_HELP, type DraftOptions, withBlockOptions, withParameters } from "./draft-options.js";
import { reportMadeKey } from "./report-made-key.js";

const EXAMPLES = `
Examples:
  $ pinmac key generate --name issuer/zone-pin --usage P0 --algorithm AES
  $ pinmac key generate --name issuer/zone-mac --usage M3 --mac-padding 1
  $ pinmac key generate --name pos/bdk --usage B0 --mac-scheme ISO9797_1_ALG3 --mac-padding 1
  $ pinmac key generate --name pos/bdk-aes --usage B0 --algorithm AES --dukpt-pin-key AES_128 --dukpt-mac-key AES_128 --mac-scheme CMAC
  $ pinmac key generate --name scheme/kbpk --usage K1 --exportability E
  $ pinmac key generate --name issuer/pvk --usage V2`;

type GenerateOptions = Omit<DraftOptions, "usage"> &
  Partial<Pick<DraftOptions, "usage">> &
  TokenCommandOptions & { readonly json?: boolean };

/** `pinmac key generate` */
export function createGenerateCommand(): Command {
  const command = new Command("generate")
    .description("Make a new random key with the token, seal it and register it. The key itself is never shown.")
    .option("--length <bytes>", "length of the key", wholeNumber(8))
    .option("--json", "print the new key's description as JSON");
  return withToken(withBlockOptions(withParameters(command)))
    .addHelpText("after", DRAFT_HELP)
    .addHelpText("after", EXAMPLES)
    .action(generateKey);
}

async function generateKey(options: GenerateOptions): Promise<void> {
  const { usage } = options;
  if (usage === undefined) throw new ConfigurationError("--usage is missing: what shall the key be for?");
  const config = loadConfig(options.config);
  requireCeremony(config, "generate-key");
  const header = await makeKey(config, {
    draft: (version) => buildDraft({ ...options, usage }, version, config.environment),
    make: (maker, draft) => maker.generateKey(draft),
    ...(options.pinFile === undefined ? {} : { pinFile: options.pinFile }),
  });
  reportMadeKey(header, options.json === true);
}
