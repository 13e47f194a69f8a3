import { Command } from "commander";
import { loadConfig } from "../config/index.js";
import { type ConfigOption, wholeNumber, withConfig } from "./options.js";

const HELP = `
Stops with every reason at once when the configuration is insecure or incomplete. Logs JSON lines to standard error. SIGTERM or
Ctrl-C: takes no new call, finishes those in flight (drainSeconds), logs out of the token.

Example:
  $ pinmac serve --config /etc/pinmac/server.yaml 2>> /var/log/pinmac.log`;

/** `pinmac serve` */
export function createServeCommand(): Command {
  return withConfig(new Command("serve"))
    .description("Run the service in the foreground.")
    .option("--allow-insecure-development", "allow insecureLoopback of the configuration, in the test environment only")
    .option("--fronts <number>", "processes that take calls (default: `fronts` of the configuration)", wholeNumber(1))
    .addHelpText("after", HELP)
    .action(async (options: ConfigOption & { readonly allowInsecureDevelopment?: boolean; readonly fronts?: number }) => {
      const given = loadConfig(options.config);
      const config = { ...given, fronts: options.fronts ?? given.fronts };
      process.title = "pinmac serve";
      const { serve } = await import("../serve/index.js");
      const exitCode = await serve(config, { allowInsecureDevelopment: options.allowInsecureDevelopment === true });
      // Everything is drained and closed. gRPC does not know of connections that never finished their handshake; one of them, held
      // open by whoever made it, would keep this process alive.
      process.exit(exitCode);
    });
}
