import { DUKPT_TYPES, type DukptType } from "../../../dukpt/index.js";
import type { Environment, KeyAlgorithm, KeyHeaderDraft, KeyUsage, ModeOfUse } from "../../../keyblock/index.js";
import type { MacParameters, MacScheme } from "../../../mac/index.js";
import { ConfigurationError } from "../../errors/index.js";
import type { DraftOptions } from "./draft-options.js";

interface UsageDefaults {
  readonly algorithm: KeyAlgorithm;
  readonly mode: ModeOfUse;
  readonly scheme?: MacScheme;
  /** Undefined: keys of this usage make no MACs unless a scheme is given. */
  readonly macLength?: number;
  /** The scheme must be said. */
  readonly schemeRequired?: boolean;
}

const DEFAULTS: Readonly<Record<KeyUsage, UsageDefaults>> = {
  B0: { algorithm: "TDES", mode: "X" },
  P0: { algorithm: "TDES", mode: "B" },
  M0: { algorithm: "TDES", mode: "C", scheme: "ISO9797_1_ALG1", macLength: 8 },
  M1: { algorithm: "DES", mode: "C", macLength: 8, schemeRequired: true },
  M3: { algorithm: "TDES", mode: "C", scheme: "ISO9797_1_ALG3", macLength: 8 },
  M6: { algorithm: "AES", mode: "C", scheme: "CMAC", macLength: 8 },
  M7: { algorithm: "HMAC", mode: "C", scheme: "HMAC_SHA256", macLength: 32 },
};

const DEFAULT_LENGTHS: Readonly<Record<KeyAlgorithm, number>> = { DES: 8, TDES: 16, AES: 32, HMAC: 32 };

/** ISO/IEC 9797-1 leaves the padding open; the others bring their own. */
const PADDED_SCHEMES: readonly MacScheme[] = ["ISO9797_1_ALG1", "ISO9797_1_ALG3"];

/** A BDK's MACs, when nothing is said about their length. */
const BDK_MAC_LENGTH = 8;

/**
 * The header of the key to be made, defaults filled in. What does not fit together is refused later, by the key rules themselves.
 * @param keyLength of the material in bytes; not given: `--length`, or the algorithm's default
 * @throws ConfigurationError when a parameter that is never guessed is missing
 */
export function buildDraft(
  options: DraftOptions,
  version: number,
  environment: Environment,
  keyLength?: number,
): KeyHeaderDraft {
  const defaults = DEFAULTS[options.usage];
  const algorithm = options.algorithm ?? defaults.algorithm;
  const mac = buildMac(options, defaults);
  const dukptType = options.dukptType ?? defaultDukptType(options.usage);
  return {
    name: options.name,
    version,
    usage: options.usage,
    algorithm,
    keyLength: keyLength ?? options.length ?? DEFAULT_LENGTHS[algorithm],
    modeOfUse: options.mode ?? defaults.mode,
    exportability: options.exportability,
    environment,
    owner: options.owner,
    ...(options.notBefore === undefined ? {} : { notBefore: options.notBefore }),
    ...(options.notAfter === undefined ? {} : { notAfter: options.notAfter }),
    ...(mac === undefined ? {} : { mac }),
    ...(dukptType === undefined ? {} : { dukptType }),
  };
}

function defaultDukptType(usage: KeyUsage): DukptType | undefined {
  return usage === "B0" ? DUKPT_TYPES[0] : undefined;
}

function buildMac(options: DraftOptions, defaults: UsageDefaults): MacParameters | undefined {
  const scheme = options.macScheme ?? defaults.scheme;
  if (scheme === undefined) {
    if (defaults.schemeRequired === true) throw new ConfigurationError(`A key of usage ${options.usage} needs --mac-scheme.`);
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
