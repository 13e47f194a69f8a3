import { Command } from "commander";
import { toWords } from "../../../base/index.js";
import { loadConfig } from "../../config/index.js";
import { describeOfficer, fingerprintWords, readDirectoryWithKey } from "../../officers/index.js";
import { formatPairs, formatTable, print, printJson } from "../../output/index.js";
import { type ConfigOption, withConfig } from "../options.js";

const HELP = `
Verifies every entry of the directory first. Note the last entry's words: they show later that nothing was cut off.

Example:
  $ pinmac officer list --key audit-key.pem`;

interface ListOptions extends ConfigOption {
  readonly officers?: string;
  readonly key?: string;
  readonly json?: boolean;
}

/** `pinmac officer list` */
export function createListCommand(): Command {
  return withConfig(new Command("list"))
    .description("Who is an officer, in which roles, with which key; needs neither the service nor the token.")
    .option("--officers <file>", "the directory (default: that of the configuration)")
    .option("--key <file>", "the token's public audit key (default: audit-key.pem beside the directory)")
    .option("--json", "print JSON")
    .addHelpText("after", HELP)
    .action(list);
}

function list(options: ListOptions): void {
  const directory = readDirectoryWithKey(options.officers ?? loadConfig(options.config).officers, options.key);
  const { officers, head } = directory;
  const words = toWords(head.hash);
  if (options.json === true) {
    printJson({ officers: officers.map(describeOfficer), head: { entry: head.seq, hash: head.hash.toString("hex"), words } });
    return;
  }
  const rows = officers.map(({ name, roles, publicKey }) => [name, roles.join(", "), fingerprintWords(publicKey.fingerprint)]);
  print(formatTable(["NAME", "ROLES", "FINGERPRINT (FIRST HALF, IN WORDS)"], rows));
  print(
    formatPairs([
      ["last entry", String(head.seq)],
      ["in words", words],
    ]),
  );
}
