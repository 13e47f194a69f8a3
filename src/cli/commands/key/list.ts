import { Command } from "commander";
import type { KeyHeader } from "../../../keyblock/index.js";
import { loadConfig } from "../../config/index.js";
import { describeKey, formatCheckValue, formatInstant, formatMac, listAllKeys, withRegister } from "../../keys/index.js";
import { formatTable, note, print, printJson } from "../../output/index.js";
import { type ConfigOption, withConfig } from "../options.js";

const TITLES = ["NAME", "VERSION", "USAGE", "KEY", "MODE", "KCV", "MAC", "OWNER", "CREATED"];

/** `pinmac key list` */
export function createListCommand(): Command {
  return withConfig(new Command("list"))
    .description("List the registered keys. Needs the register only, not the token: the seals are not checked here.")
    .option("--json", "print JSON")
    .addHelpText("after", "\nExample:\n  $ pinmac key list --json")
    .action(listKeys);
}

async function listKeys(options: ConfigOption & { readonly json?: boolean }): Promise<void> {
  const records = await withRegister(loadConfig(options.config).register, listAllKeys);
  const headers = records.map((record) => record.header);
  if (options.json === true) printJson({ keys: headers.map((header) => describeKey(header)) });
  else if (headers.length === 0) note("There is no key yet.");
  else print(formatTable(TITLES, headers.map(rowOf)));
}

function rowOf(header: KeyHeader): string[] {
  return [
    header.name,
    String(header.version),
    header.usage,
    `${header.algorithm}-${header.keyLength * 8}`,
    header.modeOfUse,
    formatCheckValue(header),
    formatMac(header.mac),
    header.owner,
    formatInstant(header.createdAt),
  ];
}
