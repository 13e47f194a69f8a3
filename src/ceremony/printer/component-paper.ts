import { SecretBytes } from "../../base/index.js";

/** What a custodian's paper says. Lines have at most 80 characters of ASCII. */
export interface ComponentPaper {
  /** Such as `generate-key`. */
  readonly ceremony: string;
  /** The key's name, or what it is. */
  readonly key: string;
  /** Such as `component 2 of 3`. */
  readonly title: string;
  /** Stays the caller's to wipe. */
  readonly component: SecretBytes;
  /** Upper-case hex. */
  readonly checkValue: string;
  /** What else the custodian needs: a share's number. */
  readonly notes: readonly string[];
}

const DIGITS = Buffer.from("0123456789ABCDEF", "ascii");
const SPACE = 0x20;
/** A printer without a driver goes to a new line and to its start by two characters. */
const LINE_END = "\r\n";
const FORM_FEED = "\f";
const BYTES_PER_GROUP = 2;
const BYTES_PER_LINE = 16;
const TO_FILL = "_".repeat(40);

/**
 * The paper's bytes, digits in groups of four and eight groups a line, with a form feed at the end. No string is made of the digits.
 * @returns the caller's to wipe
 */
export function writeComponentPaper(paper: ComponentPaper): SecretBytes {
  const head = Buffer.from(lines("PINMAC KEY CEREMONY", "", `Ceremony      ${paper.ceremony}`, ...keyLines(paper)), "ascii");
  const foot = Buffer.from(lines("", `Check value   ${paper.checkValue}`, ...paper.notes, "", ...SIGNED) + FORM_FEED, "ascii");
  const { length } = paper.component;
  const form = SecretBytes.alloc(head.length + sizeOfDigits(length) + foot.length);
  const bytes = form.expose();
  head.copy(bytes);
  const end = writeDigits(bytes, head.length, paper.component.expose());
  foot.copy(bytes, end);
  return form;
}

const SIGNED = [`Name          ${TO_FILL}`, "", `Date          ${TO_FILL}`, "", `Signature     ${TO_FILL}`];

function keyLines({ key, title }: ComponentPaper): readonly string[] {
  return [`Key           ${key}`, `Paper         ${title}`, ""];
}

function lines(...texts: readonly string[]): string {
  return texts.map((text) => text + LINE_END).join("");
}

/** Two digits for each byte; behind each group a space, behind the last one of a line the line's end. */
function sizeOfDigits(length: number): number {
  const groups = Math.ceil(length / BYTES_PER_GROUP);
  const rows = Math.ceil(length / BYTES_PER_LINE);
  return 2 * length + (groups - rows) + rows * LINE_END.length;
}

/** @returns where the next byte goes */
function writeDigits(target: Buffer, start: number, component: Buffer): number {
  let at = start;
  for (const [index, byte] of component.entries()) {
    at = target.writeUInt8(DIGITS[byte >> 4] ?? 0, at);
    at = target.writeUInt8(DIGITS[byte & 0x0f] ?? 0, at);
    const isLast = index + 1 === component.length;
    if (isLast || (index + 1) % BYTES_PER_LINE === 0) at += target.write(LINE_END, at, "ascii");
    else if ((index + 1) % BYTES_PER_GROUP === 0) at = target.writeUInt8(SPACE, at);
  }
  return at;
}
