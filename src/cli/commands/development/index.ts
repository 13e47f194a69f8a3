/**
 * `pinmac development …`: what a developer's machine needs and production must not have.
 * Only `program.ts` calls it.
 */
import { Command } from "commander";
import { createCertificatesCommand } from "./certificates.js";

/** The group of commands for development. */
export function createDevelopmentCommand(): Command {
  return new Command("development")
    .description("Things for a developer's machine, never for production.")
    .addCommand(createCertificatesCommand());
}
