/** What every terminal and every sheet of paper holds. */
export const COLUMNS = 80;

/**
 * Text after a label, broken at blanks into lines of at most 80 columns; the further lines are indented as far as the label is long. A word
 * that is longer than a line is cut.
 */
export function inColumns(label: string, text: string): readonly string[] {
  const width = COLUMNS - label.length;
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ").flatMap((whole) => cut(whole, width))) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines.map((content, index) => `${index === 0 ? label : " ".repeat(label.length)}${content}`.trimEnd());
}

function cut(word: string, width: number): readonly string[] {
  if (word.length <= width) return [word];
  return Array.from({ length: Math.ceil(word.length / width) }, (_, index) => word.slice(index * width, (index + 1) * width));
}
