import type { KeyUsage } from "../../../keyblock/index.js";
import type { MacParameters, MacScheme } from "../../../mac/index.js";
import { ConfigurationError } from "../../errors/index.js";
import type { ParameterOptions } from "./draft-options.js";
import type { UsageDefaults } from "./usage-defaults.js";

/** ISO/IEC 9797-1 leaves the padding open; the others bring their own. */
const PADDED_SCHEMES: readonly MacScheme[] = ["ISO9797_1_ALG1", "ISO9797_1_ALG3"];

/** A BDK's MACs, when nothing is said about their length. */
const BDK_MAC_LENGTH = 8;

/**
 * The MAC parameters of the key to be made, if it makes MACs.
 * @throws ConfigurationError when a parameter that is never guessed is missing
 */
export function buildMac(options: ParameterOptions, defaults: UsageDefaults, usage: KeyUsage): MacParameters | undefined {
  const scheme = options.macScheme ?? defaults.scheme;
  if (scheme === undefined) {
    if (defaults.schemeRequired === true) throw new ConfigurationError(`A key of usage ${usage} needs --mac-scheme.`);
    if (options.macPadding !== undefined || options.macLength !== undefined) {
      throw new ConfigurationError("--mac-padding and --mac-length need --mac-scheme.");
    }
    return undefined;
  }
  return {
    scheme,
    paddingMethod: choosePadding(scheme, options.macPadding),
    length: options.macLength ?? defaults.macLength ?? BDK_MAC_LENGTH,
  };
}

function choosePadding(scheme: MacScheme, given: number | undefined): 0 | 1 | 2 {
  if (!PADDED_SCHEMES.includes(scheme)) {
    if (given !== undefined) throw new ConfigurationError(`${scheme} has its own padding: leave --mac-padding out.`);
    return 0;
  }
  if (given !== 1 && given !== 2) throw new ConfigurationError(`${scheme} needs --mac-padding 1 or 2.`);
  return given;
}
