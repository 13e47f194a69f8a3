import { Command } from "commander";
import type { KeyHeader } from "../../../keyblock/index.js";
import { loadConfig, type ServerConfig } from "../../config/index.js";
import { ConfigurationError } from "../../errors/index.js";
import { makeKey, requireCeremony } from "../../keys/index.js";
import { readHexFile } from "../../secrets/index.js";
import { type TokenCommandOptions, withToken } from "../options.js";
import { buildDraft } from "./draft.js";
import { type BlockOptions, DRAFT_HELP, type ParameterOptions, withBlockOptions, withParameters } from "./draft-options.js";
import { importKeyBlock } from "./import-key-block.js";
import { reportMadeKey } from "./report-made-key.js";

const HELP = `
With --key-block the key comes enciphered, in a TR-31 / X9.143 key block under a registered key of usage K1. Usage, algorithm, mode of
use and exportability are the block's: leave --usage, --algorithm, --mode and --exportability out.

With --from-file it comes clear. For development and tests only: whoever made the file knows the key.

Both are refused in production, where a key comes by a ceremony.

Examples:
  $ pinmac key import --name scheme/zone-pin --key-block zone-pin.tr31 --key-encryption-key scheme/kbpk
  $ pinmac key import --name pos/bdk --usage B0 --from-file bdk.hex`;

type ImportOptions = ParameterOptions &
  BlockOptions &
  TokenCommandOptions & {
    readonly keyBlock?: string;
    readonly keyEncryptionKey?: string;
    readonly fromFile?: string;
    readonly json?: boolean;
  };

/** `pinmac key import` */
export function createImportCommand(): Command {
  const command = new Command("import")
    .description("Register a key that comes in a key block, or (development) clear in a file of hex digits.")
    .option("--key-block <file>", "the key block")
    .option("--key-encryption-key <name>", "the K1 key that the block is under: NAME or NAME@VERSION")
    .option("--from-file <file>", "the clear key in hex, in a file of mode 0600; its length is the key's")
    .option("--json", "print the new key's description as JSON");
  return withToken(withBlockOptions(withParameters(command)))
    .addHelpText("after", DRAFT_HELP)
    .addHelpText("after", HELP)
    .action(importKey);
}

async function importKey(options: ImportOptions): Promise<void> {
  const config = loadConfig(options.config);
  requireCeremony(config, options.keyBlock === undefined ? "load-key" : "import-key-block");
  const header = await importFrom(options, config);
  reportMadeKey(header, options.json === true);
}

function importFrom(options: ImportOptions, config: ServerConfig): Promise<KeyHeader> {
  const { keyBlock, keyEncryptionKey, fromFile } = options;
  if ((keyBlock === undefined) === (fromFile === undefined)) {
    throw new ConfigurationError("Give --key-block with --key-encryption-key, or --from-file.");
  }
  if (fromFile !== undefined) return importClearKey(options, config, fromFile);
  if (keyBlock === undefined || keyEncryptionKey === undefined) {
    throw new ConfigurationError("--key-block needs --key-encryption-key.");
  }
  refuseBlockOptions(options);
  return importKeyBlock(config, { ...options, keyBlock, keyEncryptionKey });
}

async function importClearKey(options: ImportOptions, config: ServerConfig, file: string): Promise<KeyHeader> {
  const { usage } = options;
  if (usage === undefined) throw new ConfigurationError("--from-file needs --usage.");
  const material = readHexFile(file);
  try {
    return await makeKey(config, {
      draft: (version) => buildDraft({ ...options, usage }, version, config.environment, material.length),
      make: (maker, draft) => maker.importClearKey(draft, material),
      ...(options.pinFile === undefined ? {} : { pinFile: options.pinFile }),
    });
  } finally {
    material.wipe();
  }
}

function refuseBlockOptions({ usage, algorithm, mode, exportability }: ImportOptions): void {
  if ([usage, algorithm, mode, exportability].every((option) => option === undefined)) return;
  throw new ConfigurationError("The key block says --usage, --algorithm, --mode and --exportability: leave them out.");
}
