import { Command } from "commander";
import type { KeyHeader } from "../../../keyblock/index.js";
import { loadConfig } from "../../config/index.js";
import { describeKey, formatCheckValue, formatInstant, formatMac, parseKeySelector, withRegister } from "../../keys/index.js";
import { formatPairs, print, printJson } from "../../output/index.js";
import { type ConfigOption, withConfig } from "../options.js";

/** `pinmac key show` */
export function createShowCommand(): Command {
  return withConfig(new Command("show"))
    .description("Show what a key is and may do, never the key. Needs the register only: the seal is not checked here.")
    .argument("<name>", "NAME for the newest version, or NAME@VERSION")
    .option("--json", "print JSON")
    .addHelpText("after", "\nExample:\n  $ pinmac key show issuer/zone-pin@1")
    .action(showKey);
}

async function showKey(selected: string, options: ConfigOption & { readonly json?: boolean }): Promise<void> {
  const { name, version } = parseKeySelector(selected);
  const { header } = await withRegister(loadConfig(options.config).register, (register) => register.get(name, version));
  if (options.json === true) printJson(describeKey(header));
  else print(formatPairs(pairsOf(header)));
}

function pairsOf(header: KeyHeader): [string, string][] {
  return [
    ["Name", header.name],
    ["Version", String(header.version)],
    ["Id", header.id],
    ["Usage", header.usage],
    ["Key", `${header.algorithm}, ${header.keyLength * 8} bits`],
    ["Mode of use", header.modeOfUse],
    ["Exportability", header.exportability],
    ["Check value", `${formatCheckValue(header)} (${header.checkValue.method})`],
    ["MAC", formatMac(header.mac) || "none"],
    ["DUKPT", header.dukptType ?? "no"],
    ["Environment", header.environment],
    ["Owner", header.owner || "not said"],
    ["Created", formatInstant(header.createdAt)],
    ["Valid from", header.notBefore === undefined ? "at once" : formatInstant(header.notBefore)],
    ["Valid until", header.notAfter === undefined ? "without end" : formatInstant(header.notAfter)],
  ];
}
