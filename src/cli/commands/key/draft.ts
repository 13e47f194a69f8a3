import { type AesDukptType, DUKPT_TYPES, type DukptKeyType } from "../../../dukpt/index.js";
import type { KeyBlockDraft } from "../../../engine/commands/command.js";
import type {
  Environment,
  Ibm3624Parameters,
  KeyAlgorithm,
  KeyBlockVersion,
  KeyHeaderDraft,
  KeyUsage,
} from "../../../keyblock/index.js";
import { ConfigurationError } from "../../errors/index.js";
import { buildMac } from "./draft-mac.js";
import type { DraftOptions, ParameterOptions } from "./draft-options.js";
import { DEFAULT_LENGTHS, USAGE_DEFAULTS } from "./usage-defaults.js";

/** Of a key block's key: what its defaults depend on. */
export interface BlockKind {
  readonly usage: KeyUsage;
  readonly algorithm: KeyAlgorithm;
}

const AES_BDK_TYPES: Readonly<Record<number, AesDukptType>> = { 16: "AES_128", 24: "AES_192", 32: "AES_256" };

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
  const { usage } = options;
  const defaults = USAGE_DEFAULTS[usage];
  const algorithm = options.algorithm ?? defaults.algorithm;
  const length = keyLength ?? options.length ?? DEFAULT_LENGTHS[algorithm];
  return {
    ...buildParameters(options, { usage, algorithm }, version, environment, length),
    usage,
    algorithm,
    keyLength: length,
    modeOfUse: options.mode ?? defaults.mode,
    exportability: options.exportability ?? "N",
  };
}

/**
 * The same of a key that comes in a key block: what the block does not say.
 * @param keyLength where the block tells it: the kind of an AES BDK follows from it
 * @throws ConfigurationError as `buildDraft`
 */
export function buildParameters(
  options: ParameterOptions,
  kind: BlockKind,
  version: number,
  environment: Environment,
  keyLength?: number,
): KeyBlockDraft {
  return {
    name: options.name,
    version,
    environment,
    owner: options.owner,
    ...defined("notBefore", options.notBefore),
    ...defined("notAfter", options.notAfter),
    ...defined("mac", buildMac(options, USAGE_DEFAULTS[kind.usage], kind.usage)),
    ...defined("dukptType", options.dukptType ?? defaultDukptType(kind, keyLength)),
    ...defined("dukptWorkingKeys", buildWorkingKeys(options, kind)),
    ...defined("keyBlockVersion", options.keyBlockVersion ?? defaultVersion(kind)),
    ...defined("ibm3624", buildIbm3624(options, kind.usage)),
  };
}

/** A property, or none: no header holds an undefined one. */
function defined<Name extends string, Value>(name: Name, value: Value | undefined): { readonly [key in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [key in Name]: Value });
}

function defaultDukptType({ usage, algorithm }: BlockKind, keyLength: number | undefined): KeyHeaderDraft["dukptType"] {
  if (usage !== "B0") return undefined;
  if (algorithm !== "AES") return DUKPT_TYPES[0];
  return keyLength === undefined ? undefined : AES_BDK_TYPES[keyLength];
}

function defaultVersion({ usage, algorithm }: BlockKind): KeyBlockVersion | undefined {
  if (usage !== "K1") return undefined;
  return algorithm === "AES" ? "D" : "B";
}

function buildWorkingKeys(
  { dukptPinKey: pin, dukptMacKey: mac, macScheme }: ParameterOptions,
  { usage, algorithm }: BlockKind,
): KeyHeaderDraft["dukptWorkingKeys"] {
  if (usage === "B0" && algorithm === "AES") checkWorkingKeys(pin, mac, macScheme !== undefined);
  if (pin === undefined && mac === undefined) return undefined;
  return { ...defined("pin", pin), ...defined("mac", mac) };
}

function checkWorkingKeys(pin: DukptKeyType | undefined, mac: DukptKeyType | undefined, hasScheme: boolean): void {
  if (pin === undefined && mac === undefined) {
    throw new ConfigurationError("An AES BDK needs --dukpt-pin-key, or --dukpt-mac-key with --mac-scheme, or both.");
  }
  if ((mac !== undefined) !== hasScheme) throw new ConfigurationError("--dukpt-mac-key and --mac-scheme need each other.");
}

function buildIbm3624(options: ParameterOptions, usage: KeyUsage): Ibm3624Parameters | undefined {
  const { decimalizationTable, validationData } = options;
  if (decimalizationTable !== undefined && validationData !== undefined) return { ...decimalizationTable, ...validationData };
  if (usage === "V1" || decimalizationTable !== undefined || validationData !== undefined) {
    throw new ConfigurationError("A V1 key needs --decimalization-table and --validation-data.");
  }
  return undefined;
}
