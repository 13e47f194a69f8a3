/**
 * How often a caller, a key or a card failed lately, and which PAN a PIN block came with. Digests and times only: no PAN, no PIN block.
 * The service asks before the engine works and tells after it failed.
 * One SQLite file that several fronts may share, and beside it the secret that makes the digests.
 */
export { budgetKey } from "./budget-key.js";
export { loadBudgetSecret } from "./budget-secret.js";
export {
  BUDGET_KINDS,
  type BudgetKind,
  type BudgetLimit,
  type BudgetSubject,
  type FailureBudgets,
  type PinBlockBinding,
  type PinBlockUse,
} from "./failure-budgets.js";
export { type FailureBudgetsOptions, openFailureBudgets } from "./sqlite-budgets.js";
