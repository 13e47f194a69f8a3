import { existsSync } from "node:fs";
import type { Logger } from "pino";
import type { LaneEngine } from "../../engine/lanes/index.js";
import { RegisteredLives } from "../../lifecycle/index.js";
import { readOfficerDirectory } from "../../officers/index.js";
import type { KeyRegister } from "../../store/index.js";
import type { ServerConfig } from "../config/index.js";
import { ConfigurationError } from "../errors/index.js";
import { auditKeyOf } from "../token/index.js";

/**
 * The lives of the register's keys, every record of them checked. Where the officers' directory is, keys begin pending and officers decide;
 * in the test environment there need be none, and every key is in use.
 * @throws ConfigurationError in production, or when there are records, without a directory; DirectoryFault when it does not hold
 */
export function openLives(
  config: ServerConfig,
  engine: Pick<LaneEngine, "auditPublicKey">,
  register: KeyRegister,
  logger: Logger,
): RegisteredLives | undefined {
  const path = config.officers;
  if (!existsSync(path)) {
    refuseWithoutOfficers(config, register, path);
    return undefined;
  }
  const key = auditKeyOf(engine);
  // Also when nobody has decided anything yet: a directory that does not hold is no reason to serve.
  readOfficerDirectory(path, key);
  const directory = () => readOfficerDirectory(path, key);
  const lives = new RegisteredLives({ source: register, directory, initialState: "pending" });
  for (const { keyId, code } of lives.faults)
    logger.error({ keyId, code }, "a record of the key's state does not hold; the key is refused");
  return lives;
}

function refuseWithoutOfficers({ environment }: ServerConfig, register: KeyRegister, path: string): void {
  if (environment === "production") {
    throw new ConfigurationError(`${path}: production needs the officers' directory, since officers put keys into use.`);
  }
  if (register.statesAfter(0).length > 0) {
    throw new ConfigurationError(`${path}: officers decided about keys of this register, and their directory is not there.`);
  }
}
