import { Command } from "commander";
import type { ChainHead } from "../../../audit/index.js";
import { toWords } from "../../../base/index.js";
import { loadConfig } from "../../config/index.js";
import { describeOfficer, fingerprintWords, readDirectoryWithKey } from "../../officers/index.js";
import { formatPairs, formatTable, print, printJson } from "../../output/index.js";
import { type ConfigOption, chainReference, withConfig } from "../options.js";

const HELP = `
Verifies every entry of the directory first. Note the last entry's number and words: given the next time, they show that nothing was cut
off since.

Example:
  $ pinmac officer list --key audit-key.pem --expect-entry 7:lusab-…`;

interface ListOptions extends ConfigOption {
  readonly officers?: string;
  readonly key?: string;
  readonly expectEntry?: ChainHead;
  readonly json?: boolean;
}

/** `pinmac officer list` */
export function createListCommand(): Command {
  return withConfig(new Command("list"))
    .description("Who is an officer, in which roles, with which key; needs neither the service nor the token.")
    .option("--officers <file>", "the directory (default: that of the configuration)")
    .option("--key <file>", "the token's public audit key (default: audit-key.pem beside the directory)")
    .option(
      "--expect-entry <entry>",
      "an entry noted elsewhere, NUMBER:HASH or NUMBER:WORDS, which must be here",
      chainReference,
    )
    .option("--json", "print JSON")
    .addHelpText("after", HELP)
    .action(list);
}

function list(options: ListOptions): void {
  const file = options.officers ?? loadConfig(options.config).officers;
  const directory = readDirectoryWithKey(file, options.key, options.expectEntry);
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
      ["last entry", `${head.seq}:${head.hash.toString("hex")}`],
      ["in words", words],
    ]),
  );
}
