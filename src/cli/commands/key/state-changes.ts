import { Command, Option } from "commander";
import {
  DEFAULT_WAITING_DAYS,
  type KeyChange,
  type KeyChangeKind,
  SUSPENSION_REASONS,
  type SuspensionReason,
} from "../../../lifecycle/index.js";
import { loadConfig } from "../../config/index.js";
import { parseKeySelector } from "../../keys/index.js";
import { approveAtTerminal, type Order, settleOrders, withLifeDesk } from "../../life/index.js";
import { print } from "../../output/index.js";
import { type TokenCommandOptions, wholeNumber, withToken } from "../options.js";

/** The options of a change. */
export interface ChangeOptions {
  readonly reason?: SuspensionReason;
  readonly overlapDays?: number;
  readonly waitingDays?: number;
}

type StateOptions = TokenCommandOptions & ChangeOptions & { readonly officerKeys?: string };

const DESCRIPTIONS: Readonly<Record<KeyChangeKind, string>> = {
  activate: "Put a pending key into use.",
  suspend: "Stop a key; it may be resumed, unless it was compromised.",
  resume: "Put a suspended key into use again.",
  retire: "Take a key out of use; it can be restored until it is destroyed.",
  restore: "Make a retired key again what it was.",
  destroy: "Destroy a retired key whose waiting time is over. Irreversible.",
};

const HELP = `
Two key managers sign at the terminal, each with their own key file. See docs/key-life.md.`;

/** `pinmac key activate`, `suspend`, `resume`, `retire`, `restore`, `destroy` */
export function createStateCommands(): readonly Command[] {
  return (Object.keys(DESCRIPTIONS) as KeyChangeKind[]).map((kind) =>
    withChangeOptions(withSigners(new Command(kind)), kind)
      .description(DESCRIPTIONS[kind])
      .argument("<key>", "NAME@VERSION, or NAME for the newest version")
      .addHelpText("after", HELP)
      .action((key: string, options: StateOptions) =>
        settleAtTerminal(options, [{ key: parseKeySelector(key), change: changeOf(kind, options) }]),
      ),
  );
}

/** Adds the options of that kind of change. */
export function withChangeOptions(command: Command, kind: KeyChangeKind): Command {
  if (kind === "suspend") {
    return command.addOption(
      new Option("--reason <reason>", "why; a compromised key is never used again")
        .choices(SUSPENSION_REASONS)
        .default("precaution"),
    );
  }
  if (kind !== "retire") return command;
  return command
    .option("--overlap-days <days>", "how long it still verifies and translates what comes in", wholeNumber(0), 0)
    .option("--waiting-days <days>", "how long it can be restored", wholeNumber(1), DEFAULT_WAITING_DAYS);
}

/** Adds what it takes to sign at the terminal. */
export function withSigners(command: Command): Command {
  return withToken(command).option(
    "--officer-keys <folder>",
    "where the officers' key files are, as NAME.key (default: each is asked)",
  );
}

/** The change that the options say. */
export function changeOf(kind: KeyChangeKind, options: ChangeOptions): KeyChange {
  const { reason = "precaution", overlapDays = 0, waitingDays = DEFAULT_WAITING_DAYS } = options;
  if (kind === "suspend") return { kind, reason };
  return kind === "retire" ? { kind, overlapDays, waitingDays } : { kind };
}

/** Has two officers sign the orders at the terminal, and makes them, all or none. */
export function settleAtTerminal(options: StateOptions, orders: readonly Order[]): Promise<void> {
  return withLifeDesk(loadConfig(options.config), options.pinFile, async (desk) => {
    const settled = await settleOrders(desk, orders, (statements) => approveAtTerminal(statements, options.officerKeys));
    for (const { header, after } of settled) print(`${header.name}@${header.version} ${after.state}`);
  });
}
