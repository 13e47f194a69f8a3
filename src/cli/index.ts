/**
 * The `pinmac` command line: configuration, prompts, output, and one file for each subcommand under commands/.
 * It may use everything below it; nothing imports it. `main.ts` is the program.
 */
export { EXIT, type ExitCode } from "./exit-codes.js";
export { createProgram } from "./program.js";
