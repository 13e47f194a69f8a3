import { Command, InvalidArgumentError } from "commander";
import { GROUPS, type Group } from "./groups/index.js";
import { FULL, QUICK, type Settings } from "./settings.js";

/** What the command line asks for. */
export interface Request {
  readonly groups: readonly Group[];
  readonly settings: Settings;
  readonly json: boolean;
  /** Whether every group is measured, in the settings of a full or quick run: only then the figures are kept. */
  readonly whole: boolean;
}

interface Options {
  readonly json?: true;
  readonly quick?: true;
  readonly rounds?: number;
  readonly seconds?: number;
  readonly lanes?: number;
  readonly window?: number;
  readonly concurrency?: number;
  readonly keys?: number;
}

/** Reads the command line; ends the process for `--help` and for what it does not understand. */
export function readCommandLine(argv: readonly string[]): Request {
  const program = new Command("npm run bench --")
    .description(
      "Measures pinmac on private SoftHSM tokens, each row in one run against its own baseline. Without a name: all groups, and the " +
        "figures are kept in bench/results/latest.json, docs/performance.md and its plots. With names: only those, and nothing is kept.",
    )
    .argument("[group...]", GROUPS.map(({ name }) => name).join(", "))
    .option("--quick", "short rounds: to see that it works, not to be quoted")
    .option("--json", "print JSON instead of tables")
    .option("--rounds <n>", "rounds of each subject and its baseline", parseCount)
    .option("--seconds <s>", "length of a round", parseSeconds)
    .option("--lanes <n>", "lanes of the servers", parseCount)
    .option("--window <n>", "requests without an answer on a stream", parseCount)
    .option("--concurrency <n>", "unary calls in flight", parseCount)
    .option("--keys <n>", "sealed terminal keys", parseCount)
    .addHelpText(
      "after",
      `\nGroups:\n${GROUPS.map(({ name, description }) => `  ${name.padEnd(10)} ${description}`).join("\n")}`,
    )
    .parse(argv.slice(), { from: "user" });
  const { json, quick, ...changes } = program.opts<Options>();
  const isChanged = Object.keys(changes).length > 0;
  const settings = quick ? QUICK : FULL;
  return {
    groups: chooseGroups(program),
    settings: isChanged ? { ...settings, ...changes, run: "custom" } : settings,
    json: json === true,
    whole: program.args.length === 0 && !isChanged,
  };
}

function chooseGroups(program: Command): readonly Group[] {
  if (program.args.length === 0) return GROUPS;
  return program.args.map((name) => {
    const group = GROUPS.find((known) => known.name === name);
    return group ?? program.error(`There is no group "${name}"; see --help.`);
  });
}

function parseCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new InvalidArgumentError("Not a positive integer.");
  return count;
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (!(seconds > 0 && seconds <= 600)) throw new InvalidArgumentError("Not a number of seconds up to 600.");
  return seconds;
}
