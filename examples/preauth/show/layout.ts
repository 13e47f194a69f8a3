/** No line is longer. */
export const WIDTH = 100;

/** Where a step's text begins, and where what is said about it begins. */
export const INDENT = "   ";
export const LABEL_WIDTH = 20;
export const TEXT_WIDTH = WIDTH - INDENT.length - LABEL_WIDTH;

/** Joins words with two spaces into as few lines as the width takes. */
export function wrap(words: readonly string[], width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 2 + word.length <= width) lines[lines.length - 1] = `${last}  ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** One text left, one right, as far apart as the width allows. */
export function spread(left: string, right: string, width: number): string {
  return left + right.padStart(Math.max(right.length + 1, width - left.length));
}

/** Milliseconds with two decimals. */
export function milliseconds(value: number): string {
  return `${value.toFixed(2)} ms`;
}
