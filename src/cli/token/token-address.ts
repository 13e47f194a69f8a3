import type { TokenAddress } from "../../hsm/token-options.js";
import type { HsmProfile } from "../config/index.js";

/** Which token the profile means. */
export function tokenAddress(profile: HsmProfile): TokenAddress {
  return {
    modulePath: profile.module,
    moduleEnvironment: profile.moduleEnvironment,
    tokenLabel: profile.tokenLabel,
    ...(profile.libraryParameters === undefined ? {} : { libraryParameters: profile.libraryParameters }),
    ...(profile.tokenSerial === undefined ? {} : { tokenSerial: profile.tokenSerial }),
  };
}
