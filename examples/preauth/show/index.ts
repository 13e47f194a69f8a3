/**
 * How the demo is shown: text for people, at most 100 columns, coloured on a terminal; or JSON.
 * Used by main.ts; it reads results and journal, and decides nothing.
 */
export { type ColorsOf, chooseColors } from "./colors.js";
export { describeOpening, type Opening } from "./opening.js";
export { toReport } from "./report.js";
export { describeStep } from "./step-text.js";
export { describeSummary } from "./summary.js";
