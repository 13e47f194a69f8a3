#!/usr/bin/env node
import { CommanderError } from "commander";
import { reportFailure } from "./errors/index.js";
import { EXIT } from "./exit-codes.js";
import { hardenProcess } from "./harden-process.js";
import { createProgram } from "./program.js";

hardenProcess();
try {
  await createProgram().parseAsync(process.argv);
} catch (error) {
  // Commander has said what is wrong; `--help` and `--version` end with 0.
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? EXIT.DONE : EXIT.CONFIGURATION;
  else process.exitCode = reportFailure(error);
}
