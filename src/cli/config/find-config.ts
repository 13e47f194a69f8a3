import { existsSync } from "node:fs";
import { ConfigurationError } from "../errors/configuration-error.js";
import { readServerConfig, type ServerConfig } from "./server-config.js";

/** What a checkout has. */
const IN_CHECKOUT = "hsm-config/development.server.yaml";

/**
 * The configuration that a command works on: `--config`, else $PINMAC_CONFIG, else the development configuration of the checkout
 * that is the working directory.
 * @throws ConfigurationError
 */
export function loadConfig(option: string | undefined): ServerConfig {
  const file = option ?? process.env["PINMAC_CONFIG"] ?? (existsSync(IN_CHECKOUT) ? IN_CHECKOUT : undefined);
  if (file === undefined) throw new ConfigurationError("No configuration: give --config FILE or set PINMAC_CONFIG.");
  return readServerConfig(file);
}
