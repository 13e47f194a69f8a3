import { z } from "zod";
import type { Environment } from "../../keyblock/key-header.js";
import { isLedgerModePattern, LEDGER_MODES, type LedgerMode } from "../../service/spending/ledger-modes.js";
import { resolveFrom } from "./paths.js";

const path = z.string({ error: "must be a path." }).min(1, "must not be empty.");
const whole = (least: number, most: number) => {
  const error = `must be a whole number from ${least} to ${most}.`;
  return z.int({ error }).min(least, error).max(most, error);
};
const mode = z.enum(LEDGER_MODES, { error: `must be ${LEDGER_MODES.join(", ")}.` });
const pattern = z.string().refine(isLedgerModePattern, "must be a BDK's name, or a folder with /* behind it.");

/** As the store takes them. */
const MOST_FAILURES = 1_000_000;
const LONGEST_WINDOW_SECONDS = 31_622_400;

const limit = z.strictObject({ failures: whole(1, MOST_FAILURES), windowSeconds: whole(1, LONGEST_WINDOW_SECONDS) });

/** `ledger` of the server's configuration. */
export const LEDGER_SCHEMA = z.strictObject({
  path,
  mode: mode.default("enforce"),
  modes: z.record(pattern, mode).default({}),
  outOfOrderWindow: whole(0, 32).default(0),
});

/** `budgets` of the server's configuration. */
export const BUDGETS_SCHEMA = z.strictObject({
  path,
  pinBlock: limit,
  pinVerification: limit,
  mac: limit,
  pinBlockPanWindowSeconds: whole(1, LONGEST_WINDOW_SECONDS),
});

/** Where used KSNs are noted, and what is done about one that comes again. */
export interface LedgerSettings {
  readonly path: string;
  /** Of BDKs that `modes` does not name. */
  readonly mode: LedgerMode;
  /** By name, or by folder (`pos/*`). */
  readonly modes: Readonly<Record<string, LedgerMode>>;
  readonly outOfOrderWindow: number;
}

interface Limit {
  readonly failures: number;
  readonly windowSeconds: number;
}

/** How many failures are allowed. */
export interface BudgetSettings {
  readonly path: string;
  readonly pinBlock: Limit;
  readonly pinVerification: Limit;
  readonly mac: Limit;
  readonly pinBlockPanWindowSeconds: number;
}

/** Both, of a configuration that may name neither. */
export interface SpendingSettings {
  readonly ledger?: LedgerSettings;
  readonly budgets?: BudgetSettings;
}

/** The settings that are given, their paths made absolute. */
export function resolveSpending(
  file: string,
  ledger: LedgerSettings | undefined,
  budgets: BudgetSettings | undefined,
): SpendingSettings {
  return {
    ...(ledger && { ledger: { ...ledger, path: resolveFrom(file, ledger.path) } }),
    ...(budgets && { budgets: { ...budgets, path: resolveFrom(file, budgets.path) } }),
  };
}

/** What is missing in production, as sentences. */
export function findSpendingProblems(
  file: string,
  environment: Environment,
  { ledger, budgets }: SpendingSettings,
): readonly string[] {
  if (environment !== "production") return [];
  return [
    ...(ledger === undefined
      ? [`${file}: ledger is missing. Without one a KSN can be used again and again: not in production.`]
      : []),
    ...(budgets === undefined
      ? [`${file}: budgets is missing. Without it PINs and MACs can be guessed for ever: not in production.`]
      : []),
  ];
}
