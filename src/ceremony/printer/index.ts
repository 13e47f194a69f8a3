/**
 * The printer of a ceremony: a raw device that a plan names, and the paper that a custodian takes from it. Nothing here asks or shows anything.
 * The kinds of ceremony use it in the custodians' steps.
 */
export { type ComponentPaper, writeComponentPaper } from "./component-paper.js";
export { PaperPrinter } from "./paper-printer.js";
