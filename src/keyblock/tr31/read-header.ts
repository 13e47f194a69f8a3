import { invalidBlock } from "./invalid-block.js";
import { readOptionalBlock } from "./optional-block.js";
import {
  FIXED_PART,
  FIXED_PART_LENGTH,
  MAX_BLOCK_LENGTH,
  PADDING_BLOCK_ID,
  type Tr31Header,
  type Tr31OptionalBlock,
} from "./tr31-header.js";
import { TR31_RULES, TR31_VERSIONS, type Tr31Version } from "./tr31-version.js";

/** A header and where it ends. */
export interface ReadTr31Header {
  readonly header: Tr31Header;
  /** In characters. */
  readonly headerLength: number;
}

/** Two blocks of one id would let two readers see two headers; padding before other blocks would move them. */
function checkOrder(blocks: readonly Tr31OptionalBlock[]): void {
  const ids = blocks.map(({ id }) => id);
  if (new Set(ids).size !== ids.length) throw invalidBlock();
  const padding = ids.indexOf(PADDING_BLOCK_ID);
  if (padding !== -1 && padding !== ids.length - 1) throw invalidBlock();
}

function readOptionalBlocks(text: string, count: number): { blocks: readonly Tr31OptionalBlock[]; length: number } {
  const blocks: Tr31OptionalBlock[] = [];
  let offset = 0;
  for (let index = 0; index < count; index++) {
    const { block, length } = readOptionalBlock(text.slice(offset));
    blocks.push(block);
    offset += length;
  }
  checkOrder(blocks);
  return { blocks, length: offset };
}

function readVersion(letter: string | undefined): Tr31Version {
  const version = TR31_VERSIONS.find((known) => known === letter);
  if (version === undefined) throw invalidBlock();
  return version;
}

/**
 * Reads the header that `text` begins with: form only. Neither the length that it states nor its alignment is held against anything;
 * see `parseTr31Header`.
 * @throws Refusal KEY_BLOCK_INVALID
 */
export function readTr31Header(text: string): ReadTr31Header {
  const fields = FIXED_PART.exec(text.slice(0, FIXED_PART_LENGTH))?.groups;
  if (fields === undefined) throw invalidBlock();
  const { keyUsage = "", algorithm = "", modeOfUse = "", keyVersion = "", exportability = "" } = fields;
  const { blocks, length } = readOptionalBlocks(text.slice(FIXED_PART_LENGTH), Number(fields["count"]));
  const version = readVersion(fields["version"]);
  return {
    header: {
      version,
      length: Number(fields["length"]),
      keyUsage,
      algorithm,
      modeOfUse,
      keyVersion,
      exportability,
      optionalBlocks: blocks,
    },
    headerLength: FIXED_PART_LENGTH + length,
  };
}

/**
 * The header of a whole key block in ASCII: its form, its stated length, and that it fills whole cipher blocks (X9.143, 6.3.6).
 * Nothing of it is authentic before `openTr31` has verified the MAC.
 * @throws Refusal KEY_BLOCK_INVALID
 */
export function parseTr31Header(block: Buffer): ReadTr31Header {
  if (block.length > MAX_BLOCK_LENGTH) throw invalidBlock();
  // Latin-1 maps each byte to one character, so that bytes beyond ASCII are seen and refused.
  const read = readTr31Header(block.toString("latin1"));
  if (read.header.length !== block.length) throw invalidBlock();
  if (read.headerLength % TR31_RULES[read.header.version].blockLength !== 0) throw invalidBlock();
  return read;
}
