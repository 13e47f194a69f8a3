/**
 * The parties of the demo: terminals, switch, issuer, and one who tampers. Each knows its own keys only, the switch none at all.
 * Used by the scenario. They talk over TCP and write what they do into one journal, for show.
 */
export { AuthorizationBook } from "./authorization-book.js";
export type { BurstResult } from "./burst.js";
export type { Card, PinEntry } from "./card.js";
export { dukptSecurity } from "./dukpt-security.js";
export type { Handover, HandoverResult } from "./handover.js";
export { Issuer, type IssuerZone } from "./issuer.js";
export { aesZone, tdesZone } from "./issuer-zones.js";
export { type CallEvent, type CallPart, Journal, type JournalEvent, type KeyUse, type MessageEvent } from "./journal.js";
export { describeMoney, type Money } from "./money.js";
export { Protection } from "./protection.js";
export type { Route } from "./route.js";
export { stuckDevice } from "./stuck-device.js";
export { Switch } from "./switch.js";
export { tamperWith } from "./tamperer.js";
export { Terminal, type TransactionResult } from "./terminal.js";
export { dukptLine, type TerminalLine, unionPayLine } from "./terminal-lines.js";
export { unionPaySecurity } from "./unionpay-security.js";
