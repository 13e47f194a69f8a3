/**
 * What a transaction costs: the KSN that it spends, the failures that it adds. Between the engine's outcome and the answer.
 * The handlers book through `book`; whoever starts the server opens the ledger and the budgets and gives them with `SpendingOptions`.
 */
export { book, type Circumstances } from "./book.js";
export { isLedgerModePattern, LEDGER_MODES, type LedgerMode, LedgerModes } from "./ledger-modes.js";
export type { FailureBooking, KsnBooking, SpendingOptions } from "./spending-options.js";
