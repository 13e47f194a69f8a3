import type { Tr31Version } from "./tr31-version.js";

/** An optional block of a key block's header (X9.143, 6.3.6). */
export interface Tr31OptionalBlock {
  /** Two upper-case letters or digits. `PB` is padding and stands last. */
  readonly id: string;
  /** Printable ASCII, without id and length. May be empty. */
  readonly data: string;
}

/** What a key block's header says of its key, in the standard's own codes. Which of them are served is for the caller to say. */
export interface Tr31HeaderFields {
  readonly version: Tr31Version;
  /** Two characters, such as `P0`. */
  readonly keyUsage: string;
  /** One character, such as `T`. */
  readonly algorithm: string;
  /** One character, such as `E`. */
  readonly modeOfUse: string;
  /** Two characters; `00` when there are no versions. */
  readonly keyVersion: string;
  /** E, N or S. */
  readonly exportability: string;
  /** In their order; no id twice. */
  readonly optionalBlocks: readonly Tr31OptionalBlock[];
}

/** The header of a whole key block. */
export interface Tr31Header extends Tr31HeaderFields {
  /** Of the whole block, in characters. */
  readonly length: number;
}

/**
 * The 16 characters that every header begins with (X9.143, table 1): version, length, usage, algorithm, mode of use, key version,
 * exportability, number of optional blocks, reserved. A key version that starts with a small c marks a component: no key, refused.
 */
export const FIXED_PART =
  /^(?<version>[A-D])(?<length>[0-9]{4})(?<keyUsage>[0-9A-Z]{2})(?<algorithm>[0-9A-Z])(?<modeOfUse>[0-9A-Z])(?<keyVersion>[0-9A-Z]{2})(?<exportability>[ENS])(?<count>[0-9]{2})00$/;

/** Its length in characters. */
export const FIXED_PART_LENGTH = 16;

/** The largest length that four digits can say. */
export const MAX_BLOCK_LENGTH = 9999;

/** The id of padding. */
export const PADDING_BLOCK_ID = "PB";
