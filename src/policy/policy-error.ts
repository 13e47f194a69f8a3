/** A policy that is not taken: `problems` are complete sentences with file and line. */
export class PolicyError extends Error {
  override readonly name = "PolicyError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}
