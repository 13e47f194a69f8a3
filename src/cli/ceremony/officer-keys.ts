import { join } from "node:path";
import type { CeremonyTerminal } from "../../ceremony/terminal/index.js";
import type { OfficerName, OfficerSigner } from "../../officers/index.js";
import { openOfficerOnce } from "../officers/index.js";

const MAX_PATH = 1_024;

/**
 * Asks an officer for their key: the file, unless the folder is known, and its passphrase or their token's PIN.
 * @throws OfficerError, TerminalEnded; TokenStartError
 */
export async function openOfficerKey(
  terminal: CeremonyTerminal,
  folder: string | undefined,
  name: OfficerName,
): Promise<OfficerSigner> {
  const file = folder === undefined ? await terminal.askLine(`Key file of ${name}: `, MAX_PATH) : join(folder, `${name}.key`);
  return openOfficerOnce(terminal, file);
}
