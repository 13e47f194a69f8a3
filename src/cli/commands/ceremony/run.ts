import { Command } from "commander";
import { toWords } from "../../../base/index.js";
import type { TranscriptHead } from "../../../ceremony/transcript/index.js";
import { openSite } from "../../ceremony/index.js";
import { loadConfig } from "../../config/index.js";
import { note, print } from "../../output/index.js";
import { withScreen } from "../../terminal/index.js";
import { obtainTokenPin } from "../../token/index.js";
import { readVersion } from "../../version.js";
import { type TokenCommandOptions, withToken } from "../options.js";
import { readPlanFile } from "./plan-file.js";

const HELP = `
Runs a ceremony as its plan says, on this terminal: one officer after the other authenticates, does their step and signs it. Ctrl-C ends it at
every question. Whatever ends it before its last step leaves no key, and a transcript that says why.
Each officer's key is NAME.key in the folder of --officer-keys, or is asked for.

Exit codes: 0 done; 1 aborted; 2 the plan or the configuration does not allow it, nothing was touched; 3 the HSM.

Example:
  $ pinmac ceremony run load-bdk.yaml --officer-keys /media/officers`;

interface RunOptions extends TokenCommandOptions {
  readonly officerKeys?: string;
}

/** `pinmac ceremony run` */
export function createRunCommand(): Command {
  return withToken(new Command("run"))
    .description("Run a ceremony by its plan, with its officers at this terminal.")
    .argument("<file>", "the plan (YAML)")
    .option("--officer-keys <folder>", "where the officers' key files are (default: each is asked for)")
    .addHelpText("after", HELP)
    .action(run);
}

async function run(file: string, options: RunOptions): Promise<void> {
  const config = loadConfig(options.config);
  const read = readPlanFile(file);
  // They load the PKCS#11 binding, which no other command should.
  const { createWork } = await import("../../../ceremony/kinds/index.js");
  const { runCeremony } = await import("../../../ceremony/run/index.js");
  const pin = await obtainTokenPin(config.hsm, options.pinFile);
  try {
    await withScreen(async (terminal) => {
      const site = await openSite({ config, pin, terminal, planFile: file, officerKeys: options.officerKeys });
      const head = await runCeremony({ read, work: createWork(read, site), site, version: readVersion() });
      terminal.clear([`${read.plan.ceremony}: done`]);
      report(head, site.resolve(read.plan.transcript));
    });
  } finally {
    pin.wipe();
  }
}

function report({ hash }: TranscriptHead, transcript: string): void {
  note("The ceremony is done. Its transcript ends with these words, to be signed on paper:");
  const words = toWords(hash).split("-");
  note(`  ${words.slice(0, 8).join(" ")}`);
  note(`  ${words.slice(8).join(" ")}`);
  print(transcript);
}
