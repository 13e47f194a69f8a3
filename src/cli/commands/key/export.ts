import { Command } from "commander";
import type { ExportKeyBlockCommand } from "../../../engine/commands/command.js";
import { loadConfig } from "../../config/index.js";
import { parseKeySelector, requireCeremony, withRegister } from "../../keys/index.js";
import { note, print } from "../../output/index.js";
import { executeOnToken } from "../../token/index.js";
import { type TokenCommandOptions, withToken } from "../options.js";
import { writeKeyBlockFile } from "./key-block-file.js";

const HELP = `
The key's exportability must allow it (E or S), and the key-encryption key (usage K1, version B or D) must be as strong as the key.

Example:
  $ pinmac key export scheme/zone-pin --key-encryption-key scheme/kbpk --out zone-pin.tr31`;

type ExportOptions = TokenCommandOptions & { readonly keyEncryptionKey: string; readonly out?: string };

/** `pinmac key export` */
export function createExportCommand(): Command {
  return withToken(new Command("export"))
    .description("Give a key in a TR-31 / X9.143 key block.")
    .argument("<name>", "NAME for the newest version, or NAME@VERSION")
    .requiredOption("--key-encryption-key <name>", "the K1 key that enciphers it: NAME or NAME@VERSION")
    .option("--out <file>", "write the key block into a new file of mode 0600 (default: standard output)")
    .addHelpText("after", HELP)
    .action(exportKey);
}

async function exportKey(selected: string, options: ExportOptions): Promise<void> {
  const config = loadConfig(options.config);
  requireCeremony(config, "export-key-block");
  const command = await findKeys(config.register, selected, options.keyEncryptionKey);
  const { keyBlock } = await executeOnToken(config, options.pinFile, command, "exportKeyBlock");
  if (options.out === undefined) {
    print(keyBlock.toString("latin1"));
    return;
  }
  writeKeyBlockFile(options.out, keyBlock);
  note(`The key block is in ${options.out}.`);
}

function findKeys(path: string, selected: string, wrapping: string): Promise<ExportKeyBlockCommand> {
  return withRegister(path, async (register) => {
    const [key, keyEncryptionKey] = [parseKeySelector(selected), parseKeySelector(wrapping)];
    const { sealedKey } = await register.get(key.name, key.version);
    const record = await register.get(keyEncryptionKey.name, keyEncryptionKey.version);
    return { kind: "exportKeyBlock", key: { sealedKey }, keyEncryptionKey: { sealedKey: record.sealedKey } };
  });
}
