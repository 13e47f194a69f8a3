/** A line for the person or program that reads the result: standard output. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** A line about the run itself: standard error. */
export function note(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** The result as JSON, indented, with a newline at the end. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value, undefined, 2));
}
