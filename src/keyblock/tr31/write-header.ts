import { writeOptionalBlock } from "./optional-block.js";
import {
  FIXED_PART,
  FIXED_PART_LENGTH,
  MAX_BLOCK_LENGTH,
  PADDING_BLOCK_ID,
  type Tr31HeaderFields,
  type Tr31OptionalBlock,
} from "./tr31-header.js";
import { TR31_RULES } from "./tr31-version.js";

/** Id and length: the shortest padding block. */
const MIN_PADDING_LENGTH = 4;

function lengthOf(blocks: readonly Tr31OptionalBlock[]): number {
  return blocks.reduce((sum, block) => sum + writeOptionalBlock(block).length, FIXED_PART_LENGTH);
}

function paddingBlock(headerLength: number, blockLength: number): Tr31OptionalBlock {
  const missing = blockLength - (headerLength % blockLength);
  const length = missing < MIN_PADDING_LENGTH ? missing + blockLength : missing;
  return { id: PADDING_BLOCK_ID, data: "0".repeat(length - MIN_PADDING_LENGTH) };
}

/** The blocks as they are when they fill whole cipher blocks; otherwise with a new padding block at their end. */
function alignBlocks(blocks: readonly Tr31OptionalBlock[], blockLength: number): readonly Tr31OptionalBlock[] {
  if (lengthOf(blocks) % blockLength === 0) return blocks;
  const payload = blocks.filter(({ id }) => id !== PADDING_BLOCK_ID);
  const length = lengthOf(payload);
  return length % blockLength === 0 ? payload : [...payload, paddingBlock(length, blockLength)];
}

function checkIds(blocks: readonly Tr31OptionalBlock[]): void {
  const ids = blocks.map(({ id }) => id);
  if (new Set(ids).size !== ids.length) throw new RangeError("An optional block occurs twice.");
  if (ids.slice(0, -1).includes(PADDING_BLOCK_ID)) throw new RangeError("Padding does not stand last.");
}

function decimal(value: number, digits: number): string {
  return value.toString().padStart(digits, "0");
}

/**
 * The text of a header. Of a header that was parsed it is the same text again; otherwise a `PB` block is appended where the header would
 * not fill whole cipher blocks (X9.143, 6.3.6).
 * @param bodyLength characters that will follow: twice the payload and twice the MAC
 * @throws RangeError for fields that a header cannot carry: a defect
 */
export function writeTr31Header(fields: Tr31HeaderFields, bodyLength: number): string {
  const blocks = alignBlocks(fields.optionalBlocks, TR31_RULES[fields.version].blockLength);
  checkIds(blocks);
  const length = lengthOf(blocks) + bodyLength;
  if (length > MAX_BLOCK_LENGTH) throw new RangeError("A key block is too long.");
  const key = `${fields.keyUsage}${fields.algorithm}${fields.modeOfUse}${fields.keyVersion}${fields.exportability}`;
  const fixedPart = `${fields.version}${decimal(length, 4)}${key}${decimal(blocks.length, 2)}00`;
  if (!FIXED_PART.test(fixedPart)) throw new RangeError("A key block's header has a malformed field.");
  return fixedPart + blocks.map(writeOptionalBlock).join("");
}
