/**
 * What a ceremony asks of the terminal and how it asks: progress, hidden entry with three tries, phrases typed exactly. The terminal itself
 * is a port, which the CLI implements on /dev/tty; nothing here reads or writes a device.
 */
export { askThrice, confirmPhrase, isSameSecret, type Try } from "./ask.js";
export type { CeremonyTerminal } from "./ceremony-terminal.js";
export { type ComponentEntry, type ComponentShow, enterComponent, showComponent } from "./component-entry.js";
export { type RefusedTry, TRIED_THINGS, type TriedQuestion, type TriedThing } from "./refused-try.js";
export { TERMINAL_ENDS, type TerminalEnd, TerminalEnded } from "./terminal-ended.js";
export { MAX_TRIES, TriesExhausted } from "./tries-exhausted.js";
