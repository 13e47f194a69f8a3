import { Command } from "commander";
import { readLastUses } from "../../../store/index.js";
import { loadConfig } from "../../config/index.js";
import { formatInstant, listAllKeys, readLives, usagePath, withRegister } from "../../keys/index.js";
import { formatTable, note, print, printJson } from "../../output/index.js";
import { type ConfigOption, instant, withConfig } from "../options.js";

const HELP = `
A use is noted with its hour, and written every minute: a server that was killed has lost the last one. Keys that the server only described
were not used. The audit log has every use.

Example:
  $ pinmac key usage --unused-since 2026-01-01`;

type UsageOptions = ConfigOption & { readonly unusedSince?: number; readonly json?: boolean };

/** `pinmac key usage` */
export function createUsageCommand(): Command {
  return withConfig(new Command("usage"))
    .description("When each registered key was last used by the service. Needs the register only.")
    .option("--unused-since <instant>", "only keys that were not used from then on, such as 2026-01-01 (UTC)", instant)
    .option("--json", "print JSON")
    .addHelpText("after", HELP)
    .action(reportUsage);
}

async function reportUsage({ unusedSince, json, config: file }: UsageOptions): Promise<void> {
  const config = loadConfig(file);
  const uses = readLastUses(usagePath(config));
  const keys = await withRegister(config.register, async (register) => {
    const lifeOf = readLives(config, register);
    return (await listAllKeys(register)).map(({ header }) => {
      const used = uses.get(header.id);
      return { name: header.name, version: header.version, state: lifeOf(header).state, used };
    });
  });
  const listed = keys.filter(({ used }) => unusedSince === undefined || (used ?? 0) < unusedSince);
  const rows = listed.map(({ used, ...key }) => ({ ...key, ...(used !== undefined && { lastUsed: formatInstant(used) }) }));
  if (json === true) printJson({ keys: rows });
  else if (rows.length === 0) note("There is no such key.");
  else {
    const cells = rows.map(({ name, version, state, lastUsed }) => [name, String(version), state, lastUsed ?? "never"]);
    print(formatTable(["NAME", "VERSION", "STATE", "LAST USED"], cells));
  }
}
