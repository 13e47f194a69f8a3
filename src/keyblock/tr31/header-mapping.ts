import { Refusal } from "../../base/index.js";
import type { MacParameters, MacScheme } from "../../mac/mac-scheme.js";
import {
  EXPORTABILITIES,
  type Exportability,
  KEY_USAGES,
  type KeyHeader,
  type KeyHeaderDraft,
  MODES_OF_USE,
  type ModeOfUse,
} from "../key-header.js";
import { codeOf, findRuleByCode } from "./algorithm-rules.js";
import type { Tr31HeaderFields, Tr31OptionalBlock } from "./tr31-header.js";
import type { Tr31Version } from "./tr31-version.js";

/** What a draft needs and a key block does not say; the length is that of the opened key. */
export type Tr31DraftDefaults = Omit<KeyHeaderDraft, "usage" | "algorithm" | "modeOfUse" | "exportability">;

/** The optional block that names an HMAC key's hash, and its codes (X9.143, 6.3.6.5). */
const HASH_BLOCK_ID = "HM";
const HASH_CODES: Readonly<Partial<Record<MacScheme, string>>> = {
  HMAC_SHA224: "20",
  HMAC_SHA256: "21",
  HMAC_SHA384: "22",
  HMAC_SHA512: "23",
};

/** The largest key version that two digits can say. */
const MAX_KEY_VERSION = 99;

/** Mode N leaves a key what its usage implies (X9.143, table 4): the whole of it, by the first letter of the usage. */
const IMPLIED_MODES: Readonly<Record<string, ModeOfUse>> = { B: "X", D: "B", K: "B", M: "C", P: "B", V: "C" };

function fault(field: string): Refusal {
  return new Refusal("KEY_MATERIAL_INVALID", { field });
}

function oneOf<T extends string>(known: readonly T[], code: string | undefined, field: string): T {
  const found = known.find((candidate) => candidate === code);
  if (found === undefined) throw fault(field);
  return found;
}

/**
 * Whether a key may leave in a key block at all: N never; E and S under a registered key-encryption key, as strong as the key. What S would
 * allow beyond that, other forms than key blocks, is not offered.
 */
export function isExportable(exportability: Exportability): boolean {
  return exportability !== "N";
}

function hashBlocksOf({ algorithm, mac }: Pick<KeyHeader, "algorithm" | "mac">): readonly Tr31OptionalBlock[] {
  if (algorithm !== "HMAC") return [];
  const data = mac && HASH_CODES[mac.scheme];
  if (data === undefined) throw new RangeError("An HMAC key has a hash.");
  return [{ id: HASH_BLOCK_ID, data }];
}

/** What a session key's block says to the terminal: the counterpart of what the service may do, and that it goes no further. */
const COUNTERPART_MODES: Readonly<Record<ModeOfUse, ModeOfUse>> = { B: "B", C: "C", D: "E", E: "D", G: "V", V: "G", X: "X" };

/**
 * The header of a session key's block for its terminal: the mode is the counterpart of ours, the key does not leave the terminal, and it
 * has no version there.
 */
export function tr31SessionHeaderOf(
  header: Pick<KeyHeader, "usage" | "algorithm" | "modeOfUse" | "mac">,
  version: Tr31Version,
): Tr31HeaderFields {
  return {
    version,
    keyUsage: header.usage,
    algorithm: codeOf(header.algorithm),
    modeOfUse: COUNTERPART_MODES[header.modeOfUse],
    keyVersion: "00",
    exportability: "N",
    optionalBlocks: hashBlocksOf(header),
  };
}

/**
 * What a key block of a registered key says: usage, algorithm, mode of use and exportability as they are; versions above 99 as `00`, no
 * version.
 * @param version of the block, as the key-encryption key is bound to
 * @param optionalBlocks more of them, such as `KS` of an initial key; no padding
 * @throws RangeError for a key that is not exportable: the caller refuses it before, see `isExportable`
 */
export function tr31HeaderOf(
  header: KeyHeader,
  version: Tr31Version,
  optionalBlocks: readonly Tr31OptionalBlock[] = [],
): Tr31HeaderFields {
  if (!isExportable(header.exportability)) throw new RangeError("The key is not exportable.");
  return {
    version,
    keyUsage: header.usage,
    algorithm: codeOf(header.algorithm),
    modeOfUse: header.modeOfUse,
    keyVersion: header.version <= MAX_KEY_VERSION ? header.version.toString().padStart(2, "0") : "00",
    exportability: header.exportability,
    optionalBlocks: [...hashBlocksOf(header), ...optionalBlocks],
  };
}

function modeOf({ modeOfUse, keyUsage }: Tr31HeaderFields): ModeOfUse {
  const mode = modeOfUse === "N" ? IMPLIED_MODES[keyUsage.slice(0, 1)] : modeOfUse;
  return oneOf(MODES_OF_USE, mode, "mode_of_use");
}

/** An HMAC key's block names the hash that its MAC parameters do; no other key's block names one. */
function checkHash({ algorithm, optionalBlocks }: Tr31HeaderFields, mac: MacParameters | undefined): void {
  const hash = optionalBlocks.find(({ id }) => id === HASH_BLOCK_ID)?.data;
  if (algorithm !== "H") {
    if (hash !== undefined) throw fault("mac.scheme");
    return;
  }
  if (hash === undefined || mac === undefined || hash !== HASH_CODES[mac.scheme]) throw fault("mac.scheme");
}

/**
 * The draft of a key that came in a key block: what the block says of it, never more, and the defaults for the rest. Whether it all fits
 * together is for `checkKeyHeaderDraft`.
 * @param tr31 an authentic header: of `openTr31`
 * @throws Refusal KEY_MATERIAL_INVALID for codes that the register does not know; `field` is the field's name in pinmac.v1.Key
 */
export function keyDraftOf(tr31: Tr31HeaderFields, defaults: Tr31DraftDefaults): KeyHeaderDraft {
  const algorithm = findRuleByCode(tr31.algorithm)?.algorithm;
  if (algorithm === undefined) throw fault("algorithm");
  checkHash(tr31, defaults.mac);
  return {
    ...defaults,
    usage: oneOf(KEY_USAGES, tr31.keyUsage, "usage"),
    algorithm,
    modeOfUse: modeOf(tr31),
    exportability: oneOf(EXPORTABILITIES, tr31.exportability, "exportability"),
  };
}
