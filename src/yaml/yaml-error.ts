/** A YAML document that is not taken: `problems` are complete sentences with file and line. */
export class YamlError extends Error {
  override readonly name = "YamlError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}
