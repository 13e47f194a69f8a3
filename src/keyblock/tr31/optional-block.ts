import { invalidBlock } from "./invalid-block.js";
import type { Tr31OptionalBlock } from "./tr31-header.js";

const ID = /^[0-9A-Z]{2}$/;
const DATA = /^[\x20-\x7e]*$/;
const SHORT_LENGTH = /^[0-9A-F]{2}$/;
const EXTENDED_LENGTH = /^[0-9A-F]{4}$/;

/** Id and two hex digits of length. */
const SHORT_OVERHEAD = 4;
/** The longest block that two hex digits can say. */
const SHORT_MAX = 0xff;
/** Id, `00`, `04` and four hex digits of length. */
const EXTENDED_OVERHEAD = 10;
/** The longest block that four hex digits can say. */
const EXTENDED_MAX = 0xffff;
/** How many hex digits an extended length has: X9.143 counts these characters, not bytes. */
const EXTENDED_DIGITS = "04";

interface Extent {
  /** Of the whole optional block, in characters. */
  readonly length: number;
  readonly overhead: number;
}

function readShortExtent(digits: string): Extent {
  if (!SHORT_LENGTH.test(digits)) throw invalidBlock();
  return { length: Number.parseInt(digits, 16), overhead: SHORT_OVERHEAD };
}

/** An extended length where the short form reaches would be a second spelling of the same header: refused. */
function readExtendedExtent(text: string): Extent {
  const digits = text.slice(6, EXTENDED_OVERHEAD);
  if (text.slice(4, 6) !== EXTENDED_DIGITS || !EXTENDED_LENGTH.test(digits)) throw invalidBlock();
  const length = Number.parseInt(digits, 16);
  if (length - EXTENDED_OVERHEAD + SHORT_OVERHEAD <= SHORT_MAX) throw invalidBlock();
  return { length, overhead: EXTENDED_OVERHEAD };
}

/**
 * Reads the optional block that `text` begins with. What follows it is not looked at.
 * @returns the block and its length in characters
 * @throws Refusal KEY_BLOCK_INVALID
 */
export function readOptionalBlock(text: string): { readonly block: Tr31OptionalBlock; readonly length: number } {
  const id = text.slice(0, 2);
  const digits = text.slice(2, SHORT_OVERHEAD);
  const { length, overhead } = digits === "00" ? readExtendedExtent(text) : readShortExtent(digits);
  if (!ID.test(id) || length < overhead || length > text.length) throw invalidBlock();
  const data = text.slice(overhead, length);
  if (!DATA.test(data)) throw invalidBlock();
  return { block: { id, data }, length };
}

function hexLength(length: number, digits: number): string {
  return length.toString(16).toUpperCase().padStart(digits, "0");
}

/**
 * An optional block as it stands in a header, with the shorter of the two length forms.
 * @throws RangeError for an id or data that a header cannot carry: a defect
 */
export function writeOptionalBlock({ id, data }: Tr31OptionalBlock): string {
  if (!ID.test(id) || !DATA.test(data)) throw new RangeError("An optional block has a malformed id or data.");
  const short = SHORT_OVERHEAD + data.length;
  if (short <= SHORT_MAX) return `${id}${hexLength(short, 2)}${data}`;
  const extended = EXTENDED_OVERHEAD + data.length;
  if (extended > EXTENDED_MAX) throw new RangeError("An optional block is too long.");
  return `${id}00${EXTENDED_DIGITS}${hexLength(extended, 4)}${data}`;
}
