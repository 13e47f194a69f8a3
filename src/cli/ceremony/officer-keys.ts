import { join } from "node:path";
import type { CeremonyTerminal } from "../../ceremony/terminal/index.js";
import type { OfficerName, OfficerSigner } from "../../officers/index.js";
import { openOfficerKeyFile, PASSPHRASE_LENGTHS } from "../../officers/key-file/index.js";

const MAX_PATH = 1_024;

/**
 * Asks an officer for their key: the file, unless the folder is known, and its passphrase.
 * @throws OfficerError, TerminalEnded
 */
export async function openOfficerKey(
  terminal: CeremonyTerminal,
  folder: string | undefined,
  name: OfficerName,
): Promise<OfficerSigner> {
  const file = folder === undefined ? await terminal.askLine(`Key file of ${name}: `, MAX_PATH) : join(folder, `${name}.key`);
  using passphrase = await terminal.askHidden(`Passphrase of ${name}: `, PASSPHRASE_LENGTHS.most);
  return openOfficerKeyFile(file, passphrase);
}
