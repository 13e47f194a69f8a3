/**
 * The terminal as a place to type secrets: always /dev/tty, no echo, byte by byte into a wiped Buffer, never a string.
 * The commands and the ceremonies' prompts call it.
 */
export { HiddenLine, type KeyPressResult } from "./hidden-line.js";
export { promptHidden } from "./hidden-prompt.js";
export { withScreen } from "./with-screen.js";
