import { existsSync } from "node:fs";
import type { KeyHeader } from "../../keyblock/index.js";
import { type KeyLife, RegisteredLives } from "../../lifecycle/index.js";
import { readOfficerDirectory } from "../../officers/index.js";
import type { KeyRegister } from "../../store/index.js";
import type { ServerConfig } from "../config/index.js";
import { auditKeyFileBeside, readAuditKeyFile } from "../files/index.js";

/** What a key's state is, in one word, and its life if it has one. */
export interface ReadLife {
  /** One of the states; `corrupt` when a record does not hold; `-` where no officers decide. */
  readonly state: string;
  readonly life?: KeyLife;
}

/**
 * The lives of the register's keys, to be looked at without the token: the directory is checked with the audit key that lies beside it, and
 * whoever can write there could have put another one. The service checks with the token's own.
 * @throws DirectoryFault, OfficerError, ConfigurationError
 */
export function readLives(
  { officers }: Pick<ServerConfig, "officers">,
  register: KeyRegister,
): (header: KeyHeader) => ReadLife {
  const keyFile = auditKeyFileBeside(officers);
  if (!existsSync(officers) || !existsSync(keyFile)) return () => ({ state: "-" });
  const directory = readOfficerDirectory(officers, readAuditKeyFile(keyFile));
  const lives = new RegisteredLives({ source: register, directory: () => directory, initialState: "pending" });
  return (header) => {
    const found = lives.find(header);
    return "life" in found ? { state: found.life.state, life: found.life } : { state: "corrupt" };
  };
}
