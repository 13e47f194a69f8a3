import { Command, InvalidArgumentError } from "commander";
import { describeFault, type RegisterVerdict } from "../../../store/index.js";
import { loadConfig, type ServerConfig } from "../../config/index.js";
import { EXIT } from "../../exit-codes.js";
import { formatPairs, note, print, printJson } from "../../output/index.js";
import { examineRegister, readAnchor } from "../../register/index.js";
import { withTokenEngine } from "../../token/index.js";
import { type TokenCommandOptions, withToken } from "../options.js";

interface VerifyOptions extends TokenCommandOptions {
  readonly offline?: boolean;
  readonly expect?: number;
  readonly json?: boolean;
}

const HELP = `
Checks every entry of the journal, its sealed head, every record by its digest, and every key's seal in the token. Where the configuration
has an audit log, the register must have passed where the log last noted it to stand. Changes nothing; the service may run meanwhile.
Without a journal the register is not yet sealed: see \`pinmac register seal\`.

Example:
  $ pinmac register verify --json`;

/** `pinmac register verify` */
export function createVerifyCommand(): Command {
  return withToken(new Command("verify"))
    .description("Check that every record is what was registered. Ends with 4 when one is not, and names each.")
    .option("--offline", "without the token: no seal is checked")
    .option(
      "--expect <number>",
      "the register must have had so many changes at least: noted at an earlier verification",
      changeNumber,
    )
    .option("--json", "print JSON")
    .addHelpText("after", HELP)
    .action(verify);
}

async function verify(options: VerifyOptions): Promise<void> {
  const config = loadConfig(options.config);
  const verdict = await examine(config, options);
  const isShort = (verdict.head?.seq ?? 0) < (options.expect ?? 0);
  const holds = verdict.faults.length === 0 && !isShort;
  if (options.json === true) printJson(toJson(verdict, holds, options));
  else print(toText(verdict, holds, isShort, options));
  process.exitCode = holds ? EXIT.DONE : EXIT.VERIFICATION;
}

async function examine(config: ServerConfig, { offline, pinFile }: VerifyOptions): Promise<RegisterVerdict> {
  const anchor = await readAnchor(config);
  if (offline === true) return examineRegister(config.register, { anchor });
  return withTokenEngine(config, pinFile, (engine) => examineRegister(config.register, { engine, anchor, ...progress() }));
}

const PROGRESS_STEP = 6_400;

function progress() {
  if (!process.stderr.isTTY) return {};
  return {
    onProgress: (checked: number) => {
      if (checked % PROGRESS_STEP === 0) note(`${checked} seals hold or are noted so far`);
    },
  };
}

function toJson({ keys, initialKeys, entries, head, faults }: RegisterVerdict, holds: boolean, { offline }: VerifyOptions) {
  return {
    holds,
    sealsChecked: offline !== true,
    keys,
    initialKeys,
    changes: entries,
    head:
      head === undefined
        ? null
        : { registerId: head.registerId.toString("hex"), seq: head.seq, hash: head.hash.toString("hex") },
    faults: faults.map((fault) => ({ ...fault, text: describeFault(fault) })),
  };
}

function toText(verdict: RegisterVerdict, holds: boolean, isShort: boolean, { offline, expect }: VerifyOptions): string {
  const { keys, initialKeys, head, faults } = verdict;
  const pairs = formatPairs([
    ["keys", String(keys)],
    ["initial keys", `${initialKeys} devices noted`],
    ["changes", head === undefined ? "none journaled" : `${head.seq}, the last with the hash ${head.hash.toString("hex")}`],
    ["seals", offline === true ? "not checked: --offline" : "checked in the token"],
  ]);
  if (holds) return `The register holds.\n${pairs}`;
  const short = isShort ? [`the register has fewer changes than ${expect}: it was rolled back`] : [];
  const lines = [...faults.map(describeFault), ...short].map((line) => `  ${line}`);
  return `The register DOES NOT HOLD:\n${lines.join("\n")}\n${pairs}`;
}

function changeNumber(text: string): number {
  if (!/^[1-9][0-9]{0,14}$/.test(text)) throw new InvalidArgumentError("a number of changes, from 1.");
  return Number(text);
}
