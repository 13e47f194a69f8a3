import { Refusal } from "../../base/index.js";
import { registerSealer } from "../../engine/register-sealer.js";
import type { KeyHeader } from "../../keyblock/index.js";
import { type RecordedLife, RegisteredLives } from "../../lifecycle/index.js";
import { type OfficerDirectory, readOfficerDirectory } from "../../officers/index.js";
import type { KeyRegister } from "../../store/index.js";
import type { ServerConfig } from "../config/index.js";
import { ConfigurationError } from "../errors/index.js";
import { type KeySelector, withRegister } from "../keys/index.js";
import { auditKeyOf, withTokenEngine } from "../token/index.js";

/** What it takes to decide about a key. */
export interface LifeDesk {
  readonly register: KeyRegister;
  readonly directory: OfficerDirectory;
  /** @throws Refusal KEY_NOT_FOUND, KEY_RECORD_CORRUPT */
  find(selector: KeySelector): Promise<{ readonly header: KeyHeader; readonly recorded: RecordedLife }>;
}

/**
 * Opens token, officers' directory and register for the time of `work`. The token seals what is written.
 * @throws ConfigurationError without officers; DirectoryFault; TokenStartError; StoreError
 */
export function withLifeDesk<T>(
  config: ServerConfig,
  pinFile: string | undefined,
  work: (desk: LifeDesk) => Promise<T>,
): Promise<T> {
  return withTokenEngine(config, pinFile, (engine) => {
    const directory = readOfficerDirectory(config.officers, auditKeyOf(engine));
    if (directory.head.seq === 0) throw new ConfigurationError(`${config.officers}: there are no officers yet.`);
    const open = (register: KeyRegister) => work(openDesk(register, directory));
    return withRegister(config.register, open, registerSealer(engine));
  });
}

function openDesk(register: KeyRegister, directory: OfficerDirectory): LifeDesk {
  const lives = new RegisteredLives({ source: register, directory: () => directory, initialState: "pending" });
  return {
    register,
    directory,
    find: async ({ name, version }) => {
      const { header } = await register.get(name, version);
      const recorded = lives.find(header);
      if (!("life" in recorded)) throw new Refusal("KEY_RECORD_CORRUPT", { requirement: recorded.code });
      return { header, recorded };
    },
  };
}
