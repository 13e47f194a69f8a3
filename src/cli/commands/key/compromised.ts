import { join } from "node:path";
import { Command } from "commander";
import type { KeyHeader } from "../../../keyblock/index.js";
import { draftChange, isSuspendable, keysUnder } from "../../../lifecycle/index.js";
import { loadConfig, type ServerConfig } from "../../config/index.js";
import { listAllKeys, parseKeySelector, type ReadLife, readLives, withRegister } from "../../keys/index.js";
import { withLifeDesk } from "../../life/index.js";
import { writeStatementFile } from "../../officers/index.js";
import { formatTable, note, print, printJson } from "../../output/index.js";
import { type TokenCommandOptions, withToken } from "../options.js";

const HELP = `
Lists the key and every key that came under it, or under one of those: what was imported in key blocks, and session keys of terminals. Keys that
are sealed elsewhere, and blocks that went out under the key, are in the audit log only. With --statements it writes, for each of them that
can be suspended, the statement that suspends it as compromised: sign them with \`officer sign\`, make them with \`key apply\`.

Example:
  $ pinmac key compromised scheme/kbpk@1 --statements ./suspensions`;

type CompromisedOptions = TokenCommandOptions & { readonly statements?: string; readonly json?: boolean };

interface ExposedKey {
  readonly header: KeyHeader;
  readonly read: ReadLife;
}

/** `pinmac key compromised` */
export function createCompromisedCommand(): Command {
  return withToken(new Command("compromised"))
    .description("List what a compromised key exposes, and prepare the suspensions.")
    .argument("<key>", "NAME@VERSION, or NAME for the newest version")
    .option("--statements <folder>", "write the statements into this folder; needs the token")
    .option("--json", "print JSON")
    .addHelpText("after", HELP)
    .action(reportCompromised);
}

async function reportCompromised(selected: string, options: CompromisedOptions): Promise<void> {
  const config = loadConfig(options.config);
  const exposed = await findExposed(config, selected);
  const keys = exposed.map(({ header, read }) => ({
    name: header.name,
    version: header.version,
    id: header.id,
    usage: header.usage,
    state: read.state,
    ...(header.cameUnder !== undefined && { cameUnder: header.cameUnder }),
  }));
  if (options.json === true) printJson({ keys });
  else {
    const rows = keys.map(({ name, version, usage, state, id }) => [name, String(version), usage, state, id]);
    print(formatTable(["NAME", "VERSION", "USAGE", "STATE", "ID"], rows));
  }
  if (options.statements !== undefined) await writeSuspensions(config, exposed, options.statements, options.pinFile);
}

function findExposed(config: ServerConfig, selected: string): Promise<readonly ExposedKey[]> {
  return withRegister(config.register, async (register) => {
    const { name, version } = parseKeySelector(selected);
    const { header } = await register.get(name, version);
    const lifeOf = readLives(config, register);
    const all = (await listAllKeys(register)).map((record) => record.header);
    return [header, ...keysUnder(header.id, all)].map((key) => ({ header: key, read: lifeOf(key) }));
  });
}

/** One file for each key, named by its id: names of keys have slashes. */
function writeSuspensions(
  config: ServerConfig,
  exposed: readonly ExposedKey[],
  folder: string,
  pinFile: string | undefined,
): Promise<void> {
  return withLifeDesk(config, pinFile, async (desk) => {
    const now = Math.floor(Date.now() / 1_000);
    for (const { header: exposedKey } of exposed) {
      const { header, recorded } = await desk.find(exposedKey);
      const key = `${header.name}@${header.version}`;
      if (isSuspendable(recorded.life)) {
        const change = { kind: "suspend", reason: "compromised" } as const;
        const { statement } = draftChange(header, recorded, change, desk.directory, now);
        const file = join(folder, `${header.id}.statement`);
        writeStatementFile(file, statement);
        note(`${key}: ${file}`);
      } else note(`${key} is ${recorded.life.state}: there is nothing to suspend.`);
    }
  });
}
