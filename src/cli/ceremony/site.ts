import { dirname, isAbsolute, join, resolve } from "node:path";
import type { AuditPublicKey } from "../../audit/index.js";
import type { CeremonySite } from "../../ceremony/run/index.js";
import type { CeremonyTerminal } from "../../ceremony/terminal/index.js";
import { OfficerError, readOfficerDirectory } from "../../officers/index.js";
import type { ServerConfig } from "../config/index.js";
import { auditKeyFileBeside, readAuditKeyFile } from "../files/index.js";
import { withRegister } from "../keys/index.js";
import { type TokenPin, tokenAddress } from "../token/index.js";
import { openOfficerKey } from "./officer-keys.js";

/** What a site is made of. */
export interface SiteOptions {
  readonly config: ServerConfig;
  readonly pin: TokenPin;
  readonly terminal: CeremonyTerminal;
  /** Paths in the plan are relative to it. */
  readonly planFile: string;
  readonly officerKeys: string | undefined;
}

/** The site of a ceremony on this machine. Nothing is opened before it is asked for. */
export async function openSite({ config, pin, terminal, planFile, officerKeys }: SiteOptions): Promise<CeremonySite> {
  const { EngineFounding, openCeremonyToken } = await import("../../engine/index.js");
  const { environment, hsm, officers: directoryFile } = config;
  const optionsFor = (tokenSerial: string) => ({ ...tokenAddress(hsm), tokenSerial, readPin: pin.read, environment });
  const folder = dirname(resolve(planFile));
  return {
    environment,
    tokenLabel: hsm.tokenLabel,
    terminal,
    directoryFile,
    readDirectory: async () => {
      const key = readAuditKey(directoryFile);
      return { directory: readOfficerDirectory(directoryFile, key), key };
    },
    withRegister: (work, sealHead) => withRegister(config.register, work, sealHead),
    resolve: (path) => (isAbsolute(path) ? path : join(folder, path)),
    openOfficerKey: (name) => openOfficerKey(terminal, officerKeys, name),
    openToken: (serial) => openCeremonyToken(optionsFor(serial)),
    beginFounding: (serial, planDigest) => EngineFounding.begin({ ...optionsFor(serial), planDigest }),
  };
}

/** @throws OfficerError DIRECTORY_UNREADABLE */
function readAuditKey(directoryFile: string): AuditPublicKey {
  try {
    return readAuditKeyFile(auditKeyFileBeside(directoryFile));
  } catch (cause) {
    throw new OfficerError("DIRECTORY_UNREADABLE", cause);
  }
}
