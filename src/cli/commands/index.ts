/**
 * The subcommands of `pinmac`, one file each: options, help, and the few calls that do the work.
 * Only `program.ts` puts them together. What is heavy to load is imported by the action that needs it.
 */
export type { ConfigOption, TokenCommandOptions } from "./options.js";
