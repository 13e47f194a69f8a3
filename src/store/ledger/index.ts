/**
 * Which KSNs were used: a durable mark per BDK version, device and use, that only rises. No clock, no key, no message.
 * The service spends here before the engine works and before anything is answered; the CLI may look.
 * One SQLite file that several fronts may share; decisions are taken inside its transactions and nowhere else.
 */
export type { DeviceState, DeviceUse, KsnLedger, KsnSpend, KsnUse, SpendOutcome } from "./ksn-ledger.js";
export { type KsnLedgerOptions, openKsnLedger } from "./sqlite-ledger.js";
export { transactionsLeft } from "./transactions-left.js";
