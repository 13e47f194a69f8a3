import type { SecretBytes } from "../../base/index.js";
import type { TokenOptions } from "../../hsm/index.js";
import type { ServerConfig } from "../config/index.js";

/** The token of the configuration, with a PIN that was obtained before: it is moved into the copy that is asked for. */
export function tokenOptions(config: ServerConfig, pin: SecretBytes): TokenOptions {
  const { hsm } = config;
  return {
    modulePath: hsm.module,
    moduleEnvironment: hsm.moduleEnvironment,
    tokenLabel: hsm.tokenLabel,
    ...(hsm.tokenSerial === undefined ? {} : { tokenSerial: hsm.tokenSerial }),
    readPin: () => pin,
    environment: config.environment,
  };
}
