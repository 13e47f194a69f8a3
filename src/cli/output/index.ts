/**
 * What the commands write: results to standard output, remarks to standard error, tables and JSON.
 * Every command uses it; nothing else in the project writes to a terminal.
 */
export { note, print, printJson } from "./print.js";
export { formatPairs, formatTable } from "./table.js";
